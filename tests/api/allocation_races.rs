//! Many who use one allocation at once.

use futures::future::join_all;
use quarterdeck_domain::{
    Amount,
    allocations::{ListAllocationEntries, ListReservations, Reservation, SettleReservation},
    page::PageRequest,
};
use quarterdeck_testkit::{Server, on_both};

use crate::{allocations::reserve, groups::group_with};

on_both! {
    /// Of 64 reservations at once as many are made as a hard limit allows, and not one more.
    async fn reservations(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 10).await.id;
        let body = reserve("0.3");
        let made = join_all((0..64).map(|_| admin.create_reservation(id, &body))).await;
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 33);
        for error in made.into_iter().filter_map(Result::err) {
            assert_eq!(error.code(), "allocation-exceeded");
        }
        let allocation = admin.get_allocation(id).await.unwrap().allocation;
        assert_eq!((allocation.reserved.to_string(), allocation.available.to_string()), ("9.9".to_owned(), "0.1".to_owned()));
    }

    /// A reservation that many settle and release at once ends once.
    async fn ends(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 10).await.id;
        let reservation = admin.create_reservation(id, &reserve("4")).await.unwrap().id;
        let ended = join_all((0..24).map(|index| {
            let admin = admin.clone();
            async move {
                if index % 2 == 0 {
                    admin.settle_reservation(reservation, &SettleReservation::default()).await
                } else {
                    admin.release_reservation(reservation).await
                }
            }
        })).await;
        assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 1);
        let page = PageRequest { limit: Some(500), cursor: None };
        let entries = admin.list_allocation_entries(id, &ListAllocationEntries { page, ..ListAllocationEntries::default() }).await.unwrap();
        assert_eq!(entries.total, 3);
        let sum = |part: fn(&quarterdeck_domain::allocations::AllocationEntry) -> Amount| {
            entries.items.iter().map(|entry| part(entry).parts()).sum::<i64>()
        };
        let allocation = admin.get_allocation(id).await.unwrap().allocation;
        assert_eq!(sum(|entry| entry.reserved_change), allocation.reserved.parts());
        assert_eq!(sum(|entry| entry.used_change), allocation.used.parts());
    }

    /// The same request to reserve, sent many times with one `Idempotency-Key`, reserves once.
    async fn sent_twice(server: Server) {
        let admin = server.admin().await;
        let id = group_with(&admin, "engines", None, 10).await.id;
        let path = format!("/api/v1/groups/{id}/allocation/reservations");
        let body = reserve("4");
        let send = || async {
            let request = admin.transport().raw("POST", &path).header("idempotency-key", "start-of-a-workspace").json(&body);
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Reservation>().await.map(|made| made.id).ok())
        };
        let first = send().await;
        let again = join_all((0..8).map(|_| send())).await;
        assert!(first.0 == 201 && again.iter().all(|answer| *answer == first), "{first:?} {again:?}");
        assert_eq!(admin.list_reservations(id, &ListReservations::default()).await.unwrap().total, 1);
    }
}
