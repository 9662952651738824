//! Departures (issue 3, item 9; S4-OPS-04): one act for somebody who leaves, and the receipt of each step.

use quarterdeck_domain::{
    BinItemId, Permission, Role, UserId,
    audit::{Action, AuditFilter, ListAuditEvents},
    bin::RestoreBinItem,
    departures::{
        AccountFate, Departure, DepartureFilter, DepartureState, DepartureStepKind, KindFate, ListDepartures,
        Offboarding, OwnedFate, OwnedKind,
    },
    groups::Standing,
    plans::{CountKind, CreatePlan, Exclusion, PlanAction, Selection},
    saved_views::{ListSavedViews, ViewTable},
    users::{CreateUser, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{OpenedExport, PASSWORD, Server, TestClient, new_user, on_both};

use crate::{
    api_keys::{key, made},
    bin::done,
    groups::{group_with, named},
    impersonation::code,
    jobs::ended,
    organizations::with_admin,
    role_grants::{built_in, custom, member},
    roles::shared,
    saved_views::{everyone, private},
};

fn leaving(users: impl IntoIterator<Item = UserId>, offboarding: Offboarding) -> CreatePlan {
    CreatePlan { action: PlanAction::OffboardUsers { selection: Selection::ids(users), offboarding } }
}

fn order(account: AccountFate) -> Offboarding {
    Offboarding { reason: "left the company".to_owned(), account, ..Offboarding::default() }
}

async fn receipts(client: &TestClient, filter: DepartureFilter) -> Vec<Departure> {
    client.list_departures(&ListDepartures { filter, ..ListDepartures::default() }).await.unwrap().items
}

async fn receipt(client: &TestClient, user: UserId) -> Departure {
    let filter = DepartureFilter { user_id: Some(user), ..DepartureFilter::default() };
    let id = receipts(client, filter).await[0].id;
    client.get_departure(id).await.unwrap()
}

fn steps(departure: &Departure) -> Vec<(DepartureStepKind, u64)> {
    departure.steps.iter().map(|step| (step.kind, step.count)).collect()
}

on_both! {
    /// Suspended, signed out, without keys, out of the groups; what they made is the successor's, who manages in their place.
    async fn handed_over(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (ada, user) = member(&server, &admin, "ada", one).await;
        let (carol, successor) = member(&server, &admin, "carol", one).await;
        let (script, _) = made(&server, &ada, &key("script", &[Permission::ProfileRead])).await;
        let (led, joined) = (group_with(&admin, "led", Some(one), 1).await.id, group_with(&admin, "joined", Some(one), 1).await.id);
        admin.add_group_member(led, &named("ada", Standing::Manager)).await.unwrap();
        admin.add_group_member(joined, &named("ada", Standing::Member)).await.unwrap();
        admin.add_group_member(joined, &named("carol", Standing::Manager)).await.unwrap();
        ada.create_saved_view(&private(ViewTable::OwnApiKeys, "mine")).await.unwrap();
        carol.create_saved_view(&private(ViewTable::OwnApiKeys, "Mine")).await.unwrap();
        let fates = vec![KindFate { kind: OwnedKind::Membership, fate: OwnedFate::Transfer }];
        let offboarding = Offboarding { hand_over_to: Some(successor.id()), fates, ..order(AccountFate::Suspend) };
        let plan = admin.create_plan(&leaving([user.id(), successor.id()], offboarding)).await.unwrap();
        assert!(plan.irreversible);
        assert_eq!(plan.confirmation.as_deref(), Some("ada"));
        assert_eq!((plan.row_count, plan.excluded[0].reason), (1, Exclusion::TakesOver));
        assert!(plan.counts.iter().any(|count| count.kind == CountKind::Session && count.count == 1), "{:?}", plan.counts);
        assert_eq!(admin.execute_plan(&plan).await.unwrap().succeeded, 1);

        let left = admin.get_user(user.id()).await.unwrap();
        assert_eq!((left.summary.status, left.status_reason.as_str(), left.summary.active_sessions), (UserStatus::Suspended, "left the company", 0));
        assert!(ada.get_me().await.is_err() && script.get_me().await.is_err());
        assert_eq!(admin.get_group_member(led, successor.id()).await.unwrap().standing, Standing::Manager);
        assert_eq!((admin.get_group(led).await.unwrap().member_count, admin.get_group(joined).await.unwrap().member_count), (1, 1));
        let views = carol.list_saved_views(&ListSavedViews::default()).await.unwrap().items;
        assert_eq!(views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["Mine", "mine (ada)"]);

        let departure = receipt(&admin, user.id()).await;
        use DepartureStepKind as Step;
        assert_eq!(steps(&departure), [
            (Step::SessionsEnded, 1),
            (Step::ApiKeysRevoked, 1),
            (Step::ProviderKeysDeleted, 0),
            (Step::MembershipsTransferred, 1),
            (Step::MembershipsEnded, 2),
            (Step::SavedViewsTransferred, 1),
            (Step::AccountSuspended, 1),
        ]);
        assert_eq!((departure.state, departure.export), (DepartureState::Present, None));
        assert_eq!(departure.handed_over_to_name.as_deref(), Some("carol"));
        let filter = AuditFilter { target_id: Some(user.id().to_string()), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let actions: Vec<Action> = events.iter().map(|event| event.action).collect();
        for action in [Action::UserOffboarded, Action::UserSuspended, Action::UserRemovedFromGroup] {
            assert!(actions.contains(&action), "{action} in {actions:?}");
        }
    }

    /// From the bin comes back what went with the account and what was handed over; but not a key that was revoked.
    async fn and_back(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let body = CreateUser { organization_id: Some(one), ..new_user("ada", &[Role::OrganizationAdmin]) };
        let user = admin.create_user(&body).await.unwrap().id();
        let ada = server.sign_in("ada", PASSWORD).await.unwrap().0;
        let (carol, successor) = member(&server, &admin, "carol", one).await;
        let (script, _) = made(&server, &ada, &key("script", &[Permission::ProfileRead])).await;
        let group = group_with(&admin, "led", Some(one), 1).await.id;
        admin.add_group_member(group, &named("ada", Standing::Manager)).await.unwrap();
        ada.create_saved_view(&private(ViewTable::OwnApiKeys, "mine")).await.unwrap();
        let ours = everyone(ViewTable::OwnApiKeys, "ours", Some(one));
        let ours = ada.create_saved_view(&ours).await.unwrap();
        let offboarding = Offboarding { hand_over_to: Some(successor.id()), keep_days: Some(14), ..order(AccountFate::Bin) };
        done(&admin, leaving([user], offboarding)).await;
        let departure = receipt(&admin, user).await;
        assert_eq!(departure.state, DepartureState::InBin);
        assert_eq!(departure.purge_at, Some(departure.departed_at.plus_seconds(14 * 86_400)));
        assert_eq!(admin.get_saved_view(ours.id).await.unwrap().owner_id, Some(successor.id()));
        assert_eq!(carol.list_saved_views(&ListSavedViews::default()).await.unwrap().total, 2);
        admin.restore_bin_item(BinItemId(user.0), &RestoreBinItem::default()).await.unwrap();
        assert_eq!(receipt(&admin, user).await.state, DepartureState::Present);
        assert_eq!(admin.get_saved_view(ours.id).await.unwrap().owner_id, Some(user));
        assert_eq!(carol.list_saved_views(&ListSavedViews::default()).await.unwrap().total, 1);
        assert_eq!(admin.get_group_member(group, user).await.unwrap().standing, Standing::Manager);
        assert!(script.get_me().await.is_err());
        let again = server.sign_in("ada", PASSWORD).await.unwrap().0;
        assert_eq!(again.list_saved_views(&ListSavedViews::default()).await.unwrap().total, 2);
    }

    /// Kept where it is said, and gone for good where that is said.
    async fn kept_and_gone(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (ada, user) = member(&server, &admin, "ada", one).await;
        let (script, _) = made(&server, &ada, &key("script", &[Permission::ProfileRead])).await;
        let group = group_with(&admin, "engines", Some(one), 1).await.id;
        admin.add_group_member(group, &named("ada", Standing::Member)).await.unwrap();
        let keep = |kind| KindFate { kind, fate: OwnedFate::Keep };
        let fates = vec![keep(OwnedKind::ApiKey), keep(OwnedKind::Membership)];
        done(&admin, leaving([user.id()], Offboarding { fates, ..order(AccountFate::Suspend) })).await;
        assert!(admin.get_group_member(group, user.id()).await.is_ok());
        assert!(script.get_me().await.is_err(), "suspended");
        let back = UpdateUser { status: Some(UserStatus::Active), ..UpdateUser::default() };
        admin.update_user(user.id(), &back, None).await.unwrap();
        assert!(script.get_me().await.is_ok(), "the key was kept");
        done(&admin, leaving([user.id()], order(AccountFate::Delete))).await;
        assert_eq!(code(admin.get_user(user.id()).await), "not-found");
        assert_eq!(code(admin.get_bin_item(BinItemId(user.id().0)).await), "not-found");
        let filter = DepartureFilter { user_id: Some(user.id()), ..DepartureFilter::default() };
        let all = receipts(&admin, filter).await;
        assert_eq!(all.iter().map(|one| one.state).collect::<Vec<_>>(), [DepartureState::Gone; 2]);
    }

    /// What cannot be is refused where it stands, before anything happens.
    async fn refused(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (_, ada) = member(&server, &admin, "ada", one).await;
        let (_, eve) = member(&server, &admin, "eve", two).await;
        let (_, bob) = member(&server, &admin, "bob", one).await;
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        admin.update_user(bob.id(), &suspend, None).await.unwrap();
        let to = |user: UserId| Offboarding { hand_over_to: Some(user), ..order(AccountFate::Suspend) };
        let pointer = async |client: &TestClient, offboarding| {
            let refused = client.create_plan(&leaving([ada.id()], offboarding)).await.unwrap_err();
            refused.problem().unwrap().errors[0].pointer.clone()
        };
        assert_eq!(pointer(&admin, to(bob.id())).await, "/offboarding/hand_over_to");
        assert_eq!(pointer(&one_admin, to(eve.id())).await, "/offboarding/hand_over_to");
        let fates = vec![KindFate { kind: OwnedKind::ApiKey, fate: OwnedFate::Transfer }];
        assert_eq!(pointer(&admin, Offboarding { fates, ..order(AccountFate::Suspend) }).await, "/offboarding/fates/0");
        let days = Offboarding { keep_days: Some(10), ..order(AccountFate::Delete) };
        assert_eq!(pointer(&admin, days).await, "/offboarding/keep_days");
        assert!(receipts(&admin, DepartureFilter::default()).await.is_empty());
    }

    /// Receipts are for administrators of the place; they name nobody of outside.
    async fn within_the_organization(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let (_, ada) = member(&server, &admin, "ada", one).await;
        let (_, eve) = member(&server, &admin, "eve", two).await;
        let (plain, _) = member(&server, &admin, "plain", one).await;
        done(&admin, leaving([ada.id()], Offboarding { hand_over_to: Some(eve.id()), ..order(AccountFate::Suspend) })).await;
        let seen = receipt(&one_admin, ada.id()).await;
        assert_eq!((seen.departed_by, seen.departed_by_name.as_str()), (None, "administrator"));
        assert_eq!((seen.handed_over_to, seen.handed_over_to_name), (None, None));
        assert!(receipts(&two_admin, DepartureFilter::default()).await.is_empty());
        assert!(receipts(&two_admin, DepartureFilter { organization_id: Some(one), ..DepartureFilter::default() }).await.is_empty());
        assert_eq!(code(two_admin.get_departure(seen.id).await), "not-found");
        assert_eq!(code(plain.list_departures(&ListDepartures::default()).await), "forbidden");
        // An administrator of the organization off-boards its people, and nobody with power over the platform.
        let (_, root) = member(&server, &admin, "root.too", one).await;
        let promote = UpdateUser { roles: Some([Role::Admin].into_iter().collect()), ..UpdateUser::default() };
        admin.update_user(root.id(), &promote, None).await.unwrap();
        let plan = one_admin.create_plan(&leaving([root.id(), eve.id()], order(AccountFate::Suspend))).await.unwrap();
        let mut reasons: Vec<Exclusion> = plan.excluded.iter().map(|one| one.reason).collect();
        reasons.sort();
        assert_eq!((plan.row_count, reasons), (0, vec![Exclusion::NotFound, Exclusion::PrivilegedAccount]));
    }

    /// The data is exported before anything goes, for whoever sees as much as who ordered it, and for 30 days.
    async fn data(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (_, two_admin) = with_admin(&server, &admin, "two").await;
        let (ada, user) = member(&server, &admin, "ada", one).await;
        let (_, bob) = member(&server, &admin, "bob", one).await;
        made(&server, &ada, &key("script", &[Permission::ProfileRead])).await;
        let order = Offboarding { export: true, ..order(AccountFate::Delete) };
        done(&admin, leaving([user.id()], order.clone())).await;
        done(&one_admin, leaving([bob.id()], order)).await;
        let (whole, part) = (receipt(&admin, user.id()).await, receipt(&admin, bob.id()).await);
        assert_eq!(whole.steps[0].kind, DepartureStepKind::DataExported);
        let archive = admin.get_departure_export(whole.id).await.unwrap();
        let export = whole.export.unwrap();
        assert_eq!(export.bytes, archive.len() as u64);
        let opened = OpenedExport::open(&archive);
        assert_eq!(opened.rows::<serde_json::Value>("api_keys").len(), 1, "as it was before the key was revoked");
        // What was made for the whole platform is not for one organization.
        let seen = receipt(&one_admin, user.id()).await;
        assert_eq!(seen.export, None);
        assert_eq!(code(one_admin.get_departure_export(whole.id).await), "not-found");
        assert!(!one_admin.get_departure_export(part.id).await.unwrap().is_empty());
        assert_eq!(code(two_admin.get_departure_export(part.id).await), "not-found");
        let filter = AuditFilter { action: Some(Action::UserDataExported), ..AuditFilter::default() };
        let fetched = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert_eq!(fetched.total, 2);
        server.advance(std::time::Duration::from_secs(31 * 86_400));
        let admin = server.admin().await;
        assert_eq!(code(admin.get_departure_export(part.id).await), "not-found");
    }

    /// Many who leave with their data are a job, each with a receipt.
    async fn many(server: Server) {
        let admin = server.admin().await;
        let mut users = Vec::new();
        for number in 0..6 {
            users.push(server.user(&admin, &format!("leaver{number}"), &[]).await.id());
        }
        let order = Offboarding { export: true, ..order(AccountFate::Bin) };
        let plan = admin.create_plan(&leaving(users, order)).await.unwrap();
        assert_eq!(plan.confirmation.as_deref(), Some("off-board 6 users"));
        let job = ended(&admin, admin.execute_plan(&plan).await.unwrap()).await;
        assert_eq!((job.succeeded, job.failed), (6, 0));
        let all = receipts(&admin, DepartureFilter::default()).await;
        assert!(all.len() == 6 && all.iter().all(|one| one.export.is_some() && one.state == DepartureState::InBin));
    }

    /// An archive is not had by who might not have made it: of an administrator, with contact info, from two organizations.
    async fn data_of_others(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let mut users = Vec::new();
        for name in ["ada", "bob"] {
            users.push(member(&server, &admin, name, one).await.1.id());
        }
        let boss = admin.create_user(&CreateUser { organization_id: Some(one), ..new_user("boss", &[Role::OrganizationAdmin]) }).await.unwrap();
        let over = built_in(boss.id(), Role::OrganizationAdmin, Some(two));
        admin.create_role_grant(&over).await.unwrap();
        let boss = server.sign_in("boss", PASSWORD).await.unwrap().0;
        let order = Offboarding { export: true, ..order(AccountFate::Bin) };
        done(&boss, leaving([users[0]], order.clone())).await;
        let made = receipt(&admin, users[0]).await;
        assert!(made.export.is_some());
        assert_eq!(receipt(&one_admin, users[0]).await.export, None, "made by who sees more");
        assert_eq!(code(one_admin.get_departure_export(made.id).await), "not-found");
        // Who sees all, but is no administrator, exports no administrator.
        let root = server.user(&admin, "second", &[Role::Admin]).await.id();
        done(&admin, leaving([root], order)).await;
        let role = shared(&admin, "exporter", &[Permission::BinRead, Permission::UserRead, Permission::UserExport, Permission::UserReadContact]).await;
        let (exporter, user) = server.signed_in(&admin, "exporter", &[]).await;
        admin.create_role_grant(&custom(user.id(), role.id, None)).await.unwrap();
        assert!(exporter.get_departure_export(made.id).await.is_ok());
        assert_eq!(code(exporter.get_departure_export(receipt(&admin, root).await.id).await), "privileged-account");
    }
}
