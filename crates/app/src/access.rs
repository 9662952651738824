//! Why somebody may, or may not, do something.

use quarterdeck_domain::{
    Actor, Error, Permission, Resource, Result, SessionId, UserId, Visibility,
    access::{AccessExplanation, AccessResource, ExplainAccess},
    policy::{self, ActorKind, Authentication, Explained},
    users::User,
};
use uuid::Uuid;

use crate::{Ctx, groups};

/// Explains the access of a user, or of an API key, by the function that enforces it.
///
/// # Errors
/// `NotFound` when the subject or the thing is not there for the actor, `Forbidden` without `access.explain`.
pub async fn explain_access(ctx: &Ctx, asked: &ExplainAccess) -> Result<AccessExplanation> {
    ctx.allow(Permission::AccessExplain, &Resource::List)?;
    let (user, actor) = subject(ctx, asked.subject).await?;
    let resource = match asked.resource {
        None => Resource::List,
        Some(resource) => seen(ctx, resource, user.id()).await?,
    };
    let seen = match policy::visibility(&ctx.actor, Permission::RoleRead) {
        _ if ctx.actor.is(user.id()) => Visibility::All,
        Some(seen) => seen,
        None => Visibility::nothing(),
    };
    let ended = ctx.app.db.role_grants().ended_of(user.id(), ctx.now()).await?;
    let subject = policy::Subject { actor: &actor, status: user.summary.status, ended: &ended, seen: &seen };
    let Explained { verdict, reach, decided_by, steps, change } =
        policy::explain(&subject, asked.permission, &resource);
    Ok(AccessExplanation {
        subject: user.id(),
        subject_name: user.summary.username,
        api_key_id: actor.api_key_id(),
        permission: asked.permission,
        resource: asked.resource,
        verdict,
        reach,
        decided_by,
        steps,
        change,
    })
}

/// The user with this id, or the one whose key has it, as the decision function sees them.
async fn subject(ctx: &Ctx, id: Uuid) -> Result<(User, Actor)> {
    let users = ctx.app.db.users();
    let (user, kind) = match users.get(id.into(), ctx.now()).await {
        Ok(user) => {
            let kind = ActorKind::User { id: user.id(), session_id: SessionId(Uuid::nil()) };
            (user, kind)
        }
        Err(Error::NotFound(_)) => {
            let key = ctx.app.db.api_keys().get(id.into(), ctx.now()).await.map_err(nobody)?;
            let user = users.get(key.user_id, ctx.now()).await.map_err(nobody)?;
            (user, ActorKind::ApiKey { id: key.id, user_id: key.user_id, scopes: key.scopes })
        }
        Err(fault) => return Err(fault),
    };
    ctx.allow(Permission::AccessExplain, &user.resource()).map_err(nobody)?;
    // Only of the session that asks is it known how old its authentication is, and who acts in it.
    let (authentication, impersonator) = match kind {
        ActorKind::User { .. } if ctx.actor.is(user.id()) => (ctx.actor.authentication, ctx.actor.impersonator.clone()),
        _ => (Authentication::Recent, None),
    };
    let actor = Actor {
        kind,
        label: user.summary.username.clone(),
        roles: user.summary.roles,
        grants: ctx.app.db.role_grants().held_by(user.id(), ctx.now()).await?.into(),
        organization_id: user.summary.organization_id,
        authentication,
        impersonator,
    };
    Ok((user, actor))
}

/// Who may not see the subject learns nothing of it.
fn nobody(error: Error) -> Error {
    match error {
        Error::NotFound(_) | Error::Forbidden(_) => Error::NotFound("subject"),
        other => other,
    }
}

/// A thing that the actor may see, as it is for `subject`.
async fn seen(ctx: &Ctx, resource: AccessResource, subject: UserId) -> Result<Resource> {
    match resource {
        AccessResource::Platform => Ok(Resource::Platform),
        AccessResource::User(id) => {
            let resource = ctx.app.db.users().get(id, ctx.now()).await?.resource();
            if !ctx.actor.is(id) {
                ctx.allow(Permission::UserRead, &resource).map_err(|_| Error::NotFound("user"))?;
            }
            Ok(resource)
        }
        AccessResource::Organization(id) => {
            let resource = Resource::Organization(id);
            ctx.allow(Permission::OrganizationRead, &resource).map_err(|_| Error::NotFound("organization"))?;
            ctx.app.db.organizations().get(id).await?;
            Ok(resource)
        }
        AccessResource::Group(id) => {
            let group = groups::seen(ctx, id).await.map_err(|_| Error::NotFound("group"))?;
            // What somebody else is in a group is for those who see its members.
            if !ctx.actor.is(subject) {
                let seen = ctx.allow(Permission::GroupReadMembers, &group.resource());
                seen.map_err(|_| Error::NotFound("group"))?;
            }
            let standing = match ctx.app.db.groups().member(id, subject).await {
                Ok(member) => Some(member.standing),
                Err(Error::NotFound(_)) => None,
                Err(fault) => return Err(fault),
            };
            Ok(Resource::Group { id, organization_id: group.organization_id, standing })
        }
        AccessResource::Job(id) => {
            let job = ctx.app.db.jobs().get(id).await?;
            let resource = Resource::Owned { owner: job.created_by };
            ctx.allow(Permission::JobRead, &resource).map_err(|_| Error::NotFound("job"))?;
            Ok(resource)
        }
    }
}
