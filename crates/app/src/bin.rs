//! The bin: what users and groups leave behind when they are deleted for a while, and how they come back.

use quarterdeck_domain::{
    BinItemId, Error, GroupId, OrganizationId, Page, Permission, Resource, Result, Timestamp, UserId, Visibility,
    audit::{Action, Change, Event, EventTarget},
    bin::{BinItem, BinKind, ListBin, RestoreBinItem, RestoredBinItem},
    error::Rule,
    groups::Group,
    plans::{CountKind, KindCount},
    role_grants::GrantHolder,
    roles::{Power, Roles},
    users::User,
};
use quarterdeck_store::{BinDeletion, NewBinItem, RestoredRows, StoredBinItem, Subject, Tx};

use crate::{
    App, Ctx, api_keys,
    groups::{self, group_target},
    role_grants,
    users::{guard_seats, user_target},
};

/// How something goes into the bin.
#[derive(Debug, Clone, Copy)]
pub struct BinOrder<'a> {
    /// When it goes there.
    pub at: Timestamp,
    /// When it goes for good.
    pub purge_at: Timestamp,
    /// Why.
    pub reason: &'a str,
    /// Who takes over what others use.
    pub handed_to: Option<UserId>,
}

impl<'a> BinOrder<'a> {
    /// To keep it so many days from now on.
    pub fn new(ctx: &Ctx, keep_days: u16, reason: &'a str) -> Self {
        let at = ctx.now();
        Self { at, purge_at: at.plus_seconds(i64::from(keep_days) * 86_400), reason, handed_to: None }
    }
}

/// What the decision about something in the bin is made on: as if it were there still.
pub(crate) fn resource(stored: &StoredBinItem) -> Resource {
    let StoredBinItem { item, power, .. } = stored;
    match item.kind {
        BinKind::User => Resource::User {
            id: UserId(item.id.0),
            organization_id: item.organization_id,
            roles: Roles::NONE,
            granted: *power,
        },
        BinKind::Group => {
            Resource::Group { id: GroupId(item.id.0), organization_id: item.organization_id, standing: None }
        }
    }
}

/// Something in the bin as the target of an event.
fn target(item: &BinItem) -> EventTarget {
    match item.kind {
        BinKind::User => user_target(UserId(item.id.0), &item.label),
        BinKind::Group => group_target(GroupId(item.id.0), &item.label),
    }
}

/// The item as the actor may see it: who deleted it is hidden like who acted in an audit event.
fn shown(seen: &Visibility, stored: StoredBinItem) -> BinItem {
    let StoredBinItem { mut item, deleter_organization_id, .. } = stored;
    seen.name(deleter_organization_id, &mut item.deleted_by, &mut item.deleted_by_name);
    told(seen, item.kind, &mut item.contents);
    item
}

/// What the log of an organization tells of counts.
fn within_log(kind: BinKind, counts: &[KindCount]) -> impl Iterator<Item = &KindCount> {
    counts.iter().filter(move |count| kind != BinKind::Group || count.kind != CountKind::Role)
}

/// Tells of roles that hang on groups, which others may have granted, only who sees all of them.
fn told(seen: &Visibility, kind: BinKind, counts: &mut Vec<KindCount>) {
    if kind == BinKind::Group && *seen != Visibility::All {
        counts.retain(|count| count.kind != CountKind::Role);
    }
}

/// The item, if the actor sees it.
fn seen(ctx: &Ctx, stored: StoredBinItem) -> Result<StoredBinItem> {
    let grant = ctx.allow(Permission::BinRead, &Resource::List)?;
    match grant.visibility().covers(stored.item.organization_id, None) {
        true => Ok(stored),
        false => Err(Error::NotFound("bin item")),
    }
}

/// A page of what the actor sees in the bin.
///
/// # Errors
/// `Forbidden` without `bin.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_bin_items(ctx: &Ctx, request: &ListBin) -> Result<Page<BinItem>> {
    let grant = ctx.allow(Permission::BinRead, &Resource::List)?;
    request.filter.check()?;
    let page = ctx.app.db.bin().list(&grant, request).await?;
    Ok(page.map(|stored| shown(grant.visibility(), stored)))
}

/// One thing in the bin.
///
/// # Errors
/// `NotFound` when there is none that the actor may see, `Forbidden` without `bin.read`.
pub async fn get_bin_item(ctx: &Ctx, id: BinItemId) -> Result<BinItem> {
    let grant = ctx.allow(Permission::BinRead, &Resource::List)?;
    let stored = seen(ctx, ctx.app.db.bin().get(id.0).await?)?;
    Ok(shown(grant.visibility(), stored))
}

/// Brings something back with all that hung on it and is not gone itself, in whatever order things come back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`, `StepUpRequired`; `Conflict` when its e-mail address, its name or its
/// organization's last seat was taken meanwhile, or its organization is gone.
pub async fn restore_bin_item(ctx: &Ctx, id: BinItemId, body: &RestoreBinItem) -> Result<RestoredBinItem> {
    ctx.allow(Permission::BinRestore, &resource(&seen(ctx, ctx.app.db.bin().get(id.0).await?)?))?;
    let tx = ctx.write().await?;
    tx.serialize(Subject::Administrators).await?;
    let ctx = &ctx.within(&tx).await?;
    let stored = seen(ctx, tx.bin().get_for_update(id.0).await?)?;
    if stored.item.purge_at <= ctx.now() {
        return Err(Error::NotFound("bin item"));
    }
    let grant = ctx.allow(Permission::BinRestore, &resource(&stored))?;
    let item = stored.item;
    let (rows, event, mut events) = match item.kind {
        BinKind::User => {
            let (rows, user) = restore_user(ctx, &tx, &item, body).await?;
            let event = Event::new(Action::UserRestored, target(&item))
                .within(user.summary.organization_id)
                .with(Change::of("roles", &None, &Some(user.summary.roles)))
                .with(Change::of("email", &None, &user.summary.email));
            (rows, event, groups::returned(ctx, &tx, &user).await?)
        }
        BinKind::Group => {
            let event = Event::new(Action::GroupRestored, target(&item)).within(item.organization_id);
            (restore_group(ctx, &tx, &item).await?, event, Vec::new())
        }
    };
    tx.bin().delete(id.0).await?;
    let mut rows = rows;
    for counts in [&mut rows.returned, &mut rows.waiting, &mut rows.lost] {
        told(grant.visibility(), item.kind, counts);
    }
    let counted = |counts: &[KindCount]| counts.iter().map(|count| count.count).sum::<u64>();
    let event = event
        .with(within_log(item.kind, &rows.returned).filter_map(|count| Change::of(count.kind.name(), &0, &count.count)))
        .with(Change::of("waiting", &0, &counted(&rows.waiting)))
        .with(Change::of("lost", &0, &counted(&rows.lost)));
    events.push(event);
    ctx.commit(tx, grant, events).await?;
    let RestoredRows { returned, waiting, lost } = rows;
    Ok(RestoredBinItem { id, kind: item.kind, label: item.label, returned, waiting, lost })
}

async fn restore_user(ctx: &Ctx, tx: &Tx, item: &BinItem, body: &RestoreBinItem) -> Result<(RestoredRows, User)> {
    let id = UserId(item.id.0);
    if body.without_email {
        tx.bin().forget_email(id).await?;
    }
    let is_homeless = match item.organization_id {
        Some(organization) => !is_there(tx.organizations().get_for_member(organization).await)?,
        None => false,
    };
    if is_homeless {
        tx.bin().forget_organization(id).await?;
    }
    let mut rows = tx.bin().return_rows(item.id.0, BinKind::User).await?;
    tx.bin().count_members(item.id.0, BinKind::User).await?;
    KindCount::add(&mut rows.lost, CountKind::Organization, is_homeless.into());
    KindCount::add(&mut rows.returned, CountKind::SavedView, tx.bin().return_views(id).await?);
    api_keys::apply_cap(tx, None, ctx.app.settings().api_key_cap(), ctx.now()).await?;
    // Roles may carry more, or less, than they did.
    tx.role_grants().renew_power(GrantHolder::User(id)).await?;
    let user = tx.users().get(id, ctx.now()).await?;
    ctx.allow(Permission::BinRestore, &user.resource())?;
    guard_seats(tx, None, user.takes_seat_of()).await?;
    Ok((rows, user))
}

async fn restore_group(ctx: &Ctx, tx: &Tx, item: &BinItem) -> Result<RestoredRows> {
    if let Some(organization) = item.organization_id
        && !is_there(tx.organizations().get_for_member(organization).await)?
    {
        return Err(Rule::OrganizationGone.into());
    }
    let rows = tx.bin().return_rows(item.id.0, BinKind::Group).await?;
    tx.bin().count_members(item.id.0, BinKind::Group).await?;
    let id = GroupId(item.id.0);
    ctx.allow(Permission::BinRestore, &Resource::Group { id, organization_id: item.organization_id, standing: None })?;
    role_grants::allow_return(ctx, tx, id).await?;
    Ok(rows)
}

/// Whether what was looked for was found.
fn is_there<T>(found: Result<T>) -> Result<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Puts a locked user into the bin, as yet without what hangs on them.
pub(crate) async fn put_user(ctx: &Ctx, tx: &Tx, user: &User, order: BinOrder<'_>) -> Result<()> {
    let new = NewBinItem {
        id: user.id().0,
        kind: BinKind::User,
        label: user.summary.username.clone(),
        display_name: user.summary.display_name.clone(),
        organization_id: user.summary.organization_id,
        power: user.power(),
        deletion: deletion(ctx, order),
    };
    tx.bin().insert(&new).await
}

/// Puts a locked group into the bin with all that hangs on it; what happened.
pub(crate) async fn put_group(ctx: &Ctx, tx: &Tx, group: &Group, order: BinOrder<'_>) -> Result<Event> {
    let new = NewBinItem {
        id: group.id.0,
        kind: BinKind::Group,
        label: group.name.clone(),
        display_name: group.display_name.clone(),
        organization_id: group.organization_id,
        power: Power::None,
        deletion: deletion(ctx, order),
    };
    tx.bin().insert(&new).await?;
    tx.bin().keep_rows(group.id.0, BinKind::Group).await?;
    tx.groups().delete(group.id).await?;
    Ok(Event::new(Action::GroupBinned, group_target(group.id, &group.name))
        .within(group.organization_id)
        .because(order.reason)
        .with(Change::of("members", &group.member_count, &0))
        .with(Change::of("purge_at", &None, &Some(order.purge_at))))
}

fn deletion(ctx: &Ctx, order: BinOrder<'_>) -> BinDeletion {
    BinDeletion {
        handed_to: order.handed_to,
        reason: order.reason.to_owned(),
        deleted_by: ctx.actor.user_id(),
        deleted_by_name: ctx.actor.label.clone(),
        deleted_at: order.at,
        purge_at: order.purge_at,
    }
}

/// Deletes for good what is in the bin, within `tx`; what happened.
///
/// # Errors
/// `NotFound`, `Forbidden` or `PrivilegedAccount`.
pub(crate) async fn purge(ctx: &Ctx, tx: &Tx, id: BinItemId) -> Result<Event> {
    let stored = seen(ctx, tx.bin().get_for_update(id.0).await?)?;
    ctx.allow(Permission::BinPurge, &resource(&stored))?;
    tx.bin().delete(id.0).await?;
    Ok(purged(&stored.item))
}

fn purged(item: &BinItem) -> Event {
    let action = match item.kind {
        BinKind::User => Action::UserPurged,
        BinKind::Group => Action::GroupPurged,
    };
    let lost =
        within_log(item.kind, &item.contents).filter_map(|count| Change::of(count.kind.name(), &count.count, &0));
    Event::new(action, target(item)).within(item.organization_id).with(lost)
}

/// Deletes for good the groups of an organization that are in the bin, as a part of an act that was granted already.
pub(crate) async fn purge_groups_of(tx: &Tx, organization: OrganizationId) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for item in tx.bin().groups_of(organization).await? {
        tx.bin().delete(item.id.0).await?;
        events.push(purged(&item));
    }
    Ok(events)
}

/// Items of one transaction of the sweep.
const PURGED_AT_ONCE: i64 = 20;

/// Deletes for good what has been in the bin for as long as it was to be kept; how many.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn purge_due(app: &std::sync::Arc<App>) -> Result<u64> {
    let ctx = Ctx::system(app, "bin");
    let mut purged = 0;
    loop {
        let tx = ctx.write().await?;
        tx.serialize(Subject::Administrators).await?;
        let due = tx.bin().due(ctx.now(), PURGED_AT_ONCE).await?;
        if due.is_empty() {
            return Ok(purged);
        }
        let grant = ctx.allow(Permission::BinPurge, &Resource::Platform)?;
        let mut events = Vec::new();
        for item in due {
            match purge(&ctx, &tx, BinItemId(item.id)).await {
                // Brought back, or deleted by another replica, before it was locked.
                Err(Error::NotFound(_)) => {}
                other => events.push(other?),
            }
        }
        purged += events.len() as u64;
        ctx.commit(tx, grant, events).await?;
    }
}
