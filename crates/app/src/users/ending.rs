//! The end of an account, for good or for the bin, as a part of an act that was granted already.

use quarterdeck_domain::{
    Result, Visibility,
    audit::{Action, Change, Event},
    bin::BinKind,
    users::User,
};
use quarterdeck_store::Tx;

use super::{guard_administrators, user_target};
use crate::{
    Ctx,
    bin::{self, BinOrder},
    groups,
};

/// Deletes a locked user for good; what happened.
pub(crate) async fn delete_account(ctx: &Ctx, tx: &Tx, user: &User) -> Result<Vec<Event>> {
    let mut events = end(ctx, tx, user).await?;
    let event = Event::new(Action::UserDeleted, user_target(user.id(), &user.summary.username))
        .within(user.summary.organization_id)
        .with(Change::of("username", &Some(&user.summary.username), &None))
        .with(Change::of("display_name", &Some(&user.summary.display_name), &None))
        .with(Change::of("email", &user.summary.email, &None))
        .with(Change::of("roles", &Some(user.summary.roles), &None))
        .with(Change::of("sessions_ended", &0, &user.summary.active_sessions));
    events.push(event);
    Ok(events)
}

/// Moves a locked user to the bin with all that hangs on them; what happened.
pub(crate) async fn bin_account(ctx: &Ctx, tx: &Tx, user: &User, order: BinOrder<'_>) -> Result<Vec<Event>> {
    bin::put_user(ctx, tx, user, order).await?;
    finish_binning(ctx, tx, user, order).await
}

/// The same for a user who was put there before what they own was handed over.
pub(crate) async fn finish_binning(ctx: &Ctx, tx: &Tx, user: &User, order: BinOrder<'_>) -> Result<Vec<Event>> {
    tx.bin().keep_rows(user.id().0, BinKind::User).await?;
    let mut events = end(ctx, tx, user).await?;
    let event = Event::new(Action::UserBinned, user_target(user.id(), &user.summary.username))
        .within(user.summary.organization_id)
        .because(order.reason)
        .with(Change::of("roles", &Some(user.summary.roles), &None))
        .with(Change::of("email", &user.summary.email, &None))
        .with(Change::of("sessions_ended", &0, &user.summary.active_sessions))
        .with(Change::of("purge_at", &None, &Some(order.purge_at)));
    events.push(event);
    Ok(events)
}

/// Takes the user out of all groups, and the account away.
async fn end(ctx: &Ctx, tx: &Tx, user: &User) -> Result<Vec<Event>> {
    let memberships = tx.groups().ids_of_user(user.id(), &Visibility::All).await?;
    let events = groups::leave(ctx, tx, user, &memberships).await?;
    tx.users().delete(&user.summary, ctx.now()).await?;
    guard_administrators(tx, user, None).await?;
    Ok(events)
}
