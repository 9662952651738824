//! The inventory of credentials: whatever somebody can act by, and what of it nobody needs.

use std::time::Duration;

use quarterdeck_domain::{
    Permission, Role,
    credentials::{Credential, CredentialFilter, CredentialKind, CredentialSort, ListCredentials},
    page::{Direction, PageRequest, Sort},
    users::{CreateUser, ListUsers, UserKind},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::json;

use crate::{
    api_keys::{key, made, scopes, set},
    organizations::with_admin,
    service_accounts::account,
};

const DAY: u64 = 86_400;

async fn listed(client: &TestClient, filter: CredentialFilter) -> Vec<Credential> {
    let page = client.list_credentials(&ListCredentials { filter, ..ListCredentials::default() }).await.unwrap();
    assert_eq!((page.total, page.total_is_exact), (page.items.len() as u64, true));
    page.items
}

fn titles(credentials: &[Credential]) -> Vec<String> {
    credentials
        .iter()
        .map(|credential| format!("{} {} {}", credential.kind, credential.username, credential.title))
        .collect()
}

/// The whole list, row by row.
async fn walk(client: &TestClient, sort: Sort<CredentialSort>) -> Vec<Credential> {
    let page = PageRequest { limit: Some(1), cursor: None };
    let mut request = ListCredentials { sort: Some(sort), page, ..ListCredentials::default() };
    let mut rows = Vec::new();
    loop {
        let page = client.list_credentials(&request).await.unwrap();
        rows.extend(page.items);
        match page.next_cursor {
            Some(cursor) => request.page.cursor = Some(cursor),
            None => return rows,
        }
    }
}

on_both! {
    /// Keys of people and machines, sessions and links in one list, in each order page by page, without any secret.
    async fn one_list(server: Server) {
        let admin = server.admin().await;
        let bob = server.user(&admin, "bob", &[]).await;
        let link = admin.create_password_reset_link(bob.id()).await.unwrap();
        let own = admin.create_api_key(&key("export", &[Permission::UserRead])).await.unwrap();
        let robot = admin.create_service_account(&account("robot", None)).await.unwrap();
        let theirs = admin.create_service_account_key(robot.id(), &key("nightly", &[Permission::ProfileRead])).await.unwrap();
        let all = listed(&admin, CredentialFilter::default()).await;
        assert_eq!(titles(&all)[..3], ["api_key robot nightly", "api_key root export", "reset_link bob "]);
        assert_eq!((all.len(), all[3].kind, all[3].username.as_str()), (4, CredentialKind::Session, "root"));
        assert_eq!((all[0].id, all[0].user_kind, all[0].hint.as_str()), (theirs.api_key.id.0, UserKind::Service, theirs.api_key.hint.as_str()));
        assert_eq!((all[2].id, all[2].expires_at), (bob.id().0, Some(link.expires_at)));
        for key in [CredentialSort::CreatedAt, CredentialSort::LastUsedAt, CredentialSort::ExpiresAt] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let mut walked = walk(&admin, Sort { key, direction }).await;
                assert_eq!(walked.len(), 4, "{key}");
                walked.sort_by_key(|one| std::cmp::Reverse(one.created_at));
                assert_eq!(titles(&walked), titles(&all), "{key}");
            }
        }
        let ends = walk(&admin, Sort::ascending(CredentialSort::ExpiresAt)).await;
        assert_eq!(ends.iter().map(|one| one.expires_at.is_none()).collect::<Vec<_>>(), [false, false, true, true]);
        let filtered = [
            (CredentialFilter { kind: Some(CredentialKind::ApiKey), ..CredentialFilter::default() }, 2),
            (CredentialFilter { user_kind: Some(UserKind::Service), ..CredentialFilter::default() }, 1),
            (CredentialFilter { user_id: Some(bob.id()), ..CredentialFilter::default() }, 1),
            (CredentialFilter { q: Some("NIGHT".to_owned()), ..CredentialFilter::default() }, 1),
            (CredentialFilter { q: Some("roo".to_owned()), ..CredentialFilter::default() }, 2),
            (CredentialFilter { expires_before: Some(link.expires_at.plus_seconds(1)), ..CredentialFilter::default() }, 2),
            (CredentialFilter { kind: Some(CredentialKind::Session), is_capped: Some(true), ..CredentialFilter::default() }, 0),
        ];
        for (filter, count) in filtered {
            assert_eq!(listed(&admin, filter.clone()).await.len(), count, "{filter:?}");
        }
        let text = serde_json::to_string(&all).unwrap();
        let csv = admin.transport().raw("GET", "/api/v1/credentials").header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        assert!(csv.lines().count() == 5 && csv.contains(",user.read,,1,0,"), "{csv}");
        let token = link.url.rsplit_once('=').unwrap().1;
        for secret in [own.secret.as_str(), theirs.secret.as_str(), token] {
            assert!(!text.contains(secret) && !csv.contains(secret));
        }
        for (query, status) in [("unused_days=0", 422), ("unused_days=x", 400), ("unused_days=3651", 422), ("kind=cookie", 400), ("is_capped=no", 400)] {
            let answer = admin.transport().raw("GET", &format!("/api/v1/credentials?{query}")).send().await.unwrap();
            assert_eq!(answer.status(), status, "{query}");
        }
        // What is over is gone.
        admin.revoke_api_key(own.api_key.id).await.unwrap();
        server.advance(Duration::from_secs(2 * DAY));
        let admin = server.admin().await;
        let left = listed(&admin, CredentialFilter::default()).await;
        assert_eq!(left.iter().filter(|one| one.kind != CredentialKind::Session).count(), 1, "{left:?}");
    }

    /// Granted and used, what nobody used for long, and what the cap ends sooner.
    async fn what_nobody_needs(server: Server) {
        let mut server = server;
        let admin = server.admin().await;
        let (script, wide) = made(&server, &admin, &key("wide", &[Permission::UserRead, Permission::UserDelete])).await;
        let (exact, _) = made(&server, &admin, &key("exact", &[Permission::UserRead])).await;
        for client in [&script, &exact] {
            client.list_users(&ListUsers::default()).await.unwrap();
        }
        server.terminate();
        server.restart().await;
        let admin = server.admin().await;
        let over = |is_over| CredentialFilter { is_over_scoped: Some(is_over), ..CredentialFilter::default() };
        let found = listed(&admin, over(true)).await;
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((found.id, found.scopes, found.used_scopes), (wide.api_key.id.0, Some(wide.api_key.scopes), Some(scopes(&[Permission::UserRead]))));
        assert!(found.is_over_scoped());
        let others = listed(&admin, over(false)).await;
        assert!(titles(&others).contains(&"api_key root exact".to_owned()) && !titles(&others).contains(&"api_key root wide".to_owned()));

        let unused = |days| CredentialFilter { unused_days: Some(days), kind: Some(CredentialKind::ApiKey), ..CredentialFilter::default() };
        assert!(listed(&admin, unused(1)).await.is_empty());
        server.advance(Duration::from_secs(91 * DAY));
        let admin = server.admin().await;
        assert_eq!(listed(&admin, unused(90)).await.len(), 2);
        assert!(listed(&admin, unused(92)).await.is_empty());
        // What was used long ago is not used.
        assert_eq!(listed(&admin, over(true)).await.len(), 2);

        set(&admin, "api_keys.maximum_days", json!(30)).await;
        set(&admin, "api_keys.enforce_maximum", json!(true)).await;
        let capped = listed(&admin, CredentialFilter { is_capped: Some(true), ..CredentialFilter::default() }).await;
        assert_eq!(capped.len(), 2);
        let now = admin.get_me().await.unwrap().user.summary.last_login_at.unwrap();
        assert!(capped.iter().all(|one| one.is_capped && one.expires_at.unwrap().seconds_since(now) >= 30 * DAY as i64));
    }

    /// An organization's administrator sees those of its people and machines, and nobody else any.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        for (name, home) in [("ann", one), ("tom", two)] {
            admin.create_user(&CreateUser { organization_id: Some(home), ..new_user(name, &[]) }).await.unwrap();
            let (client, _) = server.sign_in(name, PASSWORD).await.unwrap();
            client.create_api_key(&key("own", &[Permission::ProfileRead])).await.unwrap();
            let refused = client.list_credentials(&ListCredentials::default()).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().permission.as_deref(), Some("credential.read"));
        }
        let users = async |client: &TestClient| {
            let mut names: Vec<_> = listed(client, CredentialFilter::default()).await.into_iter().map(|one| one.username).collect();
            names.sort();
            names
        };
        assert_eq!(users(&one_admin).await, ["ann", "ann", "one.admin"]);
        assert_eq!(users(&two_admin).await, ["tom", "tom", "two.admin"]);
        assert!(listed(&one_admin, CredentialFilter { organization_id: Some(two), ..CredentialFilter::default() }).await.is_empty());
        let request = ListCredentials { page: PageRequest { limit: Some(1), cursor: None }, ..ListCredentials::default() };
        let cursor = one_admin.list_credentials(&request).await.unwrap().next_cursor;
        let stolen = ListCredentials { page: PageRequest { limit: Some(1), cursor }, ..ListCredentials::default() };
        assert_eq!(two_admin.list_credentials(&stolen).await.unwrap_err().code(), "cursor-invalid");
        let (advocate, _) = server.signed_in(&admin, "advocate", &[Role::Advocate]).await;
        assert_eq!(advocate.list_credentials(&ListCredentials::default()).await.unwrap_err().code(), "forbidden");
    }
}
