//! Organizations.

mod avatar;

use quarterdeck_domain::{
    Error, OrganizationId, Page, Permission, PlanId, Resource, Result,
    audit::{Action, Change, Event, EventTarget, TargetType},
    jobs::Job,
    organizations::{CreateOrganization, ListOrganizations, Organization, UpdateOrganization, UserDefaults},
    plans::PlanAction,
    text,
};
use quarterdeck_store::Tx;

use crate::{Ctx, plans, precondition, users::places};

pub use avatar::{delete_organization_avatar, get_organization_avatar, set_organization_avatar};

/// An organization as the target of an event.
pub(crate) fn organization_target(id: OrganizationId, name: &str) -> EventTarget {
    EventTarget { kind: TargetType::Organization, id: id.to_string(), label: name.to_owned() }
}

/// A page of the organizations that the actor may see.
///
/// # Errors
/// `Forbidden` without `organization.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_organizations(ctx: &Ctx, request: &ListOrganizations) -> Result<Page<Organization>> {
    let grant = ctx.allow(Permission::OrganizationRead, &Resource::List)?;
    text::check_query(request.filter.q.as_deref())?;
    ctx.app.db.organizations().list(&grant, request).await
}

/// One organization.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_organization(ctx: &Ctx, id: OrganizationId) -> Result<Organization> {
    ctx.allow(Permission::OrganizationRead, &Resource::Organization(id))?;
    ctx.app.db.organizations().get(id).await
}

/// Creates an organization.
///
/// # Errors
/// `Forbidden`, `Invalid`, or `Conflict` when the name is taken.
pub async fn create_organization(ctx: &Ctx, body: &CreateOrganization) -> Result<Organization> {
    let grant = ctx.allow(Permission::OrganizationCreate, &Resource::Platform)?;
    let faults = body.faults("");
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let (organization, event) = store_new(ctx, &tx, body).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(organization)
}

/// Stores an organization whose fields are checked, within `tx`.
pub(crate) async fn store_new(ctx: &Ctx, tx: &Tx, body: &CreateOrganization) -> Result<(Organization, Event)> {
    let now = ctx.now();
    let organization = Organization {
        id: ctx.app.new_id(),
        name: body.name.clone(),
        display_name: body.display_name.clone(),
        kind: body.kind,
        member_count: 0,
        active_member_count: 0,
        seats: 0,
        seats_used: 0,
        user_defaults: UserDefaults::default(),
        avatar_digest: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    tx.organizations().insert(&organization).await?;
    let event = Event::new(Action::OrganizationCreated, organization_target(organization.id, &body.name))
        .within(Some(organization.id))
        .with(Change::of("name", &String::new(), &body.name))
        .with(Change::of("display_name", &String::new(), &body.display_name));
    Ok((organization, event))
}

/// Changes an organization.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict`, or `Stale` when `if_match` is not the version.
pub async fn update_organization(
    ctx: &Ctx,
    id: OrganizationId,
    body: &UpdateOrganization,
    if_match: Option<u32>,
) -> Result<Organization> {
    let resource = Resource::Organization(id);
    let only_seats = UpdateOrganization { seats: body.seats, ..UpdateOrganization::default() };
    let needed = match body.seats {
        Some(_) if *body == only_seats => Permission::SeatManage,
        _ => Permission::OrganizationUpdate,
    };
    let grant = ctx.allow(needed, &resource)?;
    let mut faults = body.faults();
    faults.extend(
        body.user_defaults.iter().flat_map(|defaults| {
            places::faults("/user_defaults", defaults.time_zone.value(), defaults.country.value())
        }),
    );
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let before = tx.organizations().get_for_update(id).await?;
    precondition::check(if_match, before.version, &before)?;
    let mut after = before.clone();
    let body = body.clone();
    after.name = body.name.unwrap_or(after.name);
    if before.name != after.name {
        // Names are unique for the platform: choosing one tells whether others have it.
        ctx.allow(Permission::OrganizationCreate, &Resource::Platform)?;
    }
    after.display_name = body.display_name.unwrap_or(after.display_name);
    after.kind = body.kind.unwrap_or(after.kind);
    after.seats = body.seats.unwrap_or(after.seats);
    if before.seats != after.seats {
        ctx.allow(Permission::SeatManage, &resource)?;
    }
    if let Some(defaults) = body.user_defaults {
        after.user_defaults = defaults.apply(after.user_defaults);
    }
    if before.user_defaults.roles != after.user_defaults.roles {
        ctx.allow(Permission::UserAssignRoles, &Resource::NewUser { organization_id: Some(id) })?;
    }
    let changes: Vec<Change> = [
        Change::of("name", &before.name, &after.name),
        Change::of("display_name", &before.display_name, &after.display_name),
        Change::of("kind", &before.kind, &after.kind),
        Change::of("seats", &before.seats, &after.seats),
        Change::of("user_defaults", &before.user_defaults, &after.user_defaults),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(before);
    }
    let saved = tx.organizations().save(after, ctx.now()).await?;
    let event = Event::new(Action::OrganizationUpdated, organization_target(id, &before.name));
    ctx.commit(tx, grant, vec![event.within(Some(id)).with(changes)]).await?;
    Ok(saved)
}

/// Deletes an organization by a plan for it; the job has ended already when the plan is small.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when the plan does not fit any more, or `Stale` when `if_match` is not the version;
/// for a small plan also what refused one of its rows.
pub async fn delete_organization(ctx: &Ctx, id: OrganizationId, plan_id: PlanId, if_match: Option<u32>) -> Result<Job> {
    ctx.allow(Permission::OrganizationDelete, &Resource::Organization(id))?;
    ctx.app.db.organizations().get(id).await?;
    let is_for_it = |action: &PlanAction| matches!(action, PlanAction::DeleteOrganization { organization_id, .. } if *organization_id == id);
    plans::execute_single(ctx, plan_id, is_for_it, async |tx| {
        let organization = tx.organizations().get_for_update(id).await?;
        precondition::check(if_match, organization.version, &organization)
    })
    .await
}
