//! The ledger of an allocation, by random use.

use proptest::{
    collection::vec,
    prelude::{Strategy, any},
    prop_oneof,
    test_runner::{Config, TestCaseError, TestRunner},
};
use quarterdeck_app::{
    Ctx,
    allocations::{
        create_reservation, expire_reservations, grant_allocation, release_reservation, settle_reservation,
        update_allocation,
    },
    groups::create_group,
};
use quarterdeck_domain::{
    Amount, GroupId, ReservationId,
    allocations::{CreateReservation, GrantAllocation, LimitKind, SettleReservation, UpdateAllocation},
    groups::CreateGroup,
};
use quarterdeck_testkit::{Platform, usecase_on_both};

/// What somebody does to a ledger; numbers are ten-thousandths, or choose among the reservations made.
#[derive(Debug, Clone)]
enum Step {
    Grant(i64),
    Total(i64),
    Reserve(i64),
    Settle(usize, i64),
    Release(usize),
    Expire,
    Limit(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (-60_000_i64..200_000).prop_map(Step::Grant),
        1 => (0_i64..200_000).prop_map(Step::Total),
        4 => (1_i64..70_000).prop_map(Step::Reserve),
        3 => (any::<usize>(), 0_i64..90_000).prop_map(|(which, amount)| Step::Settle(which, amount)),
        2 => any::<usize>().prop_map(Step::Release),
        1 => proptest::strategy::Just(Step::Expire),
        1 => any::<bool>().prop_map(Step::Limit),
    ]
}

async fn take(platform: &Platform, ctx: &Ctx, group: GroupId, made: &mut Vec<ReservationId>, step: &Step) {
    let chosen = |which: usize| made.get(which % made.len().max(1)).copied();
    let amount = Amount::from_parts;
    // What a rule refuses changes nothing, which is what is looked at.
    match *step {
        Step::Grant(parts) => {
            let body = GrantAllocation { amount: amount(parts), note: String::new() };
            grant_allocation(ctx, group, &body).await.ok();
        }
        Step::Total(parts) => {
            let body = UpdateAllocation { total: Some(amount(parts)), ..UpdateAllocation::default() };
            update_allocation(ctx, group, &body, None).await.ok();
        }
        Step::Limit(is_hard) => {
            let limit = if is_hard { LimitKind::Hard } else { LimitKind::Soft };
            let body = UpdateAllocation { limit: Some(limit), ..UpdateAllocation::default() };
            update_allocation(ctx, group, &body, None).await.ok();
        }
        Step::Reserve(parts) => {
            let body = CreateReservation { amount: amount(parts), ttl_seconds: 600, note: String::new() };
            made.extend(create_reservation(ctx, group, &body).await.ok().map(|reservation| reservation.id));
        }
        Step::Settle(which, parts) => {
            if let Some(id) = chosen(which) {
                settle_reservation(ctx, id, &SettleReservation { amount: Some(amount(parts)) }).await.ok();
            }
        }
        Step::Release(which) => {
            if let Some(id) = chosen(which) {
                release_reservation(ctx, id).await.ok();
            }
        }
        Step::Expire => {
            platform.clock.advance(601);
            expire_reservations(&platform.app).await.unwrap();
        }
    }
}

usecase_on_both! {
    /// Whatever is done, the sums beside a ledger are the sums of its entries, what is reserved is what open reservations hold,
    /// and a hard limit holds.
    async fn sums(platform: Platform) {
        let admin = platform.admin().await;
        let mut runner = TestRunner::new(Config { cases: 16, ..Config::default() });
        let case = std::sync::atomic::AtomicU32::new(0);
        let outcome = runner.run(&vec(step(), 1..40), |steps| {
            let case = case.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let work = async {
                let body = CreateGroup {
                    name: format!("case{case}"),
                    display_name: None,
                    description: String::new(),
                    organization_id: None,
                    limit: LimitKind::Hard,
                };
                let group = create_group(&admin, &body).await.unwrap().id;
                let mut made = Vec::new();
                for step in &steps {
                    take(&platform, &admin, group, &mut made, step).await;
                    let allocations = platform.app.db.allocations();
                    let stored = allocations.balance(group).await.unwrap();
                    if stored.balance != allocations.sums(group).await.unwrap() {
                        return Err(TestCaseError::fail(format!("{stored:?} is not the sum of the entries after {step:?}")));
                    }
                    if stored.balance.check(stored.limit).is_err() {
                        return Err(TestCaseError::fail(format!("{stored:?} exceeds its limit after {step:?}")));
                    }
                    let mut held = 0;
                    for id in &made {
                        let reservation = allocations.reservation(*id).await.unwrap();
                        held += if reservation.ended_at.is_none() { reservation.amount.parts() } else { 0 };
                    }
                    if held != stored.balance.reserved.parts() {
                        return Err(TestCaseError::fail(format!("open reservations hold {held}, not {stored:?} after {step:?}")));
                    }
                }
                Ok(())
            };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work))
        });
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}
