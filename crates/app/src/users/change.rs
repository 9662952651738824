//! Changing a user: which permission each field needs, the guards, and the events.

use quarterdeck_domain::{
    Error, Grant, Patch, Permission, Resource, Result, Role, Visibility,
    audit::{Action, Change, Event},
    error::Rule,
    policy,
    roles::Roles,
    users::{UpdateUser, User, UserStatus},
};
use quarterdeck_store::Tx;

use super::{check_organization, create::check_place, reserved, seats, user_target};
use crate::{Ctx, groups, role_grants::end_on_leaving};

/// What a change made of a user.
pub struct Changed {
    /// The user from now on.
    pub user: User,
    /// What happened.
    pub events: Vec<Event>,
    /// The grant of the widest act among them.
    pub grant: Grant,
}

/// Applies `body` to the user `before`, who was read within `tx`; nothing when everything was so already.
///
/// # Errors
/// `Forbidden`, `Invalid`, `Conflict` or `OwnAccount`; then the transaction is to be dropped.
pub async fn apply(ctx: &Ctx, tx: &Tx, before: &User, body: &UpdateUser) -> Result<Option<Changed>> {
    let Some(Decided { mut after, steps, grant }) = decide(ctx, before, body)? else { return Ok(None) };
    let (left, joined) = (before.summary.organization_id, after.summary.organization_id);
    check_references(ctx, tx, before, &mut after).await?;
    let now = ctx.now();
    if before.summary.status != after.summary.status {
        after.status_changed_at = Some(now);
    }
    let mut user = tx.users().save(before, &after, now).await?;
    if after.summary.status == UserStatus::Suspended && before.summary.status == UserStatus::Active {
        tx.sessions().end_of_user(before.id(), None, now).await?;
        user.summary.active_sessions = 0;
    }
    guard_administrators(tx, before, Some(&after)).await?;
    seats::guard(tx, before.takes_seat_of(), after.takes_seat_of()).await?;
    let target = user_target(before.id(), &before.summary.username);
    let mut events: Vec<Event> = steps
        .into_iter()
        .map(|step| {
            let is_reasoned = step.action.touches_rights();
            let reason = if is_reasoned { body.status_reason.clone().unwrap_or_default() } else { String::new() };
            Event::new(step.action, target.clone()).within(joined.or(left)).because(reason).with(step.changes)
        })
        .collect();
    if let Some(left) = left.filter(|_| left != joined) {
        events.extend(end_on_leaving(ctx, tx, before, left).await?);
        // The groups of an organization are for its people.
        let groups = tx.groups().ids_of_user(before.id(), &Visibility::of(left)).await?;
        events.extend(groups::leave(ctx, tx, before, &groups).await?);
    }
    if left.is_some() && joined.is_some() && left != joined {
        // The organization that loses a member does not see the events of the other.
        events.push(Event::new(Action::UserLeft, target).within(left));
    }
    Ok(Some(Changed { user, events, grant }))
}

/// A change that is allowed, as far as it can be judged without a look at others.
pub struct Decided {
    /// The user as they will be.
    pub after: User,
    /// The acts that it consists of.
    pub steps: Vec<Step>,
    grant: Grant,
}

/// Decides about the change that `body` orders of the user `before`; nothing when everything is so already.
///
/// # Errors
/// `Forbidden`, `StepUpRequired`, `Invalid` or `OwnAccount`.
pub fn decide(ctx: &Ctx, before: &User, body: &UpdateUser) -> Result<Option<Decided>> {
    if body.contact.is_some() {
        // Also when nothing differs: that it does not would tell what is stored.
        ctx.allow(Permission::UserUpdateContact, &before.resource())?;
    }
    let mut after = before.clone();
    merge(&mut after, body)?;
    let steps = steps(before, &after);
    let mut grant = None;
    for step in &steps {
        grant = Some(ctx.allow(step.permission, &before.resource())?);
    }
    let Some(grant) = grant else { return Ok(None) };
    guard_own_account(ctx, before, &after)?;
    if after.must_change_password {
        before.check_person()?;
    }
    let (left, joined) = (before.summary.organization_id, after.summary.organization_id);
    if left != joined {
        ctx.allow(Permission::UserMove, &Resource::NewUser { organization_id: joined })?;
    }
    // The administrator of one organization is none of another yet.
    let kept =
        if left == joined { before.summary.roles } else { before.summary.roles.without(Role::OrganizationAdmin) };
    let given = after.summary.roles.iter().filter(|role| !kept.contains(*role)).collect();
    policy::may_give(&ctx.actor, given, joined)?;
    Ok(Some(Decided { after, steps, grant }))
}

/// One act among the changes.
pub struct Step {
    action: Action,
    /// What it needs.
    pub permission: Permission,
    /// What it changes.
    pub changes: Vec<Change>,
}

fn merge(user: &mut User, body: &UpdateUser) -> Result<()> {
    fn set<T: Clone>(field: &mut T, value: Option<&T>) {
        if let Some(value) = value {
            field.clone_from(value);
        }
    }
    fn patch<T: Clone>(field: &mut Option<T>, value: &Patch<T>) {
        *field = value.clone().apply(field.take());
    }
    let body = body.clone();
    let former_organization = user.summary.organization_id;
    set(&mut user.summary.username, body.username.as_ref());
    set(&mut user.summary.display_name, body.display_name.as_ref());
    patch(&mut user.summary.email, &body.email);
    set(&mut user.first_name, body.first_name.as_ref());
    set(&mut user.last_name, body.last_name.as_ref());
    set(&mut user.organization_label, body.organization_label.as_ref());
    patch(&mut user.language, &body.language);
    patch(&mut user.time_zone, &body.time_zone);
    patch(&mut user.country, &body.country);
    if let Some(parts) = body.subdivisions {
        user.subdivisions = parts.into_iter().map(|part| part.0).collect();
    }
    if let Some(contact) = body.contact {
        user.contact = Some(contact.apply(user.contact.take().unwrap_or_default()));
    }
    patch(&mut user.summary.organization_id, &body.organization_id);
    set(&mut user.summary.status, body.status.as_ref());
    if body.status.is_some() || body.status_reason.is_some() {
        user.status_reason = body.status_reason.unwrap_or_default();
    }
    set(&mut user.seat, body.seat.as_ref());
    set(&mut user.must_change_password, body.must_change_password.as_ref());
    match body.roles {
        Some(roles) => user.summary.roles = roles,
        // The role belongs to the organization that is left.
        None if user.summary.organization_id != former_organization => {
            user.summary.roles = user.summary.roles.without(Role::OrganizationAdmin);
        }
        None => {}
    }
    check_place(user.summary.roles, user.summary.organization_id)
}

/// The acts between `before` and `after`, the widest last.
fn steps(before: &User, after: &User) -> Vec<Step> {
    let (old, new) = (&before.summary, &after.summary);
    let profile: Vec<Change> = [
        Change::of("username", &old.username, &new.username),
        Change::of("display_name", &old.display_name, &new.display_name),
        Change::of("email", &old.email, &new.email),
        Change::of("first_name", &before.first_name, &after.first_name),
        Change::of("last_name", &before.last_name, &after.last_name),
        Change::of("organization_label", &before.organization_label, &after.organization_label),
        Change::of("language", &before.language, &after.language),
        Change::of("time_zone", &before.time_zone, &after.time_zone),
        Change::of("country", &before.country, &after.country),
        Change::of("subdivisions", &before.subdivisions, &after.subdivisions),
    ]
    .into_iter()
    .flatten()
    .collect();
    let contact = Change::of("contact", &before.contact, &after.contact);
    let password = Change::of("must_change_password", &before.must_change_password, &after.must_change_password);
    let seat = Change::of("seat", &before.seat, &after.seat);
    let status = Change::of("status", &old.status, &new.status);
    let reason = Change::of("status_reason", &before.status_reason, &after.status_reason);
    let status_action = match (&status, new.status) {
        (None, _) => Action::UserUpdated,
        (Some(_), UserStatus::Suspended) => Action::UserSuspended,
        (Some(_), UserStatus::Active) => Action::UserActivated,
    };
    let moved = Change::of("organization_id", &old.organization_id, &new.organization_id);
    let roles = Change::of("roles", &old.roles, &new.roles);
    [
        (Action::UserUpdated, Permission::UserUpdate, profile),
        (Action::UserUpdated, Permission::UserUpdateContact, contact.into_iter().collect()),
        (Action::UserUpdated, Permission::SeatManage, seat.into_iter().collect()),
        (Action::UserUpdated, Permission::UserSetPassword, password.into_iter().collect()),
        (status_action, Permission::UserSuspend, status.into_iter().chain(reason).collect()),
        (Action::UserMoved, Permission::UserMove, moved.into_iter().collect()),
        (Action::UserRolesChanged, Permission::UserAssignRoles, roles.into_iter().collect()),
    ]
    .into_iter()
    .filter(|(_, _, changes): &(_, _, Vec<Change>)| !changes.is_empty())
    .map(|(action, permission, changes)| Step { action, permission, changes })
    .collect()
}

/// Nobody suspends or demotes the own account.
fn guard_own_account(ctx: &Ctx, before: &User, after: &User) -> Result<()> {
    let lost: Roles = before.summary.roles.iter().filter(|role| !after.summary.roles.contains(*role)).collect();
    let suspended = after.summary.status != UserStatus::Active;
    match ctx.actor.is(before.id()) {
        true if suspended => Err(Error::OwnAccount(Permission::UserSuspend)),
        true if !lost.is_empty() => Err(Error::OwnAccount(Permission::UserAssignRoles)),
        _ => Ok(()),
    }
}

/// Checks what `after` names elsewhere, and notes the name of its organization.
async fn check_references(ctx: &Ctx, tx: &Tx, before: &User, after: &mut User) -> Result<()> {
    if before.summary.organization_id != after.summary.organization_id {
        after.summary.organization_name = match after.summary.organization_id {
            Some(organization) => Some(check_organization(tx, organization).await?.display_name),
            None => None,
        };
    }
    let renamed = before.summary.username != after.summary.username;
    if renamed && tx.users().is_reserved(&after.summary.username, Some(before.id()), ctx.now()).await? {
        return Err(reserved(ctx));
    }
    Ok(())
}

/// The last active administrator cannot lose the right by any path. The caller holds
/// [`Subject::Administrators`](quarterdeck_store::Subject) and has written the change.
pub async fn guard_administrators(tx: &Tx, before: &User, after: Option<&User>) -> Result<()> {
    let loses = before.is_active_admin() && !after.is_some_and(User::is_active_admin);
    if loses && tx.users().count_active_admins().await? == 0 {
        return Err(Rule::LastAdministrator.into());
    }
    Ok(())
}
