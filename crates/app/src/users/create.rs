//! Creating users.

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Permission, Resource, Result, Role, UserId,
    audit::{Action, Change, Event},
    policy,
    roles::Roles,
    users::{CreateServiceAccount, CreateUser, Seat, User, UserKind},
};
use quarterdeck_store::{NewUser, Tx};

use super::{check_organization, places, reserved, seats, shown_to, user_target};
use crate::Ctx;

/// Creates a user, who may sign in at once if a password is given.
///
/// # Errors
/// `Forbidden`, `Invalid`, or `Conflict` when username or e-mail address are taken.
pub async fn create_user(ctx: &Ctx, body: &CreateUser) -> Result<User> {
    create(ctx, UserKind::Person, body.clone()).await
}

/// Creates a service account, which acts by the keys that are made for it.
///
/// # Errors
/// `Forbidden`, `StepUpRequired`, `Invalid`, or `Conflict` when the username is taken.
pub async fn create_service_account(ctx: &Ctx, body: &CreateServiceAccount) -> Result<User> {
    create(ctx, UserKind::Service, body.clone().into()).await
}

async fn create(ctx: &Ctx, kind: UserKind, body: CreateUser) -> Result<User> {
    let (body, _) = admitted(ctx, kind, body)?;
    let hash = match &body.password {
        Some(password) => Some(ctx.app.ports.hasher.hash(password.clone()).await?),
        None => None,
    };
    let tx = ctx.write().await?;
    let ctx = &ctx.within(&tx).await?;
    let grant = allow(ctx, kind, &body)?;
    let id = ctx.app.new_id();
    let event = store_new(ctx, &tx, id, kind, &body, hash).await?;
    let user = tx.users().get(id, ctx.now()).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(shown_to(&ctx.actor, user))
}

/// The new user where they are to belong, as far as it can be judged without a look at others.
///
/// # Errors
/// `Forbidden`, `StepUpRequired`, or `Invalid`.
pub(crate) fn admitted(ctx: &Ctx, kind: UserKind, mut body: CreateUser) -> Result<(CreateUser, Grant)> {
    if body.organization_id.is_none()
        && let Some(reach) = policy::visibility(&ctx.actor, permission(kind))
    {
        body.organization_id = reach.only_organization();
    }
    let grant = allow(ctx, kind, &body)?;
    check(ctx, &body)?;
    Ok((body, grant))
}

/// What it needs to create an account.
const fn permission(kind: UserKind) -> Permission {
    match kind {
        UserKind::Person => Permission::UserCreate,
        UserKind::Service => Permission::ServiceAccountManage,
    }
}

fn allow(ctx: &Ctx, kind: UserKind, body: &CreateUser) -> Result<Grant> {
    let resource = Resource::NewUser { organization_id: body.organization_id };
    let grant = ctx.allow(permission(kind), &resource)?;
    if !body.roles.without(Role::User).is_empty() {
        ctx.allow(Permission::UserAssignRoles, &resource)?;
        policy::may_give(&ctx.actor, body.roles, body.organization_id)?;
    }
    if !body.seat.is_licensed() {
        ctx.allow(Permission::SeatManage, &resource)?;
    }
    Ok(grant)
}

fn check(ctx: &Ctx, body: &CreateUser) -> Result<()> {
    let mut faults = body.faults();
    faults.extend(places::faults("", body.time_zone.as_ref(), body.country.as_ref()));
    if let Some(password) = &body.password {
        faults.extend(ctx.app.settings().password_rules().faults("/password", password, &body.username));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Stores the user `id`, whose fields are checked, within `tx`; what is left open is what new users of the organization begin with.
///
/// # Errors
/// `Invalid` for an unknown organization, `Conflict` when username or e-mail address are taken, or all seats.
pub(crate) async fn store_new(
    ctx: &Ctx,
    tx: &Tx,
    id: UserId,
    kind: UserKind,
    body: &CreateUser,
    password_hash: Option<String>,
) -> Result<Event> {
    let now = ctx.now();
    let mut body = body.clone();
    if let Some(organization) = body.organization_id {
        check_organization(tx, organization).await?.user_defaults.complete(&mut body);
    }
    check_place(body.roles, body.organization_id)?;
    if tx.users().is_reserved(&body.username, None, now).await? {
        return Err(reserved(ctx));
    }
    let roles = body.roles.or_user();
    // Seats and passwords are for people.
    let is_person = kind == UserKind::Person;
    let seat = if is_person { body.seat } else { Seat::Complimentary };
    let new = NewUser {
        id,
        kind,
        username: body.username.clone(),
        display_name: body.display_name.clone(),
        first_name: body.first_name.clone(),
        last_name: body.last_name.clone(),
        email: body.email.clone(),
        status: body.status,
        status_reason: String::new(),
        roles,
        organization_id: body.organization_id,
        language: body.language.clone(),
        time_zone: body.time_zone.clone(),
        country: body.country.clone(),
        must_change_password: is_person && body.must_change_password.unwrap_or_default(),
        password_hash,
        seat,
        last_login_at: None,
        created_at: now,
    };
    tx.users().insert(&new).await?;
    seats::guard(tx, None, seat.taken(body.status, body.organization_id)).await?;
    let nothing = serde_json::Value::Null;
    let given = |field: &str, value: serde_json::Value| Change::of(field, &nothing, &value);
    let changes = [
        given("kind", if is_person { nothing.clone() } else { kind.name().into() }),
        given("username", body.username.clone().into()),
        given("display_name", body.display_name.clone().into()),
        given("first_name", given_text(&body.first_name)),
        given("last_name", given_text(&body.last_name)),
        given("status", body.status.name().into()),
        given("email", body.email.clone().into()),
        given("roles", serde_json::to_value(roles).map_err(Error::internal)?),
        given("organization_id", serde_json::to_value(body.organization_id).map_err(Error::internal)?),
        given("language", body.language.into()),
        given("time_zone", body.time_zone.into()),
        given("country", body.country.into()),
        given("seat", if seat.is_licensed() || !is_person { nothing.clone() } else { seat.name().into() }),
        given("has_password", new.password_hash.is_some().into()),
    ];
    let event = Event::new(Action::UserCreated, user_target(id, &body.username)).within(body.organization_id);
    Ok(event.with(changes.into_iter().flatten()))
}

/// Whoever administers an organization belongs to one.
///
/// # Errors
/// `Invalid` at `/roles`.
pub(crate) fn check_place(roles: Roles, organization: Option<OrganizationId>) -> Result<()> {
    if roles.contains(Role::OrganizationAdmin) && organization.is_none() {
        let message = "an organization's administrator must belong to an organization";
        return Err(Error::field("/roles", "needs-organization", message));
    }
    Ok(())
}

/// A text that may be empty, as a change tells it.
fn given_text(text: &str) -> serde_json::Value {
    if text.is_empty() { serde_json::Value::Null } else { text.into() }
}
