//! First-run set-up: the first organization and administrator, by a one-time link that the server prints.

use std::sync::Arc;

use quarterdeck_domain::{
    Error, FieldError, Result,
    audit::{Action, Event, EventTarget, TargetType},
    error::{Rule, Unauthenticated},
    roles::Power,
    setup::{SetUp, SetupState},
    users::{User, UserKind},
};
use quarterdeck_store::{OneTimeToken, Subject, TokenPurpose};

use crate::{
    App, Ctx, Visitor,
    auth::{SETUP_PREFIX, one_time_secret, token_hash},
    organizations, users,
};

/// Seconds for which the link works; each start of the server makes a new one.
const LINK_SECONDS: i64 = 7 * 86_400;

/// Whether set-up is still to be done.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn get_setup(visitor: &Visitor) -> Result<SetupState> {
    let needed = visitor.app.db.users().count_active_admins().await? == 0;
    Ok(SetupState { needed, password_rules: visitor.app.settings().password_rules() })
}

/// The one-time link of set-up, when the platform has no administrator; nothing otherwise.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn prepare(app: &Arc<App>) -> Result<Option<String>> {
    if app.db.users().count_active_admins().await? > 0 {
        return Ok(None);
    }
    let secret = one_time_secret(app, SETUP_PREFIX);
    let now = app.now();
    let token = OneTimeToken { user_id: None, power: Power::None, expires_at: now.plus_seconds(LINK_SECONDS) };
    let tx = app.db.begin().await?;
    tx.one_time_tokens().insert(TokenPurpose::SetUp, &token_hash(&secret), &token, now).await?;
    tx.commit_bookkeeping().await?;
    Ok(Some(format!("{}/setup#token={secret}", app.base_url())))
}

/// Creates the first organization and administrator.
///
/// # Errors
/// `Unauthenticated` for a wrong token, `Invalid`, or `Conflict` when set-up has been done.
pub async fn complete_setup(visitor: &Visitor, body: &SetUp) -> Result<User> {
    let app = &visitor.app;
    if app.db.users().count_active_admins().await? > 0 {
        return Err(Rule::SetupDone.into());
    }
    let hash = token_hash(&body.token);
    let known = app.db.one_time_tokens().find(TokenPurpose::SetUp, &hash, app.now()).await?;
    known.ok_or(Unauthenticated::OneTimeToken)?;
    let mut faults = body.faults();
    let rules = app.settings().password_rules();
    faults.extend(rules.faults("/administrator/password", &body.administrator.password, &body.administrator.username));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let password_hash = app.ports.hasher.hash(body.administrator.password.clone()).await?;
    let ctx = Ctx { request: visitor.request.clone(), ..Ctx::system(app, "set-up") };
    let tx = app.db.begin().await?;
    tx.serialize(Subject::SetUp).await?;
    if tx.users().count_active_admins().await? > 0 {
        return Err(Rule::SetupDone.into());
    }
    let (organization, organization_event) =
        organizations::store_new(&ctx, &tx, &body.organization).await.map_err(|error| below("/organization", error))?;
    let mut administrator = body.administrator.user();
    administrator.organization_id = Some(organization.id);
    let id = app.new_id();
    let user_event = users::store_new(&ctx, &tx, id, UserKind::Person, &administrator, Some(password_hash))
        .await
        .map_err(|error| below("/administrator", error))?;
    tx.one_time_tokens().remove(TokenPurpose::SetUp, None).await?;
    let target = EventTarget { kind: TargetType::Platform, id: String::new(), label: "set-up".to_owned() };
    let user = tx.users().get(id, app.now()).await?;
    visitor
        .commit(tx, Some(&ctx.actor), vec![organization_event, user_event, Event::new(Action::SetupCompleted, target)])
        .await?;
    Ok(user)
}

/// The same error with its pointers below `base`.
fn below(base: &str, error: Error) -> Error {
    match error {
        Error::Conflict(rule) => match rule.pointer() {
            Some(pointer) => Error::field(&format!("{base}{pointer}"), rule.code(), rule.message()),
            None => Error::Conflict(rule),
        },
        Error::Invalid(faults) => {
            let below = |fault: FieldError| FieldError { pointer: format!("{base}{}", fault.pointer), ..fault };
            Error::Invalid(faults.into_iter().map(below).collect())
        }
        other => other,
    }
}
