//! Groups (S1-GRP-01..03, S1-GRP-06) and who learns of them.

use quarterdeck_domain::{
    Amount, GroupId, OrganizationId, Role,
    allocations::{AllocationEntry, AllocationState, GrantAllocation, LimitKind, ListAllocationEntries},
    audit::{Action, AuditFilter, ListAuditEvents},
    groups::{
        AddGroupMember, CreateGroup, Group, GroupFilter, GroupSort, ListGroupMembers, ListGroups, MemberFilter,
        Standing, UpdateGroup,
    },
    page::{PageRequest, Sort},
    plans::{CountKind, CreatePlan, Exclusion, PlanAction},
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};

use crate::organizations::with_admin;

/// A new group.
pub fn new_group(name: &str, organization: Option<OrganizationId>) -> CreateGroup {
    CreateGroup {
        name: name.to_owned(),
        display_name: None,
        description: String::new(),
        organization_id: organization,
        limit: LimitKind::Hard,
    }
}

/// A group with `total` units to use.
pub async fn group_with(client: &TestClient, name: &str, organization: Option<OrganizationId>, total: u32) -> Group {
    let group = client.create_group(&new_group(name, organization)).await.unwrap();
    grant(client, group.id, Amount::from(total)).await;
    client.get_group(group.id).await.unwrap()
}

pub async fn grant(client: &TestClient, id: GroupId, amount: Amount) {
    client.grant_allocation(id, &GrantAllocation { amount, note: "budget".to_owned() }).await.unwrap();
}

/// Somebody by username.
pub fn named(username: &str, standing: Standing) -> AddGroupMember {
    AddGroupMember { user_id: None, username: Some(username.to_owned()), standing }
}

async fn names(client: &TestClient, request: &ListGroups) -> Vec<String> {
    client.list_groups(request).await.unwrap().items.into_iter().map(|group| group.name).collect()
}

on_both! {
    /// Names are unique within an organization, in any case, and have letters, digits, dashes and underscores only.
    async fn changing(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let group = admin.create_group(&new_group("Engine-1", Some(one))).await.unwrap();
        assert_eq!((group.display_name.as_str(), group.member_count, group.version), ("Engine-1", 0, 1));
        assert_eq!(group.organization_name.as_deref(), Some("The one"));
        assert_eq!(admin.create_group(&new_group("ENGINE-1", Some(one))).await.unwrap_err().code(), "group-name-taken");
        admin.create_group(&new_group("engine-1", None)).await.unwrap();
        assert_eq!(admin.create_group(&new_group("Engine-1", None)).await.unwrap_err().code(), "group-name-taken");
        for wrong in ["", "a b", "a.b", "ä", "x".repeat(51).as_str()] {
            let error = admin.create_group(&new_group(wrong, None)).await.unwrap_err();
            assert_eq!(error.problem().unwrap().errors[0].pointer, "/name", "{wrong}");
        }
        let nowhere = OrganizationId(uuid::Uuid::nil());
        let error = admin.create_group(&new_group("lost", Some(nowhere))).await.unwrap_err();
        assert_eq!(error.problem().unwrap().errors[0].pointer, "/organization_id");
        let update = UpdateGroup { description: Some("Tables\nof logarithms".to_owned()), ..UpdateGroup::default() };
        let changed = admin.update_group(group.id, &update, Some(1)).await.unwrap();
        assert_eq!((changed.version, changed.description.as_str()), (2, "Tables\nof logarithms"));
        assert_eq!(admin.update_group(group.id, &update, Some(1)).await.unwrap_err().code(), "stale");
        assert_eq!(admin.get_group(group.id).await.unwrap(), changed);
    }

    /// Pages by each order and filter, exports with the columns of the list.
    async fn listing(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        for (name, organization, total) in [("alpha", None, 30), ("beta", Some(one), 10), ("gamma", None, 20)] {
            group_with(&admin, name, organization, total).await;
        }
        let sorted = |key, limit| ListGroups {
            sort: Some(Sort::descending(key)),
            page: PageRequest { limit: Some(limit), cursor: None },
            ..ListGroups::default()
        };
        assert_eq!(names(&admin, &ListGroups::default()).await, ["alpha", "beta", "gamma"]);
        assert_eq!(names(&admin, &sorted(GroupSort::Total, 50)).await, ["alpha", "gamma", "beta"]);
        for key in GroupSort::ALL {
            let mut request = sorted(*key, 1);
            let mut found = Vec::new();
            loop {
                let page = admin.list_groups(&request).await.unwrap();
                assert_eq!(page.total, 3);
                found.extend(page.items.into_iter().map(|group| group.name));
                let Some(next) = page.next_cursor else { break };
                request.page.cursor = Some(next);
            }
            assert_eq!(found, names(&admin, &sorted(*key, 50)).await, "{key}");
        }
        let filtered = |filter| ListGroups { filter, ..ListGroups::default() };
        let of_one = GroupFilter { organization_id: Some(one), ..GroupFilter::default() };
        assert_eq!(names(&admin, &filtered(of_one)).await, ["beta"]);
        let found = GroupFilter { q: Some("AMM".to_owned()), ..GroupFilter::default() };
        assert_eq!(names(&admin, &filtered(found)).await, ["gamma"]);
        let normal = GroupFilter { state: Some(AllocationState::Normal), ..GroupFilter::default() };
        assert_eq!(names(&admin, &filtered(normal)).await.len(), 3);
        let export = admin.transport().raw("GET", "/api/v1/groups").header("accept", "text/csv").send().await.unwrap();
        let text = export.text().await.unwrap();
        assert!(text.starts_with("id,name,display_name,organization_id,") && text.lines().count() == 4, "{text}");
    }

    /// Deletion is planned; all that goes with the group is counted first.
    async fn deleting(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "ada", &[]).await;
        let group = group_with(&admin, "engines", None, 10).await;
        admin.add_group_member(group.id, &named("ada", Standing::Member)).await.unwrap();
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::DeleteGroup { group_id: group.id } }).await.unwrap();
        let count = |kind| plan.counts.iter().find(|count| count.kind == kind).map(|count| count.count);
        assert_eq!([CountKind::Group, CountKind::Membership, CountKind::LedgerEntry].map(count), [Some(1); 3]);
        assert_eq!(plan.confirmation.as_deref(), Some("engines"));
        admin.delete_group(group.id, plan.id).await.unwrap();
        assert_eq!(admin.get_group(group.id).await.unwrap_err().code(), "not-found");
        let filter = AuditFilter { action: Some(Action::GroupDeleted), ..AuditFilter::default() };
        assert_eq!(admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total, 1);
    }

    /// Several at once: each is counted, those that are not there or not for the actor are left out, and all go by one plan.
    async fn deleting_several(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let mine = [group_with(&owner, "a", None, 10).await.id, group_with(&owner, "b", None, 10).await.id];
        let platform = group_with(&admin, "platform", None, 10).await;
        owner.add_group_member(mine[0], &named("one.admin", Standing::Member)).await.unwrap();
        let group_ids = vec![mine[0], mine[1], mine[0], platform.id, GroupId(uuid::Uuid::nil())];
        let plan = owner.create_plan(&CreatePlan { action: PlanAction::DeleteGroups { group_ids } }).await.unwrap();
        let count = |kind| plan.counts.iter().find(|count| count.kind == kind).map(|count| count.count);
        let kinds = [CountKind::Group, CountKind::Membership, CountKind::LedgerEntry];
        assert_eq!(kinds.map(count), [Some(2), Some(1), Some(2)]);
        // What belongs to others is as unknown as nothing.
        let excluded: Vec<_> = plan.excluded.iter().map(|rows| (rows.reason, rows.count)).collect();
        assert_eq!(excluded, [(Exclusion::NotFound, 2)]);
        assert!(plan.excluded[0].sample.iter().all(|row| row.label == row.id.to_string()));
        assert_eq!(plan.confirmation.as_deref(), Some("delete 2 groups"));
        let job = owner.execute_plan(&plan).await.unwrap();
        assert_eq!((job.succeeded, job.failed), (2, 0));
        assert_eq!(names(&admin, &ListGroups::default()).await, ["platform"]);
        let none = CreatePlan { action: PlanAction::DeleteGroups { group_ids: Vec::new() } };
        assert_eq!(owner.create_plan(&none).await.unwrap_err().problem().unwrap().errors[0].pointer, "/group_ids");
        let filter = AuditFilter { action: Some(Action::GroupDeleted), ..AuditFilter::default() };
        let told = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert!(told.total == 2 && told.items.iter().all(|event| event.organization_id == Some(one)));
    }

    /// An organization goes with its groups, which its plan names; groups elsewhere stay.
    async fn deleted_organization(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let group = group_with(&owner, "theirs", None, 10).await;
        assert_eq!(group.organization_id, Some(one));
        owner.add_group_member(group.id, &named("one.admin", Standing::Member)).await.unwrap();
        let other = group_with(&admin, "platform", None, 10).await;
        admin.add_group_member(other.id, &named("one.admin", Standing::Member)).await.unwrap();
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::delete_organization(one) }).await.unwrap();
        let count = |kind| plan.counts.iter().find(|count| count.kind == kind).map(|count| count.count);
        assert_eq!([CountKind::Group, CountKind::Membership, CountKind::LedgerEntry].map(count), [Some(1); 3]);
        admin.delete_organization(one, plan.id).await.unwrap();
        assert_eq!(admin.get_group(group.id).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.get_group(other.id).await.unwrap().member_count, 1);
    }

    /// Demonstration data has groups of each level, whose ledgers sum to what they show; a second load adds others.
    async fn demonstration(server: Server) {
        server.command(&["demo", "--users", "60"], "");
        let admin = server.admin().await;
        let all = ListGroups { page: PageRequest { limit: Some(100), cursor: None }, ..ListGroups::default() };
        let groups = admin.list_groups(&all).await.unwrap().items;
        assert_eq!(groups.len(), 40);
        for state in AllocationState::ALL {
            assert!(groups.iter().any(|group| group.allocation.as_ref().is_some_and(|it| it.state == *state)), "{state}");
        }
        let managers = MemberFilter { standing: Some(Standing::Manager), ..MemberFilter::default() };
        let managers = ListGroupMembers { filter: managers, ..ListGroupMembers::default() };
        for group in groups.iter().filter(|group| group.member_count > 0).take(4) {
            assert!(admin.list_group_members(group.id, &managers).await.unwrap().total > 0);
            let entries = admin.list_allocation_entries(group.id, &ListAllocationEntries::default()).await.unwrap().items;
            let sum = |part: fn(&AllocationEntry) -> Amount| Amount::from_parts(entries.iter().map(|entry| part(entry).parts()).sum());
            let shown = group.allocation.as_ref().unwrap();
            let sums = [sum(|entry| entry.total_change), sum(|entry| entry.reserved_change), sum(|entry| entry.used_change)];
            assert_eq!(sums, [shown.total, shown.reserved, shown.used]);
        }
        server.command(&["demo", "--users", "1"], "");
        assert_eq!(admin.list_groups(&all).await.unwrap().total, 80);
    }

    /// An organization's administrator administers the own groups, and learns of no others: by no list, id or name.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let theirs = group_with(&two_admin, "shared-name", None, 10).await;
        let platform = group_with(&admin, "platform", None, 10).await;
        // The same name in another organization tells nothing.
        let mine = one_admin.create_group(&new_group("shared-name", None)).await.unwrap();
        assert_eq!((theirs.organization_id, mine.organization_id), (Some(two), Some(one)));
        assert_eq!(one_admin.create_group(&new_group("spy", Some(two))).await.unwrap_err().code(), "forbidden");
        assert_eq!(one_admin.list_groups(&ListGroups::default()).await.unwrap().total, 1);
        let filter = GroupFilter { organization_id: Some(two), ..GroupFilter::default() };
        assert_eq!(one_admin.list_groups(&ListGroups { filter, ..ListGroups::default() }).await.unwrap().total, 0);
        for id in [theirs.id, platform.id] {
            assert_eq!(one_admin.get_group(id).await.unwrap_err().code(), "not-found");
            let rename = UpdateGroup { display_name: Some("x".to_owned()), ..UpdateGroup::default() };
            assert_eq!(one_admin.update_group(id, &rename, None).await.unwrap_err().code(), "not-found");
            assert_eq!(one_admin.get_allocation(id).await.unwrap_err().code(), "not-found");
            let plan = CreatePlan { action: PlanAction::DeleteGroup { group_id: id } };
            assert_eq!(one_admin.create_plan(&plan).await.unwrap_err().code(), "not-found");
        }
        // Nor by adding people of another organization: they are as unknown as nobody.
        let two_id = two_admin.get_me().await.unwrap().user.id();
        let foreign = AddGroupMember { user_id: Some(two_id), username: None, standing: Standing::Member };
        let nobody = AddGroupMember { user_id: Some(uuid::Uuid::nil().into()), ..foreign.clone() };
        let told = async |body: &AddGroupMember| {
            let problem = one_admin.add_group_member(mine.id, body).await.unwrap_err().problem().unwrap().clone();
            (problem.status, problem.code, problem.errors)
        };
        assert_eq!(told(&foreign).await, told(&nobody).await);
        assert_eq!(told(&named("two.admin", Standing::Member)).await, told(&named("nobody", Standing::Member)).await);
    }

    /// Members see their groups and no allocation, managers the allocation of theirs, advocates all, developers none.
    async fn seen_by_whom(server: Server) {
        let admin = server.admin().await;
        let group = group_with(&admin, "engines", None, 10).await;
        group_with(&admin, "others", None, 10).await;
        for (name, standing) in [("ada", Standing::Member), ("bob", Standing::Manager)] {
            let (client, _) = server.signed_in(&admin, name, &[]).await;
            assert_eq!(client.list_groups(&ListGroups::default()).await.unwrap().total, 0);
            assert_eq!(client.get_group(group.id).await.unwrap_err().code(), "not-found");
            admin.add_group_member(group.id, &named(name, standing)).await.unwrap();
            let seen = client.list_groups(&ListGroups::default()).await.unwrap();
            assert_eq!((seen.total, seen.items[0].standing), (1, Some(standing)));
            let manages = standing == Standing::Manager;
            assert_eq!(seen.items[0].allocation.is_some(), manages);
            assert_eq!(client.get_allocation(group.id).await.is_ok(), manages);
            // The order would tell what is not shown.
            let by_total = ListGroups { sort: Some(Sort::ascending(GroupSort::Total)), ..ListGroups::default() };
            assert_eq!(client.list_groups(&by_total).await.unwrap_err().code(), "forbidden");
            let rename = UpdateGroup { display_name: Some("x".to_owned()), ..UpdateGroup::default() };
            assert_eq!(client.update_group(group.id, &rename, None).await.unwrap_err().code(), "forbidden");
            let more = GrantAllocation { amount: Amount::from(1), note: String::new() };
            assert_eq!(client.grant_allocation(group.id, &more).await.unwrap_err().code(), "forbidden");
            assert_eq!(client.create_group(&new_group("own", None)).await.unwrap_err().code(), "forbidden");
        }
        let (advocate, _) = server.signed_in(&admin, "advocate", &[Role::Advocate]).await;
        assert_eq!(advocate.list_groups(&ListGroups::default()).await.unwrap().total, 2);
        assert!(advocate.get_allocation(group.id).await.is_ok());
        assert_eq!(advocate.add_group_member(group.id, &named("root", Standing::Member)).await.unwrap_err().code(), "forbidden");
        let (developer, _) = server.signed_in(&admin, "developer", &[Role::Developer]).await;
        assert_eq!(developer.list_groups(&ListGroups::default()).await.unwrap().total, 0);
        admin.create_user(&new_user("late", &[])).await.unwrap();
        assert_eq!(developer.get_group(group.id).await.unwrap_err().code(), "not-found");
    }
}
