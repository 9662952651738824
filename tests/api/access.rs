//! Roles (S3-PRV-01..06, S4-ACC-03, S1-UED-08): what each may call. The whole matrix is in the contract suite.

use quarterdeck_domain::{
    Permission, Role, organizations::ListOrganizations, sessions::ListSessions, users::ListUsers,
};
use quarterdeck_testkit::{Server, on_both};

on_both! {
    /// Only administrators reach the administration; advocates may see users; the refusal names the permission.
    async fn roles(server: Server) {
        let admin = server.admin().await;
        let (advocate, _) = server.signed_in(&admin, "advocate", &[Role::Advocate]).await;
        advocate.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!(advocate.list_sessions(&ListSessions::default()).await.unwrap_err().code(), "forbidden");
        for (name, role) in [("developer", Role::Developer), ("trainer", Role::Trainer), ("plain", Role::User)] {
            let (client, _) = server.signed_in(&admin, name, &[role]).await;
            let refused = client.list_users(&ListUsers::default()).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().permission.as_deref(), Some("user.read"), "{name}");
            assert_eq!(client.list_organizations(&ListOrganizations::default()).await.unwrap_err().code(), "forbidden");
            assert!(!client.get_me().await.unwrap().may(Permission::SettingRead));
        }
        let me = admin.get_me().await.unwrap();
        assert!(Permission::ALL.iter().all(|permission| me.may(*permission)));
    }
}
