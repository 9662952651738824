//! Allocations (S1-GRP-04, S1-GRP-07): the ledger, its levels, bulk changes, exports.

use quarterdeck_domain::{
    Amount, GroupId, Permission, PermissionSet,
    allocations::{
        AllocationState, Colour, CreateReservation, GrantAllocation, LimitKind, ListAllocationEntries,
        ListReservations, ReservationState, SettleReservation, UpdateAllocation,
    },
    api_keys::CreateApiKey,
    audit::{Action, AuditFilter, ListAuditEvents},
    groups::{GroupFilter, ListGroups},
    jobs::ListJobRows,
    plans::{CreatePlan, Exclusion, GroupTotal, PlanAction},
};
use quarterdeck_testkit::{Server, TestClient, on_both};

use crate::{
    groups::{grant, group_with, new_group},
    organizations::with_admin,
};

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub fn reserve(text: &str) -> CreateReservation {
    CreateReservation { amount: amount(text), ttl_seconds: 3_600, note: "a workspace".to_owned() }
}

/// What is granted, reserved, used and available.
async fn figures(client: &TestClient, id: GroupId) -> [String; 4] {
    let allocation = client.get_allocation(id).await.unwrap().allocation;
    [allocation.total, allocation.reserved, allocation.used, allocation.available].map(|amount| amount.to_string())
}

/// Uses `used` of the allocation at once.
async fn spend(client: &TestClient, id: GroupId, used: &str) {
    let reservation = client.create_reservation(id, &reserve(used)).await.unwrap();
    client.settle_reservation(reservation.id, &SettleReservation::default()).await.unwrap();
}

on_both! {
    /// Granted, reserved, settled by less, released: the sums follow exactly, and each step is an entry and an event.
    async fn ledger(server: Server) {
        let admin = server.admin().await;
        let id = admin.create_group(&new_group("engines", None)).await.unwrap().id;
        grant(&admin, id, amount("100.1")).await;
        let first = admin.create_reservation(id, &reserve("40.05")).await.unwrap();
        let second = admin.create_reservation(id, &reserve("60.05")).await.unwrap();
        assert_eq!(figures(&admin, id).await, ["100.1", "100.1", "0", "0"]);
        assert_eq!(admin.create_reservation(id, &reserve("0.0001")).await.unwrap_err().code(), "allocation-exceeded");
        let settled = admin.settle_reservation(first.id, &SettleReservation { amount: Some(amount("33.3333")) }).await.unwrap();
        assert_eq!((settled.state, settled.used), (ReservationState::Settled, Some(amount("33.3333"))));
        admin.release_reservation(second.id).await.unwrap();
        assert_eq!(figures(&admin, id).await, ["100.1", "0", "33.3333", "66.7667"]);
        for ended in [first.id, second.id] {
            assert_eq!(admin.settle_reservation(ended, &SettleReservation::default()).await.unwrap_err().code(), "reservation-ended");
            assert_eq!(admin.release_reservation(ended).await.unwrap_err().code(), "reservation-ended");
        }
        let less = GrantAllocation { amount: amount("-66.7668"), note: String::new() };
        assert_eq!(admin.grant_allocation(id, &less).await.unwrap_err().code(), "allocation-exceeded");
        let entries = admin.list_allocation_entries(id, &ListAllocationEntries::default()).await.unwrap();
        assert_eq!(entries.total, 5);
        let used: i64 = entries.items.iter().map(|entry| entry.used_change.parts()).sum();
        assert_eq!(Amount::from_parts(used), amount("33.3333"));
        for (action, count) in [
            (Action::AllocationGranted, 1),
            (Action::AllocationReserved, 2),
            (Action::AllocationSettled, 1),
            (Action::AllocationReleased, 1),
        ] {
            let filter = AuditFilter { action: Some(action), target_id: Some(id.to_string()), ..AuditFilter::default() };
            let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
            assert_eq!(events.total, count, "{action}");
        }
        assert_eq!(admin.list_reservations(id, &ListReservations::default()).await.unwrap().total, 2);
    }

    /// Under a soft limit more than all may be used, which shows as a level of its own; a hard one is not set over it.
    async fn overdrawn(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 100).await.id;
        let state = async || {
            let allocation = admin.get_allocation(id).await.unwrap().allocation;
            (allocation.state, allocation.label, allocation.colour, allocation.percent.map(|percent| percent.to_string()))
        };
        assert_eq!(state().await, (AllocationState::Normal, "Normal".to_owned(), Colour::Green, Some("0".to_owned())));
        for (used, expected) in [("50", AllocationState::Notice), ("30", AllocationState::Warning), ("15", AllocationState::Critical)] {
            spend(&admin, id, used).await;
            assert_eq!(state().await.0, expected);
        }
        assert_eq!(admin.create_reservation(id, &reserve("10")).await.unwrap_err().code(), "allocation-exceeded");
        let soft = UpdateAllocation { limit: Some(LimitKind::Soft), ..UpdateAllocation::default() };
        admin.update_allocation(id, &soft, None).await.unwrap();
        spend(&admin, id, "10").await;
        assert_eq!(state().await, (AllocationState::Over, "Over".to_owned(), Colour::Red, Some("105".to_owned())));
        let hard = UpdateAllocation { limit: Some(LimitKind::Hard), ..UpdateAllocation::default() };
        assert_eq!(admin.update_allocation(id, &hard, None).await.unwrap_err().code(), "allocation-exceeded");
        let enough = UpdateAllocation { total: Some(amount("105")), ..hard };
        assert_eq!(admin.update_allocation(id, &enough, None).await.unwrap().allocation.limit, LimitKind::Hard);
        group_with(&admin, "idle", None, 1).await;
        let filter = |state| ListGroups { filter: GroupFilter { state: Some(state), ..GroupFilter::default() }, ..ListGroups::default() };
        for (state, name) in [(AllocationState::Critical, "engines"), (AllocationState::Normal, "idle")] {
            let page = admin.list_groups(&filter(state)).await.unwrap();
            assert_eq!((page.total, page.items[0].name.as_str()), (1, name), "{state}");
        }
        let stale = admin.update_allocation(id, &UpdateAllocation { total: Some(amount("200")), ..UpdateAllocation::default() }, Some(1)).await;
        assert_eq!(stale.unwrap_err().code(), "stale");
        let report = admin.get_allocation(id).await.unwrap();
        assert_eq!((report.used_recently, report.runs_out_at.is_some()), (amount("105"), true));
    }

    /// Amounts that are none, or that break a rule, are refused at their field.
    async fn wrong_amounts(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 10).await.id;
        let post = async |path: &str, body: &str| {
            let request = admin.transport().raw("POST", &format!("/api/v1/groups/{id}/allocation/{path}"));
            let request = request.header("content-type", "application/json").body(body.to_owned());
            request.send().await.unwrap().status().as_u16()
        };
        for wrong in ["1", "1.5", "\"1e3\"", "\"0.00001\"", "\"NaN\"", "\"1000000000000\"", "null", "\"+1\"", "\" 1\""] {
            assert_eq!(post("entries", &format!("{{\"amount\":{wrong}}}")).await, 400, "{wrong}");
            assert_eq!(post("reservations", &format!("{{\"amount\":{wrong}}}")).await, 400, "{wrong}");
        }
        for wrong in ["\"0\"", "\"-1\""] {
            assert_eq!(post("reservations", &format!("{{\"amount\":{wrong}}}")).await, 422, "{wrong}");
        }
        assert_eq!(post("entries", "{\"amount\":\"0\"}").await, 422);
        assert_eq!(post("entries", "{\"amount\":\"999999999999.9999\"}").await, 422);
        assert_eq!(post("reservations", "{\"amount\":\"1\",\"ttl_seconds\":0}").await, 422);
        let reservation = admin.create_reservation(id, &reserve("1")).await.unwrap();
        let negative = SettleReservation { amount: Some(amount("-1")) };
        assert_eq!(admin.settle_reservation(reservation.id, &negative).await.unwrap_err().code(), "invalid");
        let more = SettleReservation { amount: Some(amount("10.0001")) };
        assert_eq!(admin.settle_reservation(reservation.id, &more).await.unwrap_err().code(), "allocation-exceeded");
        assert_eq!(figures(&admin, id).await, ["10", "1", "0", "9"]);
    }

    /// A reservation that ran out is free again: the sweep ends it, and so does whoever asks for what it held.
    async fn expiry(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 10).await.id;
        let short = CreateReservation { ttl_seconds: 60, ..reserve("10") };
        let first = admin.create_reservation(id, &short).await.unwrap();
        server.advance(std::time::Duration::from_secs(61));
        assert_eq!(admin.settle_reservation(first.id, &SettleReservation::default()).await.unwrap_err().code(), "reservation-ended");
        admin.create_reservation(id, &reserve("10")).await.unwrap();
        assert_eq!(admin.get_reservation(first.id).await.unwrap().state, ReservationState::Expired);
        assert_eq!(figures(&admin, id).await, ["10", "10", "0", "0"]);
    }

    /// The export of a ledger has each entry, its sums are the allocation, and formulas in notes are defused.
    async fn export(server: Server) {
        let admin = server.admin().await;
        let id = admin.create_group(&new_group("engines", None)).await.unwrap().id;
        for (index, text) in ["1000", "-0.0001", "0.3", "-12.75"].into_iter().enumerate() {
            let note = if index == 0 { "=HYPERLINK(1)".to_owned() } else { String::new() };
            admin.grant_allocation(id, &GrantAllocation { amount: amount(text), note }).await.unwrap();
        }
        spend(&admin, id, "0.1").await;
        admin.create_reservation(id, &reserve("0.2")).await.unwrap();
        let path = format!("/api/v1/groups/{id}/allocation/entries");
        let text = admin.transport().raw("GET", &path).header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        let mut sums = [0_i64; 3];
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            for (sum, cell) in sums.iter_mut().zip(&cells[4..7]) {
                *sum += amount(cell).parts();
            }
        }
        let sums = sums.map(|sum| Amount::from_parts(sum).to_string());
        let [total, reserved, used, _] = figures(&admin, id).await;
        assert_eq!(sums, [total, reserved, used]);
        assert!(text.contains("'=HYPERLINK(1)") && text.lines().count() == 8, "{text}");
    }

    /// Totals of many groups at once (S1-GRP-04): a result for each, refused where more is used than would be left.
    async fn totals_in_bulk(server: Server) {
        let admin = server.admin().await;
        let mut totals = Vec::new();
        for index in 0..4_u32 {
            let id = group_with(&admin, &format!("group{index}"), None, 10).await.id;
            totals.push(GroupTotal { group_id: id, total: Amount::from(10 + index) });
        }
        spend(&admin, totals[3].group_id, "9").await;
        totals[3].total = amount("8.9999");
        let missing = GroupId(uuid::Uuid::nil());
        totals.push(GroupTotal { group_id: missing, total: Amount::from(1) });
        let action = PlanAction::SetAllocations { totals: totals.clone(), reason: "a new year".to_owned() };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        assert_eq!(plan.row_count, 3);
        let excluded: Vec<_> = plan.excluded.iter().map(|rows| (rows.reason, rows.count)).collect();
        assert_eq!(excluded, [(Exclusion::NothingToDo, 1), (Exclusion::NotFound, 1)]);
        let job = admin.execute_plan(&plan).await.unwrap();
        assert_eq!((job.succeeded, job.failed), (2, 1));
        let rows = admin.list_job_rows(job.id, &ListJobRows::default()).await.unwrap().items;
        let failed = rows.iter().find(|row| row.code.is_some()).unwrap();
        assert_eq!((failed.label.as_str(), failed.code.as_deref()), ("group3", Some("allocation-exceeded")));
        for (total, expected) in totals.iter().zip(["10", "11", "12", "10"]) {
            assert_eq!(figures(&admin, total.group_id).await[0], expected);
        }
        let twice = PlanAction::SetAllocations { totals: vec![totals[0]; 2], reason: String::new() };
        assert_eq!(admin.create_plan(&CreatePlan { action: twice }).await.unwrap_err().code(), "invalid");
        // Nobody sets what they do not administer.
        let (_, owner) = with_admin(&server, &admin, "one").await;
        let foreign = PlanAction::SetAllocations { totals: vec![totals[0]], reason: String::new() };
        let plan = owner.create_plan(&CreatePlan { action: foreign }).await.unwrap();
        assert_eq!((plan.row_count, plan.excluded[0].reason), (0, Exclusion::NotFound));
    }

    /// A key that may reserve reserves and settles, and grants nothing.
    async fn keys(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 10).await.id;
        let scopes: PermissionSet =
            [Permission::GroupRead, Permission::AllocationRead, Permission::AllocationReserve].into_iter().collect();
        let body = CreateApiKey { title: "meter".to_owned(), scopes, ..CreateApiKey::default() };
        let meter = server.anonymous();
        meter.transport().set_token(Some(admin.create_api_key(&body).await.unwrap().secret));
        spend(&meter, id, "4").await;
        let more = GrantAllocation { amount: amount("1"), note: String::new() };
        assert_eq!(meter.grant_allocation(id, &more).await.unwrap_err().code(), "forbidden");
        let soft = UpdateAllocation { limit: Some(LimitKind::Soft), ..UpdateAllocation::default() };
        assert_eq!(meter.update_allocation(id, &soft, None).await.unwrap_err().code(), "forbidden");
        assert_eq!(figures(&admin, id).await, ["10", "0", "4", "6"]);
    }
}
