//! Whom a grant is to.

use quarterdeck_domain::{
    OrganizationId, Resource, Result, audit::EventTarget, groups::Group, role_grants::GrantHolder, users::User,
};
use quarterdeck_store::{TokenPurpose, Tx};

use crate::{
    Ctx,
    groups::{self, group_target},
    users::user_target,
};

/// Whom a grant is to; nobody else changes them until the transaction ends.
pub(super) enum Holder {
    User(Box<User>),
    Group(Box<Group>),
}

impl Holder {
    pub(super) async fn lock(ctx: &Ctx, tx: &Tx, holder: GrantHolder) -> Result<Self> {
        match holder {
            GrantHolder::User(id) => tx.users().get_for_update(id, ctx.now()).await.map(Box::new).map(Self::User),
            GrantHolder::Group(id) => {
                let levels = ctx.app.settings().allocation_levels();
                let group = tx.groups().get_for_update(id, groups::view(ctx, &levels)).await?;
                Ok(Self::Group(Box::new(group)))
            }
        }
    }

    pub(super) fn id(&self) -> GrantHolder {
        match self {
            Self::User(user) => GrantHolder::User(user.id()),
            Self::Group(group) => GrantHolder::Group(group.id),
        }
    }

    pub(super) fn resource(&self) -> Resource {
        match self {
            Self::User(user) => user.resource(),
            Self::Group(group) => group.resource(),
        }
    }

    pub(super) fn target(&self) -> EventTarget {
        match self {
            Self::User(user) => user_target(user.id(), &user.summary.username),
            Self::Group(group) => group_target(group.id, &group.name),
        }
    }

    pub(super) fn organization_id(&self) -> Option<OrganizationId> {
        match self {
            Self::User(user) => user.summary.organization_id,
            Self::Group(group) => group.organization_id,
        }
    }

    /// Whether the actor holds what they hold.
    pub(super) fn is_actor(&self, ctx: &Ctx) -> bool {
        match self {
            Self::User(user) => ctx.actor.is(user.id()),
            Self::Group(group) => group.standing.is_some(),
        }
    }

    /// Ends the reset links of all who hold more, or less, from now on: a link that was made for less is not worth more.
    pub(super) async fn end_reset_links(&self, tx: &Tx) -> Result<()> {
        match self {
            Self::User(user) => tx.one_time_tokens().remove(TokenPurpose::PasswordReset, Some(user.id())).await,
            Self::Group(group) => tx.one_time_tokens().remove_of_members(TokenPurpose::PasswordReset, group.id).await,
        }
    }
}
