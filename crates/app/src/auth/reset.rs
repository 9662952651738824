//! Choosing a new password by a link that an administrator made.

use quarterdeck_domain::{
    Error, Result, Timestamp, UserId,
    audit::{Action, Event},
    auth::{ResetInspection, ResetPassword, ResetToken},
    error::Unauthenticated,
    users::{PasswordResetLink, User},
};
use quarterdeck_store::{Database, OneTimeToken, TokenPurpose, Tx};

use super::{RESET_PREFIX, one_time_secret, token_hash};
use crate::{App, Visitor, users::user_target};

/// Seconds for which a link works.
const LINK_SECONDS: i64 = 24 * 3_600;

/// Makes a link for `user`; the links before it stop working.
pub(crate) async fn make_link(app: &App, tx: &Tx, user: &User) -> Result<PasswordResetLink> {
    let now = app.now();
    let expires_at = now.plus_seconds(LINK_SECONDS);
    let secret = one_time_secret(app, RESET_PREFIX);
    tx.one_time_tokens().remove(TokenPurpose::PasswordReset, Some(user.id())).await?;
    let token = OneTimeToken { user_id: Some(user.id()), power: user.power(), expires_at };
    tx.one_time_tokens().insert(TokenPurpose::PasswordReset, &token_hash(&secret), &token, now).await?;
    Ok(PasswordResetLink { url: format!("{}/reset-password#token={secret}", app.base_url()), expires_at })
}

async fn find(db: &Database, token: &str, now: Timestamp) -> Result<(UserId, OneTimeToken)> {
    let found = db.one_time_tokens().find(TokenPurpose::PasswordReset, &token_hash(token), now).await?;
    let found = found.and_then(|found| Some((found.user_id?, found)));
    found.ok_or_else(|| Unauthenticated::OneTimeToken.into())
}

/// For whom a link is.
///
/// # Errors
/// `Unauthenticated` when the link was used or has run out.
pub async fn inspect_password_reset(visitor: &Visitor, body: &ResetToken) -> Result<ResetInspection> {
    let app = &visitor.app;
    let (user, OneTimeToken { expires_at, .. }) = find(&app.db, &body.token, app.now()).await?;
    let user = app.db.users().get(user, app.now()).await?;
    Ok(ResetInspection {
        username: user.summary.username,
        display_name: user.summary.display_name,
        expires_at,
        password_rules: app.settings().password_rules(),
    })
}

/// Sets a new password by a link; the link is used up and all sessions of the user end.
///
/// # Errors
/// `Unauthenticated` when the link was used or has run out, `Invalid` when the policy refuses the password.
pub async fn reset_password(visitor: &Visitor, body: &ResetPassword) -> Result<()> {
    let app = &visitor.app;
    let (id, link) = find(&app.db, &body.token, app.now()).await?;
    let user = app.db.users().get(id, app.now()).await?;
    app.settings().password_rules().check("/password", &body.password, &user.summary.username)?;
    let hash = app.ports.hasher.hash(body.password.clone()).await?;
    let now = app.now();
    let tx = app.db.begin().await?;
    // Before the link, in the same order as whatever takes the link back.
    let user = tx.users().get_for_update(id, now).await.map_err(|_| Unauthenticated::OneTimeToken)?;
    // A link does not lead to more than it was made for, be it that what ends links missed one made in that moment.
    if user.power() > link.power || !tx.one_time_tokens().consume(&token_hash(&body.token)).await? {
        return Err(Error::from(Unauthenticated::OneTimeToken));
    }
    tx.users().set_password(id, &hash, false, now).await?;
    tx.sessions().end_of_user(id, None, now).await?;
    super::unlock(&tx, &user.summary, now).await?;
    let event = Event::new(Action::PasswordReset, user_target(id, &user.summary.username));
    visitor.commit(tx, None, vec![event.within(user.summary.organization_id)]).await
}
