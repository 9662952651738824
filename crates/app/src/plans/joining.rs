//! Whom a plan cannot put into a group.

use quarterdeck_domain::{GroupId, Result, Timestamp, Visibility, groups::Standing, plans::Exclusion};
use quarterdeck_store::Condition;

use super::matching::Tables;
use crate::{Ctx, groups, role_grants};

/// Those whom the actor cannot put into a group as `standing`, and why: the group does not take them, or carries roles that
/// are not the actor's to grant to them.
///
/// # Errors
/// `NotFound` or `Forbidden` for who may put nobody into it, `NotHeld` or `PrivilegedAccount` for roles that they grant nobody.
pub async fn kept_out(
    ctx: &Ctx,
    tables: &Tables<'_>,
    id: GroupId,
    standing: Standing,
    now: Timestamp,
) -> Result<Vec<(Exclusion, Condition)>> {
    let levels = ctx.app.settings().allocation_levels();
    let group = tables.groups.get(id, groups::view(ctx, &levels)).await?;
    let mut kept_out = Vec::new();
    let reach = groups::may_add(ctx, &group, standing)?;
    kept_out.extend(beyond(&reach).map(|condition| (Exclusion::CannotJoin, condition)));
    if let Some(grant) = role_grants::allow_joining_of_many(ctx, &tables.role_grants, id).await? {
        kept_out.extend(beyond(grant.visibility()).map(|condition| (Exclusion::CannotJoin, condition)));
        kept_out.extend(ctx.actor.user_id().map(|own| (Exclusion::OwnAccount, Condition::Is(own))));
        kept_out.extend(Condition::guarded(&grant, now).map(|guarded| (Exclusion::PrivilegedAccount, guarded)));
    }
    Ok(kept_out)
}

/// Users beyond `reach`, if there may be any.
fn beyond(reach: &Visibility) -> Option<Condition> {
    match reach {
        Visibility::All => None,
        Visibility::Part { organizations, .. } => Some(Condition::BelongsToOneOf(organizations.clone()).not()),
    }
}
