//! Departures: what becomes of people who leave, step by step in one transaction each, and the receipts of it.

use std::collections::HashMap;

use quarterdeck_domain::{
    DepartureId, Error, Page, Permission, Resource, Result, UserId, Visibility,
    audit::{Action, Change, Event, EventTarget, TargetType},
    departures::{
        AccountFate, Departure, DepartureState, DepartureStep, DepartureStepKind, KEEP_EXPORT_DAYS, ListDepartures,
        Offboarding, OwnedFate, OwnedKind,
    },
    plans::PlanAction,
    policy,
    roles::Roles,
    users::{UpdateUser, User, UserStatus},
};
use quarterdeck_store::{NamedView, NewDepartureExport, StoredDeparture, Tx, Users};
use uuid::Uuid;

use crate::{
    Ctx,
    bin::{self, BinOrder},
    groups,
    user_exports::{self, UserArchive, UserExport},
    users,
};

/// Checks what an order to off-board names elsewhere, and what it needs beside the deletion of users.
///
/// # Errors
/// `Invalid` for somebody who cannot take over, `Forbidden` without `user.export` for an export.
pub(crate) async fn check(ctx: &Ctx, users: &Users<'_>, order: &Offboarding) -> Result<()> {
    if order.export {
        ctx.allow(Permission::UserExport, &Resource::Selection)?;
    }
    match order.hand_over_to {
        Some(id) => successor(ctx, users.find(id, ctx.now()).await?).map(drop),
        None => Ok(()),
    }
}

/// Whoever takes over is somebody whom the actor sees and who can use it.
fn successor(ctx: &Ctx, found: Option<User>) -> Result<User> {
    let may = |user: &User| {
        ctx.allow(Permission::UserRead, &user.resource()).is_ok()
            && user.summary.status == UserStatus::Active
            && user.check_person().is_ok()
    };
    found.filter(may).ok_or_else(|| {
        Error::field("/offboarding/hand_over_to", "unknown", "there is no such active user who could take over")
    })
}

/// Data of those who leave. It is collected before the transaction in which they do: nobody waits for it, and no second
/// connection is asked for while one is held.
#[derive(Debug, Default)]
pub(crate) struct Archives(HashMap<Uuid, Result<UserArchive>>);

impl Archives {
    /// Collects what `action` exports of the users `ids`; nothing for another act.
    pub(crate) async fn collect(ctx: &Ctx, action: &PlanAction, ids: impl Iterator<Item = Uuid>) -> Self {
        let mut archives = HashMap::new();
        if action.exports() {
            for id in ids {
                let archive = async {
                    let user = ctx.app.db.users().get(UserId(id), ctx.now()).await?;
                    user_exports::archive(ctx, &user).await
                };
                archives.insert(id, archive.await);
            }
        }
        Self(archives)
    }

    /// The data of a user, once.
    fn take(&mut self, id: UserId) -> Result<UserArchive> {
        self.0.remove(&id.0).unwrap_or_else(|| Err(Error::internal("the data was not collected")))
    }
}

/// Lets a locked user leave, within `tx`, as a part of an act that was granted already; what happened.
///
/// # Errors
/// What the steps would answer when they are done alone.
pub(crate) async fn off_board(
    ctx: &Ctx,
    tx: &Tx,
    user: &User,
    order: &Offboarding,
    archives: &mut Archives,
) -> Result<Vec<Event>> {
    let successor = match order.hand_over_to {
        Some(id) => Some(successor(ctx, tx.users().find(id, ctx.now()).await?)?),
        None => None,
    };
    let binned = BinOrder { handed_to: order.hand_over_to, ..BinOrder::new(ctx, order.keep_days(), &order.reason) };
    if order.account == AccountFate::Bin {
        bin::put_user(ctx, tx, user, binned).await?;
    }
    let mut leaving =
        Leaving { ctx, tx, user, order, successor: successor.as_ref(), steps: Vec::new(), events: Vec::new() };
    let export = leaving.export(archives)?;
    leaving.note(DepartureStepKind::SessionsEnded, user.summary.active_sessions.into());
    for kind in OwnedKind::ALL {
        leaving.settle(*kind).await?;
    }
    leaving.end_account(binned).await?;
    let Leaving { steps, mut events, .. } = leaving;
    let departure = Departure {
        id: ctx.app.new_id(),
        user_id: user.id(),
        username: user.summary.username.clone(),
        display_name: user.summary.display_name.clone(),
        organization_id: user.summary.organization_id,
        reason: order.reason.clone(),
        account: order.account,
        state: DepartureState::Present,
        purge_at: None,
        handed_over_to: successor.as_ref().map(User::id),
        handed_over_to_name: successor.map(|user| user.summary.username),
        steps,
        export: None,
        departed_by: ctx.actor.user_id(),
        departed_by_name: ctx.actor.label.clone(),
        departed_at: binned.at,
    };
    tx.departures().insert(&departure, user.power(), export).await?;
    let event = Event::new(Action::UserOffboarded, users::user_target(user.id(), &user.summary.username))
        .within(user.summary.organization_id)
        .because(order.reason.as_str())
        .with(Change::of("account", &None, &Some(order.account)))
        .with(departure.steps.iter().filter_map(|step| Change::of(step.kind.name(), &0, &step.count)));
    events.push(event);
    Ok(events)
}

/// A departure that is under way.
struct Leaving<'a> {
    ctx: &'a Ctx,
    tx: &'a Tx,
    user: &'a User,
    order: &'a Offboarding,
    successor: Option<&'a User>,
    steps: Vec<DepartureStep>,
    events: Vec<Event>,
}

impl Leaving<'_> {
    fn note(&mut self, kind: DepartureStepKind, count: u64) {
        self.steps.push(DepartureStep { kind, count });
    }

    /// The data as it is before anything goes.
    fn export(&mut self, archives: &mut Archives) -> Result<Option<NewDepartureExport>> {
        if !self.order.export {
            return Ok(None);
        }
        self.ctx.allow(Permission::UserExport, &self.user.resource())?;
        let UserArchive { bytes, sha256, rows, reach, has_contact } = archives.take(self.user.id())?;
        self.note(DepartureStepKind::DataExported, rows);
        let expires_at = self.ctx.now().plus_seconds(KEEP_EXPORT_DAYS * 86_400);
        // Of the own organization alone: what else the maker saw is not for its other administrators.
        let home = self.user.summary.organization_id;
        let is_of_home =
            home.is_some_and(|home| reach == Visibility::of(home)) && self.ctx.actor.organization_id == home;
        Ok(Some(NewDepartureExport { archive: bytes, sha256, is_whole: !is_of_home, has_contact, expires_at }))
    }

    /// What becomes of things of this kind. Each kind that belongs to users has its arm here.
    async fn settle(&mut self, kind: OwnedKind) -> Result<()> {
        let fate = match (self.order.fate(kind), self.order.account) {
            // There is no account left to keep them.
            (OwnedFate::Keep, AccountFate::Delete) if kind != OwnedKind::SavedView => OwnedFate::Delete,
            (fate, _) => fate,
        };
        match kind {
            OwnedKind::ApiKey => self.settle_api_keys(fate).await,
            OwnedKind::ProviderKey => self.settle_provider_keys(fate).await,
            OwnedKind::Membership => self.settle_memberships(fate).await,
            OwnedKind::SavedView => self.settle_saved_views(fate).await,
        }
    }

    async fn settle_api_keys(&mut self, fate: OwnedFate) -> Result<()> {
        let id = self.user.id();
        if fate == OwnedFate::Keep {
            let kept = self.tx.api_keys().count_of(id, self.ctx.now()).await?;
            self.note(DepartureStepKind::ApiKeysKept, kept);
        } else {
            let revoked = self.tx.api_keys().delete_of_user(id).await?;
            if revoked > 0 {
                self.ctx.allow(Permission::ApiKeyRevoke, &self.user.resource())?;
            }
            self.note(DepartureStepKind::ApiKeysRevoked, revoked);
        }
        Ok(())
    }

    async fn settle_provider_keys(&mut self, fate: OwnedFate) -> Result<()> {
        let id = self.user.id();
        if fate == OwnedFate::Keep {
            let kept = self.tx.provider_keys().count_of_user(id).await?;
            self.note(DepartureStepKind::ProviderKeysKept, kept);
        } else {
            let deleted = self.tx.provider_keys().delete_of_user(id).await?;
            if deleted > 0 {
                self.ctx.allow(Permission::ProviderKeyWrite, &self.user.resource())?;
            }
            self.note(DepartureStepKind::ProviderKeysDeleted, deleted);
        }
        Ok(())
    }

    async fn settle_memberships(&mut self, fate: OwnedFate) -> Result<()> {
        let (ctx, tx, user) = (self.ctx, self.tx, self.user);
        let reach = ctx.allow(Permission::GroupUpdate, &user.resource())?;
        if let (OwnedFate::Transfer, Some(successor)) = (fate, self.successor) {
            let handed = groups::hand_over(ctx, tx, user, successor).await?;
            self.note(DepartureStepKind::MembershipsTransferred, handed.len() as u64);
            self.events.extend(handed);
        }
        let all = tx.groups().ids_of_user(user.id(), &Visibility::All).await?;
        if self.order.account != AccountFate::Suspend {
            // They go with the account, and from the bin they come back with it.
            self.note(DepartureStepKind::MembershipsEnded, all.len() as u64);
        } else if fate == OwnedFate::Keep {
            self.note(DepartureStepKind::MembershipsKept, all.len() as u64);
        } else {
            let within = tx.groups().ids_of_user(user.id(), reach.visibility()).await?;
            let ended = groups::leave(ctx, tx, user, &within).await?;
            tx.bin().forget_memberships(user.id(), reach.visibility()).await?;
            self.note(DepartureStepKind::MembershipsEnded, ended.len() as u64);
            self.events.extend(ended);
        }
        Ok(())
    }

    async fn settle_saved_views(&mut self, fate: OwnedFate) -> Result<()> {
        let views = self.tx.saved_views().made_by(self.user.id()).await?;
        match (fate, self.successor) {
            (OwnedFate::Transfer, Some(successor)) => {
                for view in &views {
                    let from = &self.user.summary.username;
                    self.tx.saved_views().hand_over(view, successor.id(), from).await?;
                }
                self.note(DepartureStepKind::SavedViewsTransferred, views.len() as u64);
            }
            (OwnedFate::Delete, _) => self.delete_views(views).await?,
            _ => {
                let is_lost = |view: &&NamedView| view.is_private && self.order.account == AccountFate::Delete;
                let kept = views.iter().filter(|view| !is_lost(view)).count();
                self.note(DepartureStepKind::SavedViewsKept, kept as u64);
            }
        }
        Ok(())
    }

    /// Private views go, and those that are shared where the actor shares; others see the rest.
    async fn delete_views(&mut self, views: Vec<NamedView>) -> Result<()> {
        let shares = policy::visibility(&self.ctx.actor, Permission::SavedViewShare);
        let mut deleted = 0;
        for view in views {
            let may = view.is_private || shares.as_ref().is_some_and(|reach| reach.covers_scope(view.organization_id));
            if !may {
                continue;
            }
            self.tx.saved_views().delete(view.id).await?;
            deleted += 1;
            if !view.is_private {
                let target = EventTarget { kind: TargetType::SavedView, id: view.id.to_string(), label: view.name };
                let event = Event::new(Action::SavedViewDeleted, target).within(view.organization_id);
                self.events.push(event.with(Change::of("table", &Some(view.table), &None)));
            }
        }
        self.note(DepartureStepKind::SavedViewsDeleted, deleted);
        Ok(())
    }

    async fn end_account(&mut self, binned: BinOrder<'_>) -> Result<()> {
        let (ctx, tx, user) = (self.ctx, self.tx, self.user);
        let (step, events) = match self.order.account {
            AccountFate::Suspend => {
                let update = UpdateUser {
                    status: Some(UserStatus::Suspended),
                    status_reason: Some(self.order.reason.clone()),
                    ..UpdateUser::default()
                };
                // What they signed in with until now has changed their version, perhaps.
                let user = tx.users().get_for_update(user.id(), ctx.now()).await?;
                let changed = users::apply(ctx, tx, &user, &update).await?;
                (DepartureStepKind::AccountSuspended, changed.map_or_else(Vec::new, |changed| changed.events))
            }
            AccountFate::Bin => (DepartureStepKind::AccountBinned, users::finish_binning(ctx, tx, user, binned).await?),
            AccountFate::Delete => (DepartureStepKind::AccountDeleted, users::delete_account(ctx, tx, user).await?),
        };
        self.note(step, 1);
        self.events.extend(events);
        Ok(())
    }
}

/// The receipt as somebody sees it who sees so far: people of outside are not named, and data that was exported for the whole
/// platform is not there.
fn shown(ctx: &Ctx, seen: &Visibility, stored: StoredDeparture) -> Departure {
    let may_fetch = may_fetch(ctx, &stored);
    let StoredDeparture { mut departure, orderer_organization_id, successor_organization_id, .. } = stored;
    if !may_fetch {
        departure.export = None;
    }
    seen.name(orderer_organization_id, &mut departure.departed_by, &mut departure.departed_by_name);
    if departure.handed_over_to.is_some() && !seen.covers_scope(successor_organization_id) {
        departure.handed_over_to = None;
        departure.handed_over_to_name = None;
    }
    departure
}

/// A page of the departures that the actor sees.
///
/// # Errors
/// `Forbidden` without `bin.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_departures(ctx: &Ctx, request: &ListDepartures) -> Result<Page<Departure>> {
    let grant = ctx.allow(Permission::BinRead, &Resource::List)?;
    request.filter.check()?;
    let page = ctx.app.db.departures().list(&grant, request).await?;
    Ok(page.map(|stored| shown(ctx, grant.visibility(), stored)))
}

/// One departure.
///
/// # Errors
/// `NotFound` when there is none that the actor may see, `Forbidden` without `bin.read`.
pub async fn get_departure(ctx: &Ctx, id: DepartureId) -> Result<Departure> {
    let grant = ctx.allow(Permission::BinRead, &Resource::List)?;
    Ok(shown(ctx, grant.visibility(), ctx.app.db.departures().get(&grant, id).await?))
}

/// What the decision about exported data is made on: as if who left were there still.
fn exported(stored: &StoredDeparture) -> Resource {
    Resource::User {
        id: stored.departure.user_id,
        organization_id: stored.departure.organization_id,
        roles: Roles::NONE,
        granted: stored.power,
    }
}

/// Whether the actor reaches all that may be in the data that was exported.
fn check_reach(ctx: &Ctx, stored: &StoredDeparture) -> Result<()> {
    let reaches = |permission| {
        let seen = policy::visibility(&ctx.actor, permission);
        match stored.export_is_whole {
            true => seen == Some(Visibility::All),
            false => seen.is_some_and(|seen| seen.covers(stored.departure.organization_id, None)),
        }
    };
    match reaches(Permission::UserExport) && (!stored.export_has_contact || reaches(Permission::UserReadContact)) {
        true => Ok(()),
        false => Err(Error::NotFound("export")),
    }
}

/// Whether the actor may have the data that was exported, the password aside: that is asked for when it is fetched.
fn may_fetch(ctx: &Ctx, stored: &StoredDeparture) -> bool {
    let decision = policy::allow(&ctx.actor, Permission::UserExport, &exported(stored));
    check_reach(ctx, stored).is_ok() && matches!(decision, Ok(_) | Err(Error::StepUpRequired { .. }))
}

/// The data of somebody who left; that it was fetched is in the log.
///
/// # Errors
/// `NotFound` when there is none, or none any more; `Forbidden` without `user.export`, `StepUpRequired`.
pub async fn get_departure_export(ctx: &Ctx, id: DepartureId) -> Result<UserExport> {
    let reach = ctx.allow(Permission::BinRead, &Resource::List)?;
    let stored = ctx.app.db.departures().get(&reach, id).await?;
    check_reach(ctx, &stored)?;
    let grant = ctx.allow(Permission::UserExport, &exported(&stored))?;
    let departure = stored.departure;
    let bytes = ctx.app.db.departures().archive(id, ctx.now()).await?;
    let event = Event::new(Action::UserDataExported, users::user_target(departure.user_id, &departure.username));
    let tx = ctx.write().await?;
    ctx.commit(tx, grant, vec![event.within(departure.organization_id)]).await?;
    Ok(UserExport { file_name: user_exports::file_name(&departure.username, departure.departed_at), bytes })
}
