//! Whatever goes into the bin, in whatever order, comes back as it was, in whatever order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU32, Ordering},
};

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    test_runner::{Config, TestCaseError, TestRunner},
};
use quarterdeck_app::{
    Ctx, bin,
    groups::{add_group_member, create_group, get_group, list_user_groups},
    plans::{create_plan, execute_plan},
    role_grants::{create_role_grant, list_role_grants},
    users::{create_user, get_user},
};
use quarterdeck_domain::{
    BinItemId, GroupId, Role, UserId,
    allocations::LimitKind,
    bin::{ListBin, RestoreBinItem},
    groups::{AddGroupMember, CreateGroup, ListUserGroups, Standing},
    plans::{CreatePlan, ExecutePlan, PlanAction, Selection},
    role_grants::{CreateRoleGrant, ListRoleGrants, RoleGrantFilter, ScopeKind},
};
use quarterdeck_testkit::{Platform, new_user, usecase_on_both};

const PEOPLE: usize = 3;
const GROUPS: usize = 3;

/// Who is in which group, as what: nobody, a member, a manager.
type Memberships = Vec<u8>;

/// People and groups of one case, each in as many as they are.
struct World {
    people: Vec<UserId>,
    groups: Vec<GroupId>,
}

/// One thing of the world, by its place: people first.
type Thing = usize;

/// A grant on the platform, or on a group, as yet to nobody.
fn grant(role: Role, on: Option<GroupId>) -> CreateRoleGrant {
    CreateRoleGrant {
        user_id: None,
        group_id: None,
        role: Some(role),
        role_id: None,
        scope: ScopeKind::of(None, on),
        organization_id: None,
        scope_group_id: on,
        expires_at: None,
        reason: "cover".to_owned(),
    }
}

impl World {
    async fn build(admin: &Ctx, case: u32, memberships: &Memberships) -> Self {
        let (mut people, mut groups) = (Vec::new(), Vec::new());
        for number in 0..PEOPLE {
            let user =
                create_user(admin, &new_user(&format!("case{case}.{number}"), &[Role::Trainer])).await.unwrap().id();
            let end = Some(admin.now().plus_seconds(400 * 86_400));
            let grant = CreateRoleGrant { user_id: Some(user), expires_at: end, ..grant(Role::Advocate, None) };
            create_role_grant(admin, &grant).await.unwrap();
            people.push(user);
        }
        for number in 0..GROUPS {
            let body = CreateGroup {
                name: format!("case{case}-{number}"),
                display_name: None,
                description: String::new(),
                organization_id: None,
                limit: LimitKind::Hard,
            };
            groups.push(create_group(admin, &body).await.unwrap().id);
        }
        // Each group carries a role, on the platform and on the next group, and somebody is granted one on it.
        for ((group, next), user) in groups.iter().zip(groups.iter().cycle().skip(1)).zip(&people) {
            let carried = CreateRoleGrant { group_id: Some(*group), ..grant(Role::BillingAdmin, None) };
            let on_next = CreateRoleGrant { group_id: Some(*group), ..grant(Role::GroupManager, Some(*next)) };
            let on_it = CreateRoleGrant { user_id: Some(*user), ..grant(Role::GroupManager, Some(*group)) };
            for grant in [carried, on_next, on_it] {
                create_role_grant(admin, &grant).await.unwrap();
            }
        }
        for (place, standing) in memberships.iter().enumerate() {
            let standing = match standing {
                0 => continue,
                1 => Standing::Member,
                _ => Standing::Manager,
            };
            let user_id = Some(people[place % PEOPLE]);
            let body = AddGroupMember { user_id, username: None, standing };
            add_group_member(admin, groups[place / PEOPLE], &body).await.unwrap();
        }
        Self { people, groups }
    }

    fn id(&self, thing: Thing) -> BinItemId {
        BinItemId(self.people.get(thing).map_or_else(|| self.groups[thing - PEOPLE].0, |user| user.0))
    }

    async fn bin(&self, admin: &Ctx, thing: Thing) {
        let (keep_days, reason) = (30, String::new());
        let action = match self.people.get(thing) {
            Some(user) => PlanAction::BinUsers { selection: Selection::ids([*user]), keep_days, reason },
            None => PlanAction::BinGroups { group_ids: vec![self.groups[thing - PEOPLE]], keep_days, reason },
        };
        let plan = create_plan(admin, &CreatePlan { action }).await.unwrap();
        let job = execute_plan(admin, plan.id, &ExecutePlan::default()).await.unwrap();
        assert_eq!((job.succeeded, job.failed), (1, 0));
    }

    /// All that can be seen of the people and the groups.
    async fn look(&self, admin: &Ctx) -> Look {
        let mut look = Look::default();
        for (place, user) in self.people.iter().enumerate() {
            let Ok(found) = get_user(admin, *user).await else { continue };
            look.people.insert(place, format!("{:?} {:?}", found.summary.roles, found.granted_power));
            let filter = RoleGrantFilter { user_id: Some(*user), ..RoleGrantFilter::default() };
            let request = ListRoleGrants { filter, ..ListRoleGrants::default() };
            for held in list_role_grants(admin, &request).await.unwrap().items {
                look.grants
                    .insert(format!("{place}: {} {:?} {:?}", held.role_name, held.group_id, held.scope_group_id));
            }
            for membership in list_user_groups(admin, *user, &ListUserGroups::default()).await.unwrap().items {
                let group = self.groups.iter().position(|id| *id == membership.group_id).unwrap();
                look.memberships.insert((group, place, membership.standing.name()));
            }
        }
        for (place, group) in self.groups.iter().enumerate() {
            let Ok(found) = get_group(admin, *group).await else { continue };
            look.groups.insert(place, found.member_count);
            let filter = RoleGrantFilter { group_id: Some(*group), ..RoleGrantFilter::default() };
            let request = ListRoleGrants { filter, ..ListRoleGrants::default() };
            for held in list_role_grants(admin, &request).await.unwrap().items {
                look.grants.insert(format!("group {place}: {} {:?}", held.role_name, held.scope_group_id));
            }
        }
        look
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Look {
    people: BTreeMap<usize, String>,
    groups: BTreeMap<usize, u64>,
    memberships: BTreeSet<(usize, usize, &'static str)>,
    grants: BTreeSet<String>,
}

usecase_on_both! {
    /// In and out again in any order, with as many steps of coming back between as there are.
    async fn any_order(platform: Platform) {
        let admin = platform.admin().await;
        let number = AtomicU32::new(0);
        let things: Vec<Thing> = (0..PEOPLE + GROUPS).collect();
        let orders = (Just(things.clone()).prop_shuffle(), Just(things).prop_shuffle(), 1..=PEOPLE + GROUPS);
        let strategy = (vec(0..3_u8, PEOPLE * GROUPS), orders, any::<bool>());
        let mut runner = TestRunner::new(Config { cases: 25, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&strategy, |(memberships, (goes, comes, how_many), twice)| {
            let case = number.fetch_add(1, Ordering::Relaxed);
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(async {
                let world = World::build(&admin, case, &memberships).await;
                let before = world.look(&admin).await;
                for _ in 0..=u8::from(twice) {
                    let gone = &goes[..how_many];
                    for thing in gone {
                        world.bin(&admin, *thing).await;
                    }
                    for thing in comes.iter().filter(|thing| gone.contains(thing)) {
                        let body = RestoreBinItem::default();
                        let back = bin::restore_bin_item(&admin, world.id(*thing), &body).await.unwrap();
                        assert!(back.lost.is_empty(), "{back:?}");
                    }
                    assert_eq!(world.look(&admin).await, before);
                }
            }));
            Ok::<(), TestCaseError>(())
        });
        outcome.unwrap();
    }

    /// What was kept for its days goes for good by itself, with what waited for it, and nothing before.
    async fn purged_in_its_time(platform: Platform) {
        let admin = platform.admin().await;
        let world = World::build(&admin, 0, &vec![2; PEOPLE * GROUPS]).await;
        world.bin(&admin, 0).await;
        platform.clock.advance(86_400);
        let admin = platform.admin().await;
        world.bin(&admin, PEOPLE).await;
        platform.clock.advance(29 * 86_400 - 1);
        let admin = platform.admin().await;
        assert_eq!(bin::purge_due(&platform.app).await.unwrap(), 0);
        platform.clock.advance(1);
        assert_eq!(bin::purge_due(&platform.app).await.unwrap(), 1);
        assert_eq!(bin::list_bin_items(&admin, &ListBin::default()).await.unwrap().total, 1);
        let back = bin::restore_bin_item(&admin, world.id(PEOPLE), &RestoreBinItem::default()).await.unwrap();
        assert_eq!(get_group(&admin, world.groups[0]).await.unwrap().member_count, 2, "{back:?}");
    }
}
