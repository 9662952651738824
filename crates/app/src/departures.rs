//! Departures: what becomes of people who leave, step by step in one transaction each, and the receipts of it.

use quarterdeck_domain::{
    DepartureId, Error, Page, Permission, Resource, Result, Visibility,
    audit::{Action, Change, Event, EventTarget, OUTSIDER, TargetType},
    departures::{
        AccountFate, Departure, DepartureState, DepartureStep, DepartureStepKind, KEEP_EXPORT_DAYS, ListDepartures,
        Offboarding, OwnedFate, OwnedKind,
    },
    policy,
    users::{UpdateUser, User, UserStatus},
};
use quarterdeck_store::{NamedView, NewDepartureExport, StoredDeparture, Tx, Users};

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

/// Lets a locked user leave, within `tx`, as a part of an act that was granted already; what happened.
///
/// # Errors
/// What the steps would answer when they are done alone.
pub(crate) async fn off_board(ctx: &Ctx, tx: &Tx, user: &User, order: &Offboarding) -> Result<Vec<Event>> {
    let successor = match order.hand_over_to {
        Some(id) => Some(successor(ctx, tx.users().find(id, ctx.now()).await?)?),
        None => None,
    };
    let binned = BinOrder { keep_days: order.keep_days(), reason: &order.reason, handed_to: order.hand_over_to };
    if order.account == AccountFate::Bin {
        bin::put_user(ctx, tx, user, binned).await?;
    }
    let mut leaving =
        Leaving { ctx, tx, user, order, successor: successor.as_ref(), steps: Vec::new(), events: Vec::new() };
    let export = leaving.export().await?;
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
        departed_at: ctx.now(),
    };
    tx.departures().insert(&departure, export).await?;
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
    async fn export(&mut self) -> Result<Option<NewDepartureExport>> {
        if !self.order.export {
            return Ok(None);
        }
        let UserArchive { bytes, sha256, rows } = user_exports::archive(self.ctx, self.user).await?;
        self.note(DepartureStepKind::DataExported, rows);
        let expires_at = self.ctx.now().plus_seconds(KEEP_EXPORT_DAYS * 86_400);
        let is_whole = policy::visibility(&self.ctx.actor, Permission::UserExport) == Some(Visibility::All);
        Ok(Some(NewDepartureExport { archive: bytes, sha256, is_whole, expires_at }))
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
            self.ctx.allow(Permission::ApiKeyRevoke, &self.user.resource())?;
            let revoked = self.tx.api_keys().delete_of_user(id).await?;
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
            self.ctx.allow(Permission::ProviderKeyWrite, &self.user.resource())?;
            let deleted = self.tx.provider_keys().delete_of_user(id).await?;
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
            self.note(DepartureStepKind::MembershipsEnded, ended.len() as u64);
            self.events.extend(ended);
        }
        Ok(())
    }

    async fn settle_saved_views(&mut self, fate: OwnedFate) -> Result<()> {
        let views = self.tx.saved_views().made_by(self.user.id()).await?;
        match (fate, self.successor) {
            (OwnedFate::Transfer, Some(successor)) => {
                let suffix = format!(" ({})", self.user.summary.username);
                for view in &views {
                    self.tx.saved_views().hand_over(view, successor.id(), &suffix).await?;
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
fn shown(seen: &Visibility, stored: StoredDeparture) -> Departure {
    let StoredDeparture { mut departure, orderer_organization_id, successor_organization_id, export_is_whole } = stored;
    if export_is_whole && *seen != Visibility::All {
        departure.export = None;
    }
    if departure.departed_by.is_some() && !seen.covers_scope(orderer_organization_id) {
        departure.departed_by = None;
        OUTSIDER.clone_into(&mut departure.departed_by_name);
    }
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
    Ok(page.map(|stored| shown(grant.visibility(), stored)))
}

/// One departure.
///
/// # Errors
/// `NotFound` when there is none that the actor may see, `Forbidden` without `bin.read`.
pub async fn get_departure(ctx: &Ctx, id: DepartureId) -> Result<Departure> {
    let grant = ctx.allow(Permission::BinRead, &Resource::List)?;
    Ok(shown(grant.visibility(), ctx.app.db.departures().get(&grant, id).await?))
}

/// The data of somebody who left; that it was fetched is in the log.
///
/// # Errors
/// `NotFound` when there is none, or none any more; `Forbidden` without `user.export`, `StepUpRequired`.
pub async fn get_departure_export(ctx: &Ctx, id: DepartureId) -> Result<UserExport> {
    let reach = ctx.allow(Permission::BinRead, &Resource::List)?;
    let StoredDeparture { departure, export_is_whole, .. } = ctx.app.db.departures().get(&reach, id).await?;
    let resource = Resource::NewUser { organization_id: departure.organization_id };
    let grant = ctx.allow(Permission::UserExport, &resource)?;
    if export_is_whole && *grant.visibility() != Visibility::All {
        return Err(Error::NotFound("export"));
    }
    let bytes = ctx.app.db.departures().archive(id, ctx.now()).await?;
    let event = Event::new(Action::UserDataExported, users::user_target(departure.user_id, &departure.username));
    let tx = ctx.write().await?;
    ctx.commit(tx, grant, vec![event.within(departure.organization_id)]).await?;
    Ok(UserExport { file_name: user_exports::file_name(&departure.username, departure.departed_at), bytes })
}
