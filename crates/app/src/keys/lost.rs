//! The way out for keys that are lost for good: the database goes on with the keys that are there. What only the lost
//! ones could open or prove is given up, and the audit log says so.

use quarterdeck_domain::{
    Error, Permission, Resource, Result,
    audit::{Action, Change, Event, EventTarget, TargetType},
    settings::{Definition, definition},
};
use quarterdeck_store::{Database, Head, NewSettingVersion, SessionScope, SettingVersions, StoredSetting, Subject, Tx};

use super::{proofs, seals, signs};
use crate::{
    Ctx,
    ports::{Sealer, Signer},
};

/// Why sealed settings go back to their default.
const REASON: &str = "the sealing keys were lost";

/// Rings whose keys are not those of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostRings {
    /// Those that sign tokens and the audit chain.
    pub signing: bool,
    /// Those that seal secrets.
    pub sealing: bool,
}

/// What is given up with lost keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loss {
    /// The last event that nobody can verify any more; none when the chain can be.
    pub unverifiable: Option<Head>,
    /// Sessions that end.
    pub sessions: u64,
    /// Keys of sealed settings that become unset.
    pub settings: Vec<String>,
}

/// Which keys of a database in use are lost, so that those that are there do not fit; nothing when its proofs are gone or
/// were changed.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn lost_rings(db: &Database, signer: &dyn Signer, sealer: &dyn Sealer) -> Result<Option<LostRings>> {
    let Some(proofs) = db.key_checks().get().await? else { return Ok(None) };
    let lost = LostRings { signing: !signs(&proofs, signer), sealing: !seals(&proofs, sealer) };
    // Who changes the proofs does not make an operator give up a log that the keys still verify.
    let are_changed = lost.signing && db.audit().has_head().await?;
    Ok((!are_changed).then_some(lost))
}

/// What would be given up.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn loss(ctx: &Ctx, lost: LostRings) -> Result<Loss> {
    let db = &ctx.app.db;
    let mut loss = Loss::default();
    if lost.signing {
        let grant = ctx.allow(Permission::SessionRevoke, &Resource::List)?;
        loss.unverifiable = Some(db.audit().last_stored().await?);
        loss.sessions = db.sessions().targets(&grant, &SessionScope::All(None), ctx.now()).await?.len() as u64;
    }
    if lost.sealing {
        loss.settings = sealed(&db.settings()).await?.into_iter().map(|setting| setting.key).collect();
    }
    Ok(loss)
}

/// Gives up what goes with the lost keys, and ties the database to those that are there; what was given up.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails; then nothing is changed.
pub async fn replace_lost(ctx: &Ctx, lost: LostRings) -> Result<Loss> {
    let grant = ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let ports = &ctx.app.ports;
    let tx = ctx.write().await?;
    tx.serialize(Subject::Keys).await?;
    let (mut loss, mut events) = (Loss::default(), Vec::new());
    tx.replace_key_proofs(&proofs(&*ports.signer, &*ports.sealer)).await?;
    if lost.sealing {
        events = unset(ctx, &tx).await?;
        loss.settings = events.iter().map(|event| event.target.id.clone()).collect();
        tx.idempotency().forget_responses().await?;
    }
    if lost.signing {
        let revoke = ctx.allow(Permission::SessionRevoke, &Resource::List)?;
        loss.sessions = tx.sessions().end(&revoke, &SessionScope::All(None), ctx.now()).await?;
        tx.serialize(Subject::AuditChain).await?;
        let end = tx.audit().last_stored().await?;
        loss.unverifiable = Some(end.clone());
        let first = (ctx.app.new_id(), &event(lost, &loss));
        tx.begin_section(&grant, &ctx.event_context(), ctx.now(), &end, first).await?;
    } else {
        events.insert(0, event(lost, &loss));
    }
    ctx.commit(tx, grant, events).await?;
    Ok(loss)
}

fn event(lost: LostRings, loss: &Loss) -> Event {
    let rings = match (lost.signing, lost.sealing) {
        (true, true) => "signing and sealing keys",
        (true, false) => "signing keys",
        _ => "sealing keys",
    };
    let target = EventTarget { kind: TargetType::Platform, id: String::new(), label: rings.to_owned() };
    let end = loss.unverifiable.as_ref().map(ToString::to_string);
    Event::new(Action::KeysReplaced, target)
        .with(Change::of("closed_section", &None, &end))
        .with(Change::of("sessions_ended", &0, &loss.sessions))
        .with(Change::of("settings_unset", &0, &loss.settings.len()))
}

/// The sealed settings that are set.
async fn sealed(settings: &SettingVersions<'_>) -> Result<Vec<StoredSetting>> {
    let is_secret = |key: &str| definition(key).is_ok_and(Definition::is_secret);
    let mut stored = settings.latest().await?;
    stored.retain(|setting| setting.value.is_some() && is_secret(&setting.key));
    Ok(stored)
}

async fn unset(ctx: &Ctx, tx: &Tx) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for setting in sealed(&tx.settings()).await? {
        let unset = NewSettingVersion {
            key: &setting.key,
            after: setting.version,
            value: None,
            fingerprint: None,
            by: ctx.actor.user_id(),
            by_name: &ctx.actor.label,
            reason: REASON,
        };
        if !tx.settings().insert(&unset, ctx.now()).await? {
            return Err(Error::Unavailable("the database"));
        }
        let target = EventTarget {
            kind: TargetType::Setting,
            label: definition(&setting.key)?.title.to_owned(),
            id: setting.key,
        };
        events.push(Event::new(Action::SettingReset, target).because(REASON).with(Change::of(
            "value",
            &setting.fingerprint,
            &None,
        )));
    }
    Ok(events)
}
