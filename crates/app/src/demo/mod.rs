//! A realistic data set to look at and to measure with: organizations, people, groups with their allocations and roles,
//! sessions, provider keys, some history.
//!
//! The same seed gives the same people. They are stored in bulk, a few thousand in one transaction, each with an audit
//! event that says how many. Nobody of them is an administrator unless a password is given: an administrator who cannot
//! sign in would hide the set-up link.

mod activity;
mod dice;
mod groups;
mod names;
mod people;
mod provider_keys;
mod roles;

use std::collections::HashMap;

use quarterdeck_domain::{
    Error, OrganizationId, Permission, Resource, Result,
    audit::{Action, AuditFilter, Change, Event, EventTarget, ListAuditEvents, TargetType},
    organizations::{CreateOrganization, OrganizationKind},
    page::PageRequest,
};

use self::{dice::Dice, people::People};
use crate::{Ctx, audit, organizations};

/// What to load.
#[derive(Debug, Clone)]
pub struct DemoSet {
    /// How many users.
    pub users: u64,
    /// How many organizations.
    pub organizations: u32,
    /// The same seed gives the same people.
    pub seed: u64,
    /// Password of all of them; without one nobody of them can sign in.
    pub password: Option<String>,
}

/// What was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Users.
    pub users: u64,
    /// Organizations that are new.
    pub organizations: u64,
    /// Groups.
    pub groups: u64,
    /// Roles that groups carry.
    pub role_grants: u64,
    /// Provider keys.
    pub provider_keys: u64,
    /// Sessions.
    pub sessions: u64,
    /// Audit events of their history.
    pub events: u64,
    /// Username of an administrator among them, when a password was given.
    pub administrator: Option<String>,
}

/// Most users of one load.
pub const MAX_USERS: u64 = 1_000_000;
/// Most organizations of one load.
pub const MAX_ORGANIZATIONS: u32 = 500;
/// Users of one transaction: enough to be fast, few enough that other writers wait for parts of a second only.
const BATCH: usize = 2_000;
/// Id of the target of the event that begins a load; it counts the loads.
const RUN: &str = "demo";
/// Id of the target of the events of its parts.
const PART: &str = "demo-part";

/// Name, full name, kind and relative size of the organizations, the largest first.
const ORGANIZATIONS: [(&str, &str, OrganizationKind, u32); 6] = [
    ("northwind", "Northwind Freight", OrganizationKind::Company, 34),
    ("meridian", "Meridian University", OrganizationKind::University, 23),
    ("harbour-health", "Harbour Health Trust", OrganizationKind::Other, 16),
    ("oslo-kommune", "Oslo Bydel Digital", OrganizationKind::Government, 12),
    ("kestrel", "Kestrel Robotics", OrganizationKind::Company, 9),
    ("tidewater", "Tidewater Research Institute", OrganizationKind::Research, 6),
];

/// Where people belong.
struct Home {
    id: OrganizationId,
    domain: String,
    weight: u32,
    is_new: bool,
}

/// Loads the data set; `progress` is told how many users are stored.
///
/// # Errors
/// `Invalid` when it is too large, `Conflict` when a name is taken, `Unavailable` or `Internal` when the database fails.
pub async fn load(ctx: &Ctx, set: &DemoSet, mut progress: impl FnMut(u64)) -> Result<Loaded> {
    check(ctx, set)?;
    let password_hash = match &set.password {
        Some(password) => Some(ctx.app.ports.hasher.hash(password.clone()).await?),
        None => None,
    };
    let run = begin(ctx).await?;
    let (homes, new) = homes(ctx, set.organizations).await?;
    let mut people = People::new(Dice::new(set.seed), run, password_hash, ctx.now(), &homes);
    let mut loaded = Loaded {
        users: 0,
        organizations: new,
        groups: 0,
        role_grants: 0,
        provider_keys: 0,
        sessions: 0,
        events: 0,
        administrator: None,
    };
    ctx.app.db.begin_bulk_load(set.users).await?;
    let mut noticed = Vec::new();
    while loaded.users < set.users {
        let count = usize::try_from(set.users - loaded.users).unwrap_or(BATCH).min(BATCH);
        let users: Vec<_> = (0..count).map(|_| people.next(ctx.app.new_id())).collect();
        let grant = ctx.allow(Permission::UserCreate, &Resource::Platform)?;
        let tx = ctx.write().await?;
        tx.users().insert_many(&users).await?;
        ctx.commit(tx, grant, vec![event(PART, "users", loaded.users, loaded.users + count as u64)]).await?;
        loaded.users += count as u64;
        progress(loaded.users);
        activity::notice(&mut noticed, &users);
    }
    ctx.app.db.end_bulk_load().await?;
    loaded.administrator = people.administrator().map(str::to_owned);
    let groups = groups::groups(ctx, set.seed, run, &homes, &noticed).await?;
    loaded.groups = groups.len() as u64;
    loaded.role_grants = roles::roles(ctx, run, &groups).await?;
    loaded.provider_keys = provider_keys::provider_keys(ctx, set.seed, &homes, &noticed).await?;
    loaded.sessions = activity::sessions(ctx, set.seed, &noticed).await?;
    loaded.events = activity::history(ctx, set.seed, &noticed).await?;
    while audit::seal_pending(&ctx.app).await? > 0 {}
    Ok(loaded)
}

fn check(ctx: &Ctx, set: &DemoSet) -> Result<()> {
    if set.users > MAX_USERS {
        return Err(Error::field("/users", "out-of-range", format!("must be at most {MAX_USERS}")));
    }
    if !(1..=MAX_ORGANIZATIONS).contains(&set.organizations) {
        let message = format!("must be from 1 to {MAX_ORGANIZATIONS}");
        return Err(Error::field("/organizations", "out-of-range", message));
    }
    set.password.as_ref().map_or(Ok(()), |password| {
        ctx.app.settings().password_rules().check("/password", password, people::ADMINISTRATOR)
    })
}

fn event(id: &str, what: &str, before: u64, after: u64) -> Event {
    let target = EventTarget { kind: TargetType::Platform, id: id.to_owned(), label: "demonstration data".to_owned() };
    Event::new(Action::DemoLoaded, target).with(Change::of(what, &before, &after))
}

/// Notes that a load begins; its number, from 1. It makes the usernames of each load its own.
async fn begin(ctx: &Ctx) -> Result<u64> {
    let read = ctx.allow(Permission::AuditRead, &Resource::List)?;
    let filter =
        AuditFilter { action: Some(Action::DemoLoaded), target_id: Some(RUN.to_owned()), ..AuditFilter::default() };
    let page = PageRequest { limit: Some(1), cursor: None };
    let loads = ctx.app.db.audit().list(&read, &ListAuditEvents { filter, sort: None, page }).await?.total;
    let grant = ctx.allow(Permission::UserCreate, &Resource::Platform)?;
    ctx.commit(ctx.write().await?, grant, vec![event(RUN, "loads", loads, loads + 1)]).await?;
    Ok(loads + 1)
}

/// The organizations, made where they do not exist yet; how many are new.
async fn homes(ctx: &Ctx, count: u32) -> Result<(Vec<Home>, u64)> {
    let grant = ctx.allow(Permission::OrganizationCreate, &Resource::Platform)?;
    let known: HashMap<String, OrganizationId> = known_organizations(ctx).await?;
    let tx = ctx.write().await?;
    let (mut homes, mut events) = (Vec::new(), Vec::new());
    for (index, (name, display_name, kind, weight)) in ORGANIZATIONS.iter().cycle().take(count as usize).enumerate() {
        let round = index / ORGANIZATIONS.len() + 1;
        let body = CreateOrganization {
            name: if round == 1 { (*name).to_owned() } else { format!("{name}-{round}") },
            display_name: if round == 1 { (*display_name).to_owned() } else { format!("{display_name} {round}") },
            kind: *kind,
        };
        let (id, is_new) = match known.get(&body.name) {
            Some(id) => (*id, false),
            None => {
                let (organization, event) = organizations::store_new(ctx, &tx, &body).await?;
                events.push(event);
                (organization.id, true)
            }
        };
        homes.push(Home { id, domain: format!("{}.example", body.name), weight: *weight, is_new });
    }
    let new = events.len() as u64;
    ctx.commit(tx, grant, events).await?;
    Ok((homes, new))
}

async fn known_organizations(ctx: &Ctx) -> Result<HashMap<String, OrganizationId>> {
    let grant = ctx.allow(Permission::OrganizationRead, &Resource::List)?;
    let mut request = quarterdeck_domain::organizations::ListOrganizations::default();
    request.page.limit = Some(500);
    let mut known = HashMap::new();
    loop {
        let page = ctx.app.db.organizations().list(&grant, &request).await?;
        known.extend(page.items.into_iter().map(|organization| (organization.name, organization.id)));
        request.page.cursor = page.next_cursor;
        if request.page.cursor.is_none() {
            return Ok(known);
        }
    }
}
