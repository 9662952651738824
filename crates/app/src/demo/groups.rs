//! The groups: people who share an allocation, with the ledger of what they were granted and used.

use quarterdeck_domain::{
    AllocationEntryId, Amount, Permission, ReservationId, Resource, Result, Timestamp,
    allocations::{AllocationEntry, Balance, LimitKind, Movement, Reservation, ReservationState},
    groups::{Group, Standing},
};
use quarterdeck_store::Tx;

use super::{Home, PART, activity::Seen, dice::Dice, event};
use crate::Ctx;

const DAY: i64 = 86_400;
/// One of so many groups belongs to the platform.
const OF_PLATFORM: usize = 8;

/// Full names; the short ones follow from them.
const NAMES: [&str; 40] = [
    "Route Planning",
    "Cold Chain",
    "Port Forecasts",
    "Customs Desk",
    "Fleet Telemetry",
    "Demand Models",
    "Number Theory",
    "Coastal Modelling",
    "Digital Humanities",
    "Undergraduate Labs",
    "Radio Astronomy",
    "Protein Folding",
    "Triage Assistant",
    "Ward Rosters",
    "Imaging Review",
    "Night Pharmacy",
    "Trial Screening",
    "Bed Capacity",
    "Open Data",
    "Permit Review",
    "Snow Clearing",
    "School Meals",
    "Citizen Letters",
    "Budget Desk",
    "Gripper Lab",
    "Path Learning",
    "Sensor Fusion",
    "Field Trials",
    "Simulation Farm",
    "Safety Cases",
    "Tide Gauges",
    "Salt Marsh Survey",
    "Seabed Maps",
    "Plankton Counts",
    "Storm Archive",
    "Ice Edge",
    "Hackathon",
    "Onboarding",
    "Model Evaluation",
    "Documentation Sprint",
];

/// Hundredths of their total that the groups have used, one after the other.
const SHARES: [i64; 10] = [12, 57, 34, 83, 71, 48, 96, 23, 108, 91];

const WORK: [&str; 5] =
    ["nightly training run", "batch scoring", "workspace of the week", "report for the board", "data clean-up"];

/// Stores the groups of the load `run`.
pub async fn groups(ctx: &Ctx, seed: u64, run: u64, homes: &[Home], seen: &[Seen]) -> Result<Vec<Group>> {
    let mut stored = Vec::with_capacity(NAMES.len());
    let mut dice = Dice::new(seed ^ 0x6720_0b5e);
    let grant = ctx.allow(Permission::GroupCreate, &Resource::NewGroup { organization_id: None })?;
    let tx = ctx.write().await?;
    for (index, name) in NAMES.iter().enumerate() {
        let home = homes.get(index * homes.len() / NAMES.len()).filter(|_| !index.is_multiple_of(OF_PLATFORM));
        let group = group(ctx, &mut dice, name, run, home);
        let share = share_of(index) + i64::try_from(dice.below(4)).unwrap_or_default();
        let limit = if share > 100 || dice.chance(200) { LimitKind::Soft } else { LimitKind::Hard };
        tx.groups().insert(&group, limit).await?;
        members(&tx, &mut dice, &group, seen).await?;
        Ledger { ctx, tx: &tx, group: &group, limit, balance: Balance::default() }.fill(&mut dice, share).await?;
        stored.push(group);
    }
    ctx.commit(tx, grant, vec![event(PART, "groups", 0, stored.len() as u64)]).await?;
    Ok(stored)
}

fn share_of(index: usize) -> i64 {
    SHARES.get(index % SHARES.len()).copied().unwrap_or_default()
}

fn group(ctx: &Ctx, dice: &mut Dice, name: &str, run: u64, home: Option<&Home>) -> Group {
    let suffix = if run > 1 { format!("-{run}") } else { String::new() };
    let created_at = ctx.now().plus_seconds(-(320 * DAY + dice.recent(400 * DAY.unsigned_abs())));
    Group {
        id: ctx.app.new_id(),
        organization_id: home.map(|home| home.id),
        organization_name: None,
        name: format!("{}{suffix}", name.to_lowercase().replace(' ', "-")),
        display_name: name.to_owned(),
        description: format!("What {name} needs of the platform, and who works on it."),
        member_count: 0,
        standing: None,
        allocation: None,
        created_at,
        updated_at: created_at,
        version: 1,
    }
}

/// A few people of the organization, or of any; the first of them manage the group.
async fn members(tx: &Tx, dice: &mut Dice, group: &Group, seen: &[Seen]) -> Result<()> {
    let fits = |user: &&Seen| group.organization_id.is_none() || user.organization_id == group.organization_id;
    let people: Vec<&Seen> = seen.iter().filter(fits).collect();
    let count = people.len().min(usize::try_from(3 + dice.below(10)).unwrap_or(3));
    // Neighbours in a row of people: nobody comes twice.
    let first = usize::try_from(dice.below(people.len().max(1) as u64)).unwrap_or_default();
    let managers = 1 + usize::from(dice.chance(300));
    for (place, user) in people.iter().cycle().skip(first).take(count).enumerate() {
        let standing = if place < managers { Standing::Manager } else { Standing::Member };
        let since = group.created_at.plus_seconds(dice.recent(300 * DAY.unsigned_abs()));
        tx.groups().add_member(group.id, user.id, &user.username, standing, since).await?;
    }
    Ok(())
}

/// A ledger that is being filled.
struct Ledger<'a> {
    ctx: &'a Ctx,
    tx: &'a Tx,
    group: &'a Group,
    limit: LimitKind,
    balance: Balance,
}

impl Ledger<'_> {
    /// Two grants, then work until `share` hundredths are used, and something under way.
    async fn fill(mut self, dice: &mut Dice, share: i64) -> Result<()> {
        let now = self.ctx.now();
        let total = whole(500 + 250 * dice.below(60));
        let first = part(total, 60);
        self.book(now.plus_seconds(-300 * DAY), Movement::grant(first), None, "budget of the year").await?;
        let rest = Amount::from_parts(total.parts() - first.parts());
        self.book(now.plus_seconds(-120 * DAY), Movement::grant(rest), None, "second half of the budget").await?;
        let works = 3 + i64::try_from(dice.below(5)).unwrap_or_default();
        for work in 0..works {
            let at = now.plus_seconds(-(works - work) * 11 * DAY - dice.recent(DAY.unsigned_abs()));
            let done = |works_done| part(part(total, share), works_done * 100 / works);
            let used = Amount::from_parts(done(work + 1).parts() - done(work).parts());
            self.work(dice, at, used).await?;
        }
        let open = part(total, 2);
        if self.limit == LimitKind::Soft || self.balance.available() >= open {
            let note = dice.pick(&WORK).copied().unwrap_or_default();
            self.reserve(now.plus_seconds(-3_600), 20 * DAY, open, note).await?;
        }
        self.tx.allocations().save(self.group.id, self.balance, self.limit).await
    }

    /// Something is reserved, and settled some hours later.
    async fn work(&mut self, dice: &mut Dice, at: Timestamp, used: Amount) -> Result<()> {
        let note = dice.pick(&WORK).copied().unwrap_or_default();
        let wanted = part(used, 115);
        let is_room = self.limit == LimitKind::Soft || self.balance.available() >= wanted;
        let held = if is_room { wanted } else { used };
        let reservation = self.reserve(at, DAY, held, note).await?;
        let end = at.plus_seconds(3_600 + dice.recent(DAY.unsigned_abs() / 2));
        let movement = Movement::settle(held, used);
        let id = reservation.id;
        self.tx.allocations().end_reservation(reservation, ReservationState::Settled, &movement, end).await?;
        self.book(end, movement, Some(id), note).await
    }

    async fn reserve(&mut self, at: Timestamp, seconds: i64, amount: Amount, note: &str) -> Result<Reservation> {
        let reservation = Reservation {
            id: self.ctx.app.new_id(),
            group_id: self.group.id,
            amount,
            state: ReservationState::Open,
            used: None,
            note: note.to_owned(),
            created_at: at,
            expires_at: at.plus_seconds(seconds),
            ended_at: None,
        };
        self.tx.allocations().insert_reservation(&reservation).await?;
        self.book(at, Movement::reserve(amount), Some(reservation.id), note).await?;
        Ok(reservation)
    }

    async fn book(
        &mut self,
        at: Timestamp,
        movement: Movement,
        reservation_id: Option<ReservationId>,
        note: &str,
    ) -> Result<()> {
        self.balance = self.balance.after(&movement, self.limit)?;
        let entry = AllocationEntry {
            id: self.ctx.app.new_id::<AllocationEntryId>(),
            group_id: self.group.id,
            created_at: at,
            kind: movement.kind,
            total_change: movement.total,
            reserved_change: movement.reserved,
            used_change: movement.used,
            reservation_id,
            note: note.to_owned(),
        };
        self.tx.allocations().insert_entry(&entry).await
    }
}

fn whole(units: u64) -> Amount {
    Amount::from(u32::try_from(units).unwrap_or(u32::MAX))
}

/// So many hundredths of `amount`, in quarters of a unit.
const fn part(amount: Amount, hundredths: i64) -> Amount {
    const QUARTER: i64 = 2_500;
    Amount::from_parts(amount.parts() / 100 * hundredths / QUARTER * QUARTER)
}
