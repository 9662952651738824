//! Whom a grant is to.

use quarterdeck_domain::{
    Actor, OrganizationId, Resource, Result,
    audit::EventTarget,
    groups::Group,
    policy,
    role_grants::{GrantHolder, HeldGrant},
    roles::Power,
    users::User,
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
    /// A group, and what power it gives to its members.
    Group(Box<Group>, Power),
}

impl Holder {
    pub(super) async fn lock(ctx: &Ctx, tx: &Tx, holder: GrantHolder) -> Result<Self> {
        match holder {
            GrantHolder::User(id) => tx.users().get_for_update(id, ctx.now()).await.map(Box::new).map(Self::User),
            GrantHolder::Group(id) => {
                let levels = ctx.app.settings().allocation_levels();
                let group = tx.groups().get_for_update(id, groups::view(ctx, &levels)).await?;
                let carried = tx.role_grants().carried_by(id, ctx.now()).await?;
                let powers = carried.iter().map(|role| power_in(group.organization_id, role));
                let power = powers.max().unwrap_or(Power::None);
                Ok(Self::Group(Box::new(group), power))
            }
        }
    }

    /// The same without a lock, for who is locked already, or is looked at only.
    pub(super) async fn read(ctx: &Ctx, tx: &Tx, holder: GrantHolder) -> Result<Self> {
        match holder {
            GrantHolder::User(id) => tx.users().get(id, ctx.now()).await.map(Box::new).map(Self::User),
            GrantHolder::Group(_) => Self::lock(ctx, tx, holder).await,
        }
    }

    pub(super) fn id(&self) -> GrantHolder {
        match self {
            Self::User(user) => GrantHolder::User(user.id()),
            Self::Group(group, _) => GrantHolder::Group(group.id),
        }
    }

    pub(super) fn resource(&self) -> Resource {
        match self {
            Self::User(user) => user.resource(),
            Self::Group(group, _) => group.resource(),
        }
    }

    pub(super) fn target(&self) -> EventTarget {
        match self {
            Self::User(user) => user_target(user.id(), &user.summary.username),
            Self::Group(group, _) => group_target(group.id, &group.name),
        }
    }

    pub(super) fn organization_id(&self) -> Option<OrganizationId> {
        match self {
            Self::User(user) => user.summary.organization_id,
            Self::Group(group, _) => group.organization_id,
        }
    }

    /// Checks that the roles of a group are the actor's to change; users are guarded as accounts.
    pub(super) fn guard(&self, actor: &Actor) -> Result<()> {
        match self {
            Self::User(_) => Ok(()),
            Self::Group(group, power) => policy::may_change_roles(actor, group.organization_id, *power),
        }
    }

    /// Whether the actor holds what they hold.
    pub(super) fn is_actor(&self, ctx: &Ctx) -> bool {
        match self {
            Self::User(user) => ctx.actor.is(user.id()),
            Self::Group(group, _) => group.standing.is_some(),
        }
    }

    /// Ends the reset links of all who hold more, or less, from now on: a link that was made for less is not worth more.
    pub(super) async fn end_reset_links(&self, tx: &Tx) -> Result<()> {
        match self {
            Self::User(user) => tx.one_time_tokens().remove(TokenPurpose::PasswordReset, Some(user.id())).await,
            Self::Group(group, _) => {
                tx.one_time_tokens().remove_of_members(TokenPurpose::PasswordReset, group.id).await
            }
        }
    }
}

/// What power a role gives to people of `home`: beyond their organization, whatever it is, it is over others.
fn power_in(home: Option<OrganizationId>, role: &HeldGrant) -> Power {
    match policy::power_of(role.permissions, role.scope().kind()) {
        Power::None => Power::None,
        power if home.is_some() && role.scope().organization_id() == home => power,
        _ => Power::Platform,
    }
}
