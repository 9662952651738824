//! An administrator of one organization never learns that another one exists: every operation of the document, asked about
//! the other one's things, gives no byte of it away, and answers as it does about things that nowhere are.

use std::time::Duration;

use quarterdeck_domain::{
    OrganizationId, Patch, Permission, Role, UserId,
    audit::{AuditFilter, ListAuditEvents},
    groups::{AddGroupMember, CreateGroup, Standing},
    impersonation::StartImpersonation,
    me::UpdateMe,
    organizations::{CreateOrganization, OrganizationKind, UpdateOrganization},
    page::PageRequest,
    plans::{CreatePlan, MembersFate, PlanAction},
    saved_views::{CreateSavedView, ViewVisibility},
    sessions::ListUserSessions,
    users::{CreateUser, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::json;

use crate::{
    asks::{Ids, SEARCH, asks, ids, nowhere, shape},
    operations::{document, operations},
    places::{api_key, custom_role, grant, place, view},
};

/// All names of the other organization begin with it.
const MARK: &str = "zzforeign";
/// Acts that end the session of the attack itself; the stream is read on its own.
const LEFT_OUT: [&str; 4] = ["logout", "change_own_password", "revoke_other_own_sessions", "stream_events"];

/// Both organizations, and all that leads from one to the other.
struct Two {
    attacker: TestClient,
    own: Ids,
    foreign: Ids,
    needles: Vec<String>,
}

/// Somebody of `home`, signed in.
async fn somebody(
    server: &Server,
    admin: &TestClient,
    name: &str,
    home: OrganizationId,
    roles: &[Role],
) -> (TestClient, UserId) {
    let user = admin.create_user(&CreateUser { organization_id: Some(home), ..new_user(name, roles) }).await.unwrap();
    (server.sign_in(name, PASSWORD).await.unwrap().0, user.id())
}

impl Two {
    async fn build(server: &Server, admin: &TestClient) -> Self {
        let (own, foreign) = (place(server, admin, "own").await, place(server, admin, MARK).await);
        let home: OrganizationId = own.organization.parse().unwrap();
        let (attacker, attacker_id) = somebody(server, admin, "attacker", home, &[Role::OrganizationAdmin]).await;
        let other = foreign.organization.parse().unwrap();
        let event_of = async |organization: OrganizationId| {
            let filter = AuditFilter { organization_id: Some(organization), ..AuditFilter::default() };
            let request = ListAuditEvents { filter, ..ListAuditEvents::default() };
            admin.list_audit_events(&request).await.unwrap().items[0].id.to_string()
        };
        let (mut own, mut foreign) = (ids(&own, &event_of(home).await), ids(&foreign, &event_of(other).await));
        foreign.insert("search", SEARCH.to_owned());
        foreign.extend([("username", format!("{MARK}.member")), ("organization", MARK.to_owned())]);
        own.extend([
            ("search", "own".to_owned()),
            ("username", "own.member".to_owned()),
            ("organization", "own".to_owned()),
        ]);
        for ids in [&mut own, &mut foreign] {
            ids.insert("own", attacker_id.to_string());
        }
        let mut needles: Vec<String> =
            foreign.iter().filter(|(kind, _)| !["own", "search"].contains(*kind)).map(|(_, id)| id.clone()).collect();
        needles.push(MARK.to_owned());
        Self { attacker, own, foreign, needles }
    }

    /// Things that happen on both sides of the border.
    async fn mix(&mut self, server: &Server, admin: &TestClient) {
        let home: OrganizationId = self.own["OrganizationId"].parse().unwrap();
        let other: OrganizationId = self.foreign["OrganizationId"].parse().unwrap();
        let member: UserId = self.own["UserId"].parse().unwrap();
        // A platform administrator who belongs to the other one works here, under the own name and another's.
        let (boss, boss_id) = somebody(server, admin, &format!("{MARK}.boss"), other, &[Role::Admin]).await;
        self.needles.push(boss_id.to_string());
        let rename = |name: &str| UpdateUser { display_name: Some(name.to_owned()), ..UpdateUser::default() };
        boss.update_user(member, &rename("Renamed"), None).await.unwrap();
        let seats = UpdateOrganization { seats: Some(1_000), ..UpdateOrganization::default() };
        boss.update_organization(home, &seats, None).await.unwrap();
        let role = custom_role(&boss, "desk", &[Permission::UserRead, Permission::UserSuspend]).await;
        grant(&boss, member, role, home).await;
        let asked = StartImpersonation { reason: "to help".to_owned(), may_write: true, ttl_seconds: 3_600 };
        let started = boss.start_impersonation(member, &asked).await.unwrap();
        let acting = server.anonymous();
        acting.transport().set_token(Some(started.tokens.access_token));
        acting
            .update_me(&UpdateMe { display_name: Some("Helped".to_owned()), ..UpdateMe::default() }, None)
            .await
            .unwrap();
        let sessions = boss.list_user_sessions(boss_id, &ListUserSessions::default()).await.unwrap();
        self.needles.extend(sessions.items.iter().map(|session| session.id.to_string()));
        // Somebody of the other one was granted a role here, and somebody of here there.
        let (helper, helper_id) = somebody(server, admin, &format!("{MARK}.helper"), other, &[]).await;
        self.needles.push(helper_id.to_string());
        grant(admin, helper_id, role, home).await;
        let (_, ward) = somebody(server, admin, "ward", home, &[]).await;
        for status in [UserStatus::Suspended, UserStatus::Active] {
            helper
                .update_user(ward, &UpdateUser { status: Some(status), ..UpdateUser::default() }, None)
                .await
                .unwrap();
        }
        let there = custom_role(admin, &format!("{MARK} desk"), &[Permission::UserRead]).await;
        self.needles.extend([there.to_string(), grant(admin, member, there, other).await.to_string()]);
        // People come and go; an organization is given up for this one.
        let enter = |organization| UpdateUser { organization_id: Patch::Value(organization), ..UpdateUser::default() };
        let newcomer =
            admin.create_user(&CreateUser { organization_id: Some(other), ..new_user("newcomer", &[]) }).await.unwrap();
        admin.update_user(newcomer.id(), &enter(home), None).await.unwrap();
        let leaver =
            admin.create_user(&CreateUser { organization_id: Some(home), ..new_user("leaver", &[]) }).await.unwrap();
        admin.update_user(leaver.id(), &enter(other), None).await.unwrap();
        let former = CreateOrganization {
            name: format!("{MARK}.former"),
            display_name: format!("{MARK} former"),
            kind: OrganizationKind::Company,
        };
        let former = admin.create_organization(&former).await.unwrap().id;
        self.needles.push(former.to_string());
        admin.create_user(&CreateUser { organization_id: Some(former), ..new_user("refugee", &[]) }).await.unwrap();
        let action =
            PlanAction::DeleteOrganization { organization_id: former, members: MembersFate::Move, move_to: Some(home) };
        let plan = boss.create_plan(&CreatePlan { action }).await.unwrap();
        boss.delete_organization(former, plan.id).await.unwrap();
        // Views are shared there, on the whole platform by somebody of there, and on the platform about there.
        let everyone = |name: &str| CreateSavedView { visibility: Some(ViewVisibility::Everyone), ..view(name) };
        let there = CreateSavedView { organization_id: Some(other), ..everyone(MARK) };
        let about = [("user_id".to_owned(), self.foreign["UserId"].clone())].into();
        let about = CreateSavedView { query: about, ..everyone(&format!("{MARK} member")) };
        for view in [&there, &everyone("all"), &about] {
            boss.create_saved_view(view).await.unwrap();
        }
        // Both are in a group of the platform.
        let group: CreateGroup = serde_json::from_value(json!({ "name": "everybody" })).unwrap();
        let group = admin.create_group(&group).await.unwrap().id;
        for user in [member, self.foreign["UserId"].parse().unwrap()] {
            admin
                .add_group_member(
                    group,
                    &AddGroupMember { user_id: Some(user), username: None, standing: Standing::Member },
                )
                .await
                .unwrap();
        }
    }

    /// Asserts that an answer to what was `sent` has no byte of the other organization, but what was sent itself.
    fn judge(&self, what: &str, sent: &str, answer: &str) {
        let answer = answer.to_lowercase();
        for needle in self.needles.iter().filter(|needle| !sent.contains(needle.as_str())) {
            assert!(!answer.contains(needle.as_str()), "{what} tells {needle}: {answer}");
        }
    }
}

/// An answer without these paths, if it tells of refusals.
fn without(paths: &[String], answer: &str) -> String {
    if !answer.contains("access.denied") {
        return answer.to_owned();
    }
    paths.iter().fold(answer.to_owned(), |answer, path| answer.replace(path.as_str(), ""))
}

on_both! {
    /// Every operation, by an organization's administrator and by a key of theirs.
    async fn of_every_operation(server: Server) {
        let admin = server.admin().await;
        let mut two = Two::build(&server, &admin).await;
        two.mix(&server, &admin).await;
        let held = two.attacker.get_me().await.unwrap().permissions;
        let scopes: Vec<Permission> = held.into_iter().filter(|one| one.is_for_keys()).collect();
        let key = server.anonymous();
        key.transport().set_token(Some(two.attacker.create_api_key(&api_key("attack", &scopes)).await.unwrap().secret));
        let operations = operations(&document(&server).await);
        let mut nothing = nowhere();
        nothing.extend([("search", format!("{SEARCH}n.nobody")), ("username", "nobody.at.all".to_owned()), ("organization", "nowhere".to_owned()), ("own", two.own["own"].clone())]);
        // The log of refusals tells people what they asked for themselves.
        let mut refused: Vec<String> = Vec::new();
        for operation in operations.iter().filter(|operation| !LEFT_OUT.contains(&operation.id.as_str())) {
            // What there is of the own organization; lists are whole.
            if operation.method == "get" {
                let mut own = asks(operation, &two.own, &two.own).remove(0);
                if operation.id.starts_with("list_") {
                    own.path += "?limit=500";
                }
                for client in [&two.attacker, &key] {
                    let answer = own.answer(client).await;
                    two.judge(&own.what, "", &without(&refused, &answer));
                }
            }
            let foreign = asks(operation, &two.own, &two.foreign);
            let nowhere = asks(operation, &two.own, &nothing);
            for (there, none) in foreign.iter().zip(&nowhere) {
                for client in [&two.attacker, &key] {
                    let answer = there.answer(client).await;
                    two.judge(&there.what, &there.sent(), &without(&refused, &answer));
                    if answer.starts_with("403") && two.needles.iter().any(|needle| there.path.contains(needle)) {
                        refused.push(there.path.clone());
                    }
                    if there.sent() != none.sent() {
                        let other = none.answer(client).await;
                        assert_eq!(shape(&answer), shape(&other), "{} tells that it is there", there.what);
                    }
                }
            }
        }
        // An attack that was thrown out would have proven nothing.
        two.attacker.get_me().await.unwrap();
        key.get_me().await.unwrap();
        assert_eq!(admin.get_user(two.foreign["UserId"].parse().unwrap()).await.unwrap().summary.version, 1);
    }

    /// The stream tells what happens here, and nothing of the other side.
    async fn of_the_stream(server: Server) {
        let admin = server.admin().await;
        let mut two = Two::build(&server, &admin).await;
        let mut stream = two.attacker.transport().raw("GET", "/api/v1/events").send().await.unwrap();
        two.mix(&server, &admin).await;
        let last = two.attacker.create_user(&new_user("sentinel", &[])).await.unwrap();
        let mut seen = String::new();
        let read = async {
            while !seen.contains(&last.id().to_string()) {
                seen.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.unwrap();
        assert!(seen.contains("user.moved") && seen.contains("impersonation.started"), "{seen}");
        two.judge("the stream", "", &seen);
        // What was missed is told in the same way.
        let page = PageRequest { limit: Some(500), cursor: None };
        let events = two.attacker.list_audit_events(&ListAuditEvents { page, ..ListAuditEvents::default() }).await.unwrap();
        two.judge("the log", "", &serde_json::to_string(&events).unwrap());
    }
}
