//! Keys: those of the database and no others, rotated while servers run.

mod lost;

pub use lost::{Loss, LostRings, loss, lost_rings, replace_lost};

use quarterdeck_domain::{
    Permission, Resource, Result,
    audit::{Action, Change, Event, EventTarget, TargetType},
};

use quarterdeck_store::{Database, KeyProofs, Subject};

use crate::{
    App, Ctx,
    ports::{Sealer, Signer},
};

/// Purpose of the proofs.
const PROOF: &str = "key-check";
/// What is tagged and sealed as proof.
const PROVEN: &[u8] = b"the keys of this database";

/// Whether the keys are those of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// They are.
    Theirs,
    /// The database goes with other keys.
    Foreign,
    /// The database has no proof yet, and nobody has used it.
    Unused,
    /// The database is in use and has no proof: it was taken out, or never written.
    Unproven,
}

/// Looks whether the keys are those that the database goes with. Any key of a ring proves it, so that rings may be
/// rotated.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn belonging(db: &Database, signer: &dyn Signer, sealer: &dyn Sealer) -> Result<Belonging> {
    let Some(proofs) = db.key_checks().get().await? else {
        return Ok(if db.key_checks().is_unused().await? { Belonging::Unused } else { Belonging::Unproven });
    };
    Ok(if holds(&proofs, signer, sealer) { Belonging::Theirs } else { Belonging::Foreign })
}

fn holds(proofs: &KeyProofs, signer: &dyn Signer, sealer: &dyn Sealer) -> bool {
    signs(proofs, signer) && seals(proofs, sealer)
}

/// Whether the signing ring is that of the proofs.
fn signs(proofs: &KeyProofs, signer: &dyn Signer) -> bool {
    hex::decode(&proofs.signing).is_ok_and(|tag| signer.verify_tag(PROOF, PROVEN, &tag))
}

/// Whether the sealing ring is that of the proofs.
fn seals(proofs: &KeyProofs, sealer: &dyn Sealer) -> bool {
    sealer.open(PROOF, &proofs.sealing).is_ok_and(|plain| plain == PROVEN)
}

fn proofs(signer: &dyn Signer, sealer: &dyn Sealer) -> KeyProofs {
    KeyProofs { signing: hex::encode(signer.tag(PROOF, PROVEN)), sealing: sealer.seal(PROOF, PROVEN) }
}

/// Ties an unused database to the keys and begins its audit chain with them. Of several servers that do it at once, the
/// first is the one that counts.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn bind(db: &Database, signer: &dyn Signer, sealer: &dyn Sealer) -> Result<Belonging> {
    let found = belonging(db, signer, sealer).await?;
    if found != Belonging::Unused {
        return Ok(found);
    }
    let tx = db.begin().await?;
    tx.serialize(Subject::Keys).await?;
    if let Some(proofs) = tx.key_checks().get().await? {
        return Ok(if holds(&proofs, signer, sealer) { Belonging::Theirs } else { Belonging::Foreign });
    }
    tx.insert_key_proofs(&proofs(signer, sealer)).await?;
    tx.begin_chain().await?;
    tx.commit_bookkeeping().await?;
    Ok(Belonging::Theirs)
}

/// Takes keys that changed, from now on.
///
/// # Errors
/// `Internal` when they cannot be read; then the former ones stay in force.
pub fn refresh(app: &App) -> Result<()> {
    if let Some(keys) = app.ports.keyring.refresh()? {
        app.db.replace_cursor_keys(keys);
    }
    Ok(())
}

/// Notes that the key `new` comes before `former` in the ring `ring`.
///
/// # Errors
/// `Forbidden`, or `Unavailable` when the database does not take it.
pub async fn note_rotation(ctx: &Ctx, ring: &str, former: &str, new: &str) -> Result<()> {
    let grant = ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let target = EventTarget { kind: TargetType::Platform, id: String::new(), label: format!("{ring} keys") };
    let event = Event::new(Action::KeyRotated, target).with(Change::of("newest_key", &former, &new));
    ctx.commit(ctx.write().await?, grant, vec![event]).await
}
