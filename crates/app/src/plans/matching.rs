//! Which rows an act matches, which it leaves out and why, and what goes with them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use quarterdeck_domain::{
    Amount, BinItemId, Error, Grant, GroupId, Permission, Resource, Result, Role, Timestamp, Visibility,
    departures::Offboarding,
    error::{Rule, Unauthenticated},
    groups::Standing,
    plans::{
        CountKind, ExcludedRows, Exclusion, GroupTotal, KindCount, PlanAction, PlanRow, RoleChange, SAMPLE_ROWS,
        Selection,
    },
    policy,
    users::UserStatus,
};
use quarterdeck_store::{
    Bin, Condition, Database, GroupContents, Groups, GroupsOf, Organizations, RoleGrants, SavedViews, Sessions,
    StoredBinItem, Target, Tx, UserSelection, Users,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{joining, organization::Deletion};
use crate::{Ctx, bin, departures, groups, sessions};

/// The tables that an act is matched against: within its execution's transaction, or before there is one.
pub struct Tables<'a> {
    pub(super) users: Users<'a>,
    sessions: Sessions<'a>,
    pub(super) organizations: Organizations<'a>,
    pub(super) role_grants: RoleGrants<'a>,
    pub(super) groups: Groups<'a>,
    pub(super) saved_views: SavedViews<'a>,
    pub(super) bin: Bin<'a>,
}

impl<'a> From<&'a Tx> for Tables<'a> {
    fn from(tx: &'a Tx) -> Self {
        Self {
            users: tx.users(),
            sessions: tx.sessions(),
            organizations: tx.organizations(),
            role_grants: tx.role_grants(),
            groups: tx.groups(),
            saved_views: tx.saved_views(),
            bin: tx.bin(),
        }
    }
}

impl<'a> From<&'a Database> for Tables<'a> {
    fn from(db: &'a Database) -> Self {
        Self {
            users: db.users(),
            sessions: db.sessions(),
            organizations: db.organizations(),
            role_grants: db.role_grants(),
            groups: db.groups(),
            saved_views: db.saved_views(),
            bin: db.bin(),
        }
    }
}

/// What an act would change.
pub struct Matched {
    /// The rows, by id.
    pub targets: Vec<Target>,
    /// How many of each kind.
    pub counts: Vec<KindCount>,
    /// Rows that it leaves out.
    pub excluded: Vec<ExcludedRows>,
    /// Text to type before it is executed.
    pub confirmation: String,
}

impl Matched {
    /// SHA-256 over the act and its rows, in hexadecimal. What cannot be undone is executed only as it was shown: there
    /// the counts belong to it as well.
    pub fn digest(&self, action: &PlanAction) -> Result<String> {
        let mut digest = Sha256::new();
        digest.update(serde_json::to_vec(action).map_err(Error::internal)?);
        self.targets.iter().for_each(|target| digest.update(target.id.as_bytes()));
        if action.kind().is_irreversible() {
            digest.update(serde_json::to_vec(&self.counts).map_err(Error::internal)?);
        }
        Ok(hex::encode(digest.finalize()))
    }
}

/// What `action` matches now.
pub async fn matched(ctx: &Ctx, tables: &Tables<'_>, action: &PlanAction) -> Result<Matched> {
    match action {
        PlanAction::RevokeSessions { revocation } => {
            let grant = ctx.allow(action.kind().permission(), &Resource::List)?;
            let scope = sessions::scope(ctx, &tables.users, &tables.organizations, revocation).await?;
            let targets = tables.sessions.targets(&grant, &scope, ctx.now()).await?;
            let counts = vec![count(CountKind::Session, targets.len() as u64)];
            Ok(Matched { targets, counts, excluded: Vec::new(), confirmation: String::new() })
        }
        PlanAction::DeleteOwnAccount => own_account(ctx, tables).await,
        PlanAction::DeleteOrganization { organization_id, members, move_to } => {
            Deletion { id: *organization_id, members: *members, move_to: *move_to }.matched(ctx, tables).await
        }
        PlanAction::DeleteGroup { group_id } => group(ctx, tables, *group_id).await,
        PlanAction::DeleteGroups { group_ids } | PlanAction::BinGroups { group_ids, .. } => {
            several_groups(ctx, tables, group_ids).await
        }
        PlanAction::PurgeBin { ids } => bin_items(ctx, tables, ids).await,
        PlanAction::SetAllocations { totals, .. } => allocations(ctx, tables, totals).await,
        _ => {
            users(ctx, tables, action, action.selection().ok_or_else(|| Error::internal("an act without selection"))?)
                .await
        }
    }
}

pub(super) const fn count(kind: CountKind, count: u64) -> KindCount {
    KindCount { kind, count }
}

/// How far the actor sees grants of roles.
pub(super) fn sees_roles(ctx: &Ctx) -> Visibility {
    policy::visibility(&ctx.actor, Permission::RoleRead).unwrap_or_else(Visibility::nothing)
}

/// What goes with groups, by kind.
pub(super) fn contents(contents: GroupContents) -> impl Iterator<Item = KindCount> {
    let GroupContents { groups, memberships, entries, reservations, roles } = contents;
    [
        count(CountKind::Group, groups),
        count(CountKind::Membership, memberships),
        count(CountKind::LedgerEntry, entries),
        count(CountKind::Reservation, reservations),
    ]
    .into_iter()
    .chain((roles > 0).then(|| count(CountKind::Role, roles)))
}

async fn group(ctx: &Ctx, tables: &Tables<'_>, id: GroupId) -> Result<Matched> {
    let levels = ctx.app.settings().allocation_levels();
    let group = tables.groups.get_for_update(id, groups::view(ctx, &levels)).await?;
    ctx.allow(Permission::GroupDelete, &group.resource())?;
    Ok(Matched {
        targets: vec![Target { id: id.0, label: group.name.clone() }],
        counts: contents(tables.groups.contents(GroupsOf::One(id), &sees_roles(ctx), ctx.now()).await?).collect(),
        excluded: Vec::new(),
        confirmation: group.name,
    })
}

async fn several_groups(ctx: &Ctx, tables: &Tables<'_>, ids: &[GroupId]) -> Result<Matched> {
    let grant = ctx.allow(Permission::GroupDelete, &Resource::Selection)?;
    let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let targets: Vec<Target> =
        tables.groups.targets(&grant, &ids).await?.into_iter().map(|(target, _)| target).collect();
    let found: Vec<Uuid> = targets.iter().map(|target| target.id).collect();
    let confirmation = match targets.as_slice() {
        [only] => only.label.clone(),
        many => format!("delete {} groups", many.len()),
    };
    Ok(Matched {
        counts: contents(tables.groups.contents(GroupsOf::Ids(&found), &sees_roles(ctx), ctx.now()).await?).collect(),
        excluded: left_out(Exclusion::NotFound, missing(ids, &targets)).into_iter().collect(),
        targets,
        confirmation,
    })
}

/// Those of `ids` that are not among `found`, by no name.
fn missing<'a>(ids: impl IntoIterator<Item = Uuid>, found: impl IntoIterator<Item = &'a Target>) -> Vec<Target> {
    let known: HashSet<Uuid> = found.into_iter().map(|target| target.id).collect();
    ids.into_iter().filter(|id| !known.contains(id)).map(|id| Target { id, label: id.to_string() }).collect()
}

async fn bin_items(ctx: &Ctx, tables: &Tables<'_>, ids: &[BinItemId]) -> Result<Matched> {
    let grant = ctx.allow(Permission::BinPurge, &Resource::Selection)?;
    let read = ctx.allow(Permission::BinRead, &Resource::List)?;
    let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let found = tables.bin.find(&grant.within(read.visibility()), &ids).await?;
    let target = |stored: &StoredBinItem| Target { id: stored.item.id.0, label: stored.item.label.clone() };
    let all: Vec<Target> = found.iter().map(target).collect();
    let may = |stored: &&StoredBinItem| match ctx.allow(Permission::BinPurge, &bin::resource(stored)) {
        Ok(_) => Ok(true),
        Err(Error::PrivilegedAccount(_)) => Ok(false),
        Err(refused) => Err(refused),
    };
    let (mut targets, mut guarded, mut contents) = (Vec::new(), Vec::new(), BTreeMap::new());
    for stored in &found {
        if !may(&stored)? {
            guarded.push(target(stored));
            continue;
        }
        targets.push(target(stored));
        for one in &stored.item.contents {
            *contents.entry(one.kind).or_insert(0) += one.count;
        }
    }
    let mut counts = vec![count(CountKind::BinItem, targets.len() as u64)];
    counts.extend(contents.into_iter().map(|(kind, number)| count(kind, number)));
    let confirmation = match targets.as_slice() {
        [only] => only.label.clone(),
        many => format!("delete {} things", many.len()),
    };
    let excluded = [left_out(Exclusion::PrivilegedAccount, guarded), left_out(Exclusion::NotFound, missing(ids, &all))];
    Ok(Matched { targets, counts, excluded: excluded.into_iter().flatten().collect(), confirmation })
}

async fn allocations(ctx: &Ctx, tables: &Tables<'_>, totals: &[GroupTotal]) -> Result<Matched> {
    let grant = ctx.allow(Permission::AllocationManage, &Resource::List)?;
    let wanted: BTreeMap<Uuid, Amount> = totals.iter().map(|total| (total.group_id.0, total.total)).collect();
    let ids: Vec<Uuid> = wanted.keys().copied().collect();
    let found = tables.groups.targets(&grant, &ids).await?;
    let missing = missing(ids, found.iter().map(|(target, _)| target));
    let (idle, targets): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(target, total)| wanted.get(&target.id) == Some(total));
    let plain = |rows: Vec<(Target, Amount)>| rows.into_iter().map(|(target, _)| target).collect::<Vec<_>>();
    let targets = plain(targets);
    let excluded = [left_out(Exclusion::NothingToDo, plain(idle)), left_out(Exclusion::NotFound, missing)];
    Ok(Matched {
        counts: vec![count(CountKind::Group, targets.len() as u64)],
        targets,
        excluded: excluded.into_iter().flatten().collect(),
        confirmation: String::new(),
    })
}

/// Text to type before the own account is deleted.
const FAREWELL: &str = "delete my account";

async fn own_account(ctx: &Ctx, tables: &Tables<'_>) -> Result<Matched> {
    let grant = ctx.allow(Permission::ProfileDelete, &Resource::Selection)?;
    if !ctx.app.settings().allows_self_deletion() {
        return Err(Rule::SelfDeletionOff.into());
    }
    let own = ctx.actor.user_id().ok_or(Unauthenticated::Missing)?;
    let selected = UserSelection { selection: &Selection::ids([own]), grant: &grant };
    let now = ctx.now();
    let sessions = tables.users.count_sessions(&selected, &[], now).await?;
    let mut counts = vec![count(CountKind::User, 1), count(CountKind::Session, sessions)];
    counts.extend(lost_with_users(tables, &selected, &[], now).await?);
    Ok(Matched {
        targets: tables.users.targets(&selected, &[]).await?,
        counts,
        excluded: Vec::new(),
        confirmation: FAREWELL.to_owned(),
    })
}

async fn users(ctx: &Ctx, tables: &Tables<'_>, action: &PlanAction, selection: &Selection) -> Result<Matched> {
    let grant: Grant = ctx.allow(action.kind().permission(), &Resource::Selection)?;
    // A selection tells who there is and what holds for them.
    let read = ctx.allow(Permission::UserRead, &Resource::List)?;
    let grant = match action {
        // Whose members somebody manages and whom they see is not the same.
        PlanAction::AddToGroup { .. } => read,
        _ => grant.within(read.visibility()),
    };
    let selected = UserSelection { selection, grant: &grant };
    let now = ctx.now();
    let mut exclusions = exclusions(ctx, &grant, action, now);
    if let PlanAction::AddToGroup { group_id, standing, .. } = action {
        exclusions.extend(joining::kept_out(ctx, tables, *group_id, *standing, now).await?);
    }
    // Each row is left out for the first reason that holds.
    let mut passed: Vec<Condition> = Vec::new();
    let mut excluded = Vec::new();
    let mut found: HashSet<Uuid> = HashSet::new();
    for (reason, condition) in exclusions {
        let mut conditions: Vec<Condition> = passed.iter().cloned().map(Condition::not).collect();
        conditions.push(condition.clone());
        let rows = tables.users.targets(&selected, &conditions).await?;
        found.extend(rows.iter().map(|row| row.id));
        excluded.extend(left_out(reason, rows));
        passed.push(condition);
    }
    let included: Vec<Condition> = passed.into_iter().map(Condition::not).collect();
    let targets = tables.users.targets(&selected, &included).await?;
    found.extend(targets.iter().map(|row| row.id));
    let missing: BTreeSet<Uuid> = selection.ids.iter().flatten().filter(|id| !found.contains(id)).copied().collect();
    let missing = missing.into_iter().map(|id| Target { id, label: id.to_string() }).collect();
    excluded.extend(left_out(Exclusion::NotFound, missing));
    let mut counts = vec![count(CountKind::User, targets.len() as u64)];
    let ends_sessions = matches!(
        action,
        PlanAction::DeleteUsers { .. }
            | PlanAction::BinUsers { .. }
            | PlanAction::OffboardUsers { .. }
            | PlanAction::RevokeUserSessions { .. }
            | PlanAction::SetUserStatus { status: UserStatus::Suspended, .. }
    );
    if ends_sessions {
        counts.push(count(CountKind::Session, tables.users.count_sessions(&selected, &included, now).await?));
    }
    if matches!(action, PlanAction::DeleteUsers { .. } | PlanAction::BinUsers { .. } | PlanAction::OffboardUsers { .. })
    {
        counts.extend(lost_with_users(tables, &selected, &included, now).await?);
    }
    if matches!(action, PlanAction::RemoveFromGroups { .. }) {
        counts.push(count(CountKind::Membership, tables.users.count_memberships(&selected, &included).await?));
    }
    if let PlanAction::AddToGroup { group_id, .. } = action {
        // A member who becomes a manager is in it already.
        let new = [included.as_slice(), &[Condition::IsIn(*group_id, Standing::Member).not()]].concat();
        counts.push(count(CountKind::Membership, tables.users.targets(&selected, &new).await?.len() as u64));
    }
    if let PlanAction::OffboardUsers { offboarding, .. } = action {
        departures::check(ctx, &tables.users, offboarding).await?;
    }
    if let PlanAction::MoveUsers { organization_id: Some(organization), .. } = action {
        ctx.allow(Permission::UserMove, &Resource::NewUser { organization_id: Some(*organization) })?;
        tables.organizations.get(*organization).await?;
    }
    let verb = if matches!(action, PlanAction::OffboardUsers { .. }) { "off-board" } else { "delete" };
    let confirmation = match targets.as_slice() {
        [only] => only.label.clone(),
        many => format!("{verb} {} users", many.len()),
    };
    Ok(Matched { targets, counts, excluded, confirmation })
}

/// What is lost with users who are deleted, beside their sessions.
pub(super) async fn lost_with_users(
    tables: &Tables<'_>,
    selected: &UserSelection<'_>,
    included: &[Condition],
    now: Timestamp,
) -> Result<Vec<KindCount>> {
    let users = &tables.users;
    let privileged = [included, &[Condition::IsPrivileged(now)]].concat();
    let privileged = users.targets(selected, &privileged).await?.len();
    let mut counts: Vec<KindCount> =
        (privileged > 0).then(|| count(CountKind::PrivilegedAccount, privileged as u64)).into_iter().collect();
    let roles = users.count_roles(selected, included).await?;
    let granted = users.count_role_grants(selected, included, now).await?;
    counts.push(count(CountKind::Role, roles + granted));
    counts.push(count(CountKind::ResetLink, users.count_reset_links(selected, included, now).await?));
    counts.push(count(CountKind::ApiKey, users.count_api_keys(selected, included).await?));
    let lost = users.count_provider_keys(selected, included).await?;
    counts.extend((lost > 0).then(|| count(CountKind::ProviderKey, lost)));
    let views = users.count_private_views(selected, included).await?;
    counts.extend((views > 0).then(|| count(CountKind::SavedView, views)));
    counts.push(count(CountKind::Membership, users.count_memberships(selected, included).await?));
    Ok(counts)
}

fn left_out(reason: Exclusion, rows: Vec<Target>) -> Option<ExcludedRows> {
    let count = rows.len() as u64;
    let sample = rows.into_iter().take(SAMPLE_ROWS).map(|row| PlanRow { id: row.id, label: row.label }).collect();
    (count > 0).then_some(ExcludedRows { reason, count, sample })
}

fn exclusions(ctx: &Ctx, grant: &Grant, action: &PlanAction, now: Timestamp) -> Vec<(Exclusion, Condition)> {
    let mut exclusions = Vec::new();
    let harms_own_account = matches!(
        action,
        PlanAction::DeleteUsers { .. }
            | PlanAction::BinUsers { .. }
            | PlanAction::OffboardUsers { .. }
            | PlanAction::SetUserStatus { status: UserStatus::Suspended, .. }
            | PlanAction::ChangeUserRole { change: RoleChange::Remove, .. }
            | PlanAction::RevokeUserSessions { .. }
    );
    if let (true, Some(own)) = (harms_own_account, ctx.actor.user_id()) {
        exclusions.push((Exclusion::OwnAccount, Condition::Is(own)));
    }
    if let PlanAction::OffboardUsers { offboarding: Offboarding { hand_over_to: Some(successor), .. }, .. } = action {
        exclusions.push((Exclusion::TakesOver, Condition::Is(*successor)));
    }
    exclusions.extend(Condition::guarded(grant, now).map(|guarded| (Exclusion::PrivilegedAccount, guarded)));
    let idle = match *action {
        PlanAction::SetUserStatus { status, .. } => Some(Condition::HasStatus(status)),
        PlanAction::ChangeUserRole { role, change: RoleChange::Add, .. } => Some(Condition::HasRole(role)),
        PlanAction::ChangeUserRole { role, change: RoleChange::Remove, .. } => Some(Condition::HasRole(role).not()),
        PlanAction::MoveUsers { organization_id, .. } => Some(Condition::BelongsTo(organization_id)),
        PlanAction::RevokeUserSessions { .. } => Some(Condition::HasSession(now).not()),
        PlanAction::AddToGroup { group_id, standing, .. } => Some(Condition::IsIn(group_id, standing)),
        PlanAction::RemoveFromGroups { .. } => Some(Condition::IsInGroup(grant.visibility().clone()).not()),
        _ => None,
    };
    exclusions.extend(idle.map(|condition| (Exclusion::NothingToDo, condition)));
    if let PlanAction::ChangeUserRole { role: Role::OrganizationAdmin, change: RoleChange::Add, .. } = action {
        exclusions.push((Exclusion::NoOrganization, Condition::BelongsTo(None)));
    }
    exclusions
}
