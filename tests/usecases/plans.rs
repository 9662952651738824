//! What a plan says is what happens.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU32, Ordering},
};

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestCaseError, TestRunner},
};
use quarterdeck_app::{
    Ctx, RequestInfo, Visitor, audit, auth,
    groups::{add_group_member, create_group, get_group_member},
    organizations::{create_organization, delete_organization, get_organization},
    plans::{create_plan, execute_plan},
    users::{create_user, delete_user, get_user, update_user},
};
use quarterdeck_domain::{
    GroupId, OrganizationId, Patch, Role, UserId,
    allocations::LimitKind,
    audit::{Action, AuditEvent, ListAuditEvents, TargetType},
    auth::Login,
    groups::{AddGroupMember, CreateGroup, Standing},
    jobs::JobState,
    organizations::{CreateOrganization, OrganizationKind},
    page::PageRequest,
    plans::{CountKind, CreatePlan, ExecutePlan, MembersFate, PlanAction, RoleChange, Selection},
    roles::Roles,
    sessions::{ClientKind, RevocationScope, RevokeSessions},
    users::{CreateUser, UpdateUser, UserFilter, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Platform, new_user, usecase_on_both};

/// What a user of a case begins with: suspended, place in `ROLES`, member of the organization, sessions, place in
/// `STANDINGS` of its group.
type Shape = (bool, usize, bool, usize, usize);

const ROLES: [Role; 4] = [Role::User, Role::Trainer, Role::Admin, Role::OrganizationAdmin];
const STANDINGS: [Option<Standing>; 3] = [None, Some(Standing::Member), Some(Standing::Manager)];

/// The people of one case.
struct World {
    prefix: String,
    users: Vec<UserId>,
    home: OrganizationId,
    other: OrganizationId,
    group: GroupId,
}

/// What a plan can change of a user.
type Look = (UserStatus, Roles, Option<OrganizationId>, u64, Option<Standing>);

impl World {
    async fn build(admin: &Ctx, case: u32, shapes: &[Shape]) -> Self {
        let mut homes = Vec::new();
        for name in ["home", "other"] {
            let (name, kind) = (format!("{name}.{case}"), OrganizationKind::Company);
            let body = CreateOrganization { display_name: name.clone(), name, kind };
            homes.push(create_organization(admin, &body).await.unwrap().id);
        }
        let prefix = format!("case{case}.");
        let body = CreateGroup {
            name: format!("group{case}"),
            display_name: None,
            description: String::new(),
            organization_id: Some(homes[0]),
            limit: LimitKind::Hard,
        };
        let group = create_group(admin, &body).await.unwrap().id;
        let mut users = Vec::new();
        for (index, (suspended, role, member, sessions, standing)) in shapes.iter().enumerate() {
            let name = format!("{prefix}{index}");
            let role = ROLES[*role];
            let organization_id = (*member || role == Role::OrganizationAdmin).then_some(homes[0]);
            let body = CreateUser { organization_id, ..new_user(&name, &[role]) };
            let user = create_user(admin, &body).await.unwrap().id();
            for _ in 0..*sessions {
                let visitor = Visitor { app: admin.app.clone(), request: RequestInfo::default() };
                let (login, password) = (name.clone(), PASSWORD.to_owned());
                let login = Login { login, password, remember_me: false, client: ClientKind::Cli };
                auth::login(&visitor, &login).await.unwrap();
            }
            if *suspended {
                let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
                update_user(admin, user, &suspend, None).await.unwrap();
            }
            if let (Some(standing), Some(_)) = (STANDINGS[*standing], organization_id) {
                let body = AddGroupMember { user_id: Some(user), username: None, standing };
                add_group_member(admin, group, &body).await.unwrap();
            }
            users.push(user);
        }
        Self { prefix, users, home: homes[0], other: homes[1], group }
    }

    fn action(&self, act: u8, picks: &[bool], by_filter: bool) -> PlanAction {
        let picked = self.users.iter().zip(picks).filter(|(_, picked)| **picked).map(|(id, _)| *id);
        let selection = match by_filter {
            true => Selection::matching(UserFilter { q: Some(self.prefix.clone()), ..UserFilter::default() }),
            false => Selection::ids(picked.chain([self.users[0]]).collect::<HashSet<_>>()),
        };
        let role = |role, change| PlanAction::ChangeUserRole { selection: selection.clone(), role, change };
        let status =
            |status| PlanAction::SetUserStatus { selection: selection.clone(), status, reason: "a case".to_owned() };
        match act {
            0 => PlanAction::DeleteUsers { selection },
            1 => status(UserStatus::Suspended),
            2 => status(UserStatus::Active),
            3 => role(Role::Trainer, RoleChange::Add),
            4 => role(Role::User, RoleChange::Remove),
            5 => role(Role::OrganizationAdmin, RoleChange::Add),
            6 => PlanAction::MoveUsers { selection, organization_id: Some(self.other) },
            7 => PlanAction::MoveUsers { selection, organization_id: None },
            8 => PlanAction::RevokeUserSessions { selection },
            9 => {
                let (organization_id, user_id) = (None, Some(self.users[0]));
                PlanAction::RevokeSessions {
                    revocation: RevokeSessions { scope: RevocationScope::User, organization_id, user_id },
                }
            }
            10 => PlanAction::delete_organization(self.home),
            11 => PlanAction::DeleteOrganization {
                organization_id: self.home,
                members: MembersFate::Move,
                move_to: Some(self.other),
            },
            12 => PlanAction::AddToGroup { selection, group_id: self.group, standing: Standing::Member },
            13 => PlanAction::AddToGroup { selection, group_id: self.group, standing: Standing::Manager },
            14 => PlanAction::RemoveFromGroups { selection },
            _ => PlanAction::DeleteOrganization {
                organization_id: self.home,
                members: MembersFate::Delete,
                move_to: None,
            },
        }
    }

    /// What a plan can change of each user; nothing when they are gone.
    async fn look(&self, admin: &Ctx) -> Vec<Option<Look>> {
        let mut seen = Vec::new();
        for id in &self.users {
            let summary = get_user(admin, *id).await.ok().map(|user| user.summary);
            let standing = get_group_member(admin, self.group, *id).await.ok().map(|member| member.standing);
            seen.push(summary.map(|s| (s.status, s.roles, s.organization_id, u64::from(s.active_sessions), standing)));
        }
        seen
    }
}

async fn events(admin: &Ctx) -> Vec<AuditEvent> {
    let page = PageRequest { limit: Some(500), cursor: None };
    let request = ListAuditEvents { page, ..ListAuditEvents::default() };
    audit::list_audit_events(admin, &request).await.unwrap().items
}

/// The number in the plan, the rows that changed and the audit events that were written agree.
async fn check(admin: &Ctx, world: &World, action: PlanAction) {
    let before = world.look(admin).await;
    let known: HashSet<_> = events(admin).await.into_iter().map(|event| event.id).collect();
    let plan = create_plan(admin, &CreatePlan { action: action.clone() }).await.unwrap();
    let job = execute_plan(admin, plan.id, &ExecutePlan::default()).await.unwrap();
    assert_eq!((job.state, job.succeeded, job.failed, job.skipped), (JobState::Succeeded, plan.row_count, 0, 0));
    let after = world.look(admin).await;
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count() as u64;
    let sessions = |seen: &[Option<Look>]| seen.iter().flatten().map(|user| user.3).sum::<u64>();
    let members = |seen: &[Option<Look>]| seen.iter().flatten().filter(|user| user.4.is_some()).count() as u64;
    let ended = sessions(&before) - sessions(&after);
    let written: Vec<_> = events(admin).await.into_iter().filter(|event| !known.contains(&event.id)).collect();
    let targets = |kind: TargetType| {
        let of_kind = written.iter().filter(|event| event.target.kind == kind);
        of_kind.map(|event| event.target.id.as_str()).collect::<HashSet<_>>().len() as u64
    };
    let count = |kind| plan.counts.iter().find(|count| count.kind == kind).map(|count| count.count);
    assert_eq!(written.iter().filter(|event| event.action == Action::PlanExecuted).count(), 1);
    match action {
        PlanAction::RevokeSessions { .. } => {
            assert_eq!((ended, targets(TargetType::Session)), (plan.row_count, plan.row_count));
        }
        PlanAction::DeleteOrganization { .. } => {
            assert!(get_organization(admin, world.home).await.is_err());
            let members = count(CountKind::Member).or(count(CountKind::User)).unwrap();
            assert!(count(CountKind::Session).is_none_or(|sessions| sessions == ended), "{plan:?} ended {ended}");
            assert_eq!((changed, targets(TargetType::User), targets(TargetType::Organization)), (members, members, 1));
        }
        _ => {
            assert_eq!((changed, targets(TargetType::User)), (plan.row_count, plan.row_count));
            let memberships = members(&before).abs_diff(members(&after));
            assert!(
                count(CountKind::Membership).is_none_or(|expected| expected == memberships),
                "{plan:?} {memberships}"
            );
            assert!(count(CountKind::Session).is_none_or(|sessions| sessions == ended), "{plan:?} ended {ended}");
        }
    }
}

usecase_on_both! {
    /// Whoever is there, whatever is selected, whatever the act.
    async fn numbers_agree(platform: Platform) {
        let admin = platform.admin().await;
        let number = AtomicU32::new(0);
        let shape = (any::<bool>(), 0..ROLES.len(), any::<bool>(), 0..3_usize, 0..STANDINGS.len());
        let strategy = (vec(shape, 1..7), vec(any::<bool>(), 7), any::<bool>(), 0..16_u8);
        let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&strategy, |(shapes, picks, by_filter, act)| {
            let case = number.fetch_add(1, Ordering::Relaxed);
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(async {
                let world = World::build(&admin, case, &shapes).await;
                check(&admin, &world, world.action(act, &picks, by_filter)).await;
            }));
            Ok::<(), TestCaseError>(())
        });
        outcome.unwrap();
    }

    /// Two administrators take each other's right at once: what a guard refuses is undone, though other rows are done.
    async fn the_last_administrator_stays(platform: Platform) {
        let first = platform.admin().await;
        let second = platform.user(&first, new_user("second", &[Role::Admin])).await;
        let plain = platform.user(&first, new_user("plain", &[])).await;
        let delete = |users: Vec<UserId>| CreatePlan { action: PlanAction::DeleteUsers { selection: Selection::ids(users) } };
        let id = second.id();
        let second = platform.acting(id).await;
        let alone = create_plan(&first, &delete(vec![id])).await.unwrap();
        let both = create_plan(&first, &delete(vec![id, plain.id()])).await.unwrap();
        // The first one's rows have begun, with the rights that they had.
        let first = Ctx { is_job: true, ..first };
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        update_user(&second, first.actor.user_id().unwrap(), &demote, None).await.unwrap();
        let refused = delete_user(&first, second.actor.user_id().unwrap(), alone.id, None).await.unwrap_err();
        assert_eq!(refused.code(), "last-administrator");
        let job = execute_plan(&first, both.id, &ExecutePlan::default()).await.unwrap();
        assert_eq!((job.state, job.succeeded, job.failed), (JobState::Failed, 1, 1));
        assert!(get_user(&second, second.actor.user_id().unwrap()).await.unwrap().is_active_admin());
        assert!(get_user(&second, plain.id()).await.is_err());
        let deleted = events(&second).await.into_iter().filter(|event| event.action == Action::UserDeleted);
        assert_eq!(deleted.map(|event| event.target.label).collect::<Vec<_>>(), ["plain"]);
    }

    /// An organization whose member is the last administrator is not deleted with its members: what is on that one thing
    /// refuses as a whole, and row by row the member and the organization stay.
    async fn the_last_administrator_keeps_the_organization(platform: Platform) {
        let first = platform.admin().await;
        let second = platform.user(&first, new_user("second", &[Role::Admin])).await.id();
        let home = CreateOrganization { name: "home".to_owned(), display_name: "Home".to_owned(), kind: OrganizationKind::Company };
        let home = create_organization(&first, &home).await.unwrap().id;
        let plain = platform.user(&first, CreateUser { organization_id: Some(home), ..new_user("plain", &[]) }).await;
        let root = first.actor.user_id().unwrap();
        let enter = UpdateUser { organization_id: Patch::Value(home), ..UpdateUser::default() };
        update_user(&first, root, &enter, None).await.unwrap();
        // Rows that have begun, with the rights that the second one had.
        let under_way = Ctx { is_job: true, ..platform.acting(second).await };
        let action = PlanAction::DeleteOrganization { organization_id: home, members: MembersFate::Delete, move_to: None };
        let plan = create_plan(&under_way, &CreatePlan { action }).await.unwrap();
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        update_user(&first, second, &demote, None).await.unwrap();
        let refused = delete_organization(&under_way, home, plan.id, None).await.unwrap_err();
        assert_eq!(refused.code(), "last-administrator");
        assert!(get_user(&first, plain.id()).await.is_ok());
        let job = execute_plan(&under_way, plan.id, &ExecutePlan::default()).await.unwrap();
        assert_eq!((job.state, job.succeeded, job.failed), (JobState::Failed, 1, 2));
        assert!(get_user(&first, root).await.unwrap().is_active_admin());
        assert_eq!(get_organization(&first, home).await.unwrap().member_count, 1);
        assert!(get_user(&first, plain.id()).await.is_err());
    }
}
