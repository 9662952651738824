//! Keys that are rotated while servers run.

use quarterdeck_domain::{
    Permission, Resource, Result,
    audit::{Action, Change, Event, EventTarget, TargetType},
};

use crate::{App, Ctx};

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
