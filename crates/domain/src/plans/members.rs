//! What becomes of the members of an organization that is deleted.

use super::PlanAction;
use crate::{Error, OrganizationId, Result, names::named};

named! {
    /// What becomes of the members of an organization that is deleted.
    MembersFate {
        /// They move, to another organization or to none.
        Move = "move",
        /// They are deleted.
        Delete = "delete",
    }
}

/// Nobody is deleted unless it is said.
impl Default for MembersFate {
    fn default() -> Self {
        Self::Move
    }
}

impl PlanAction {
    /// Delete an organization; its members stay, without one.
    #[must_use]
    pub const fn delete_organization(organization_id: OrganizationId) -> Self {
        Self::DeleteOrganization { organization_id, members: MembersFate::Move, move_to: None }
    }
}

/// Checks where the members of `organization` go.
///
/// # Errors
/// `Invalid` at `/move_to`.
pub(super) fn check(organization: OrganizationId, members: MembersFate, move_to: Option<OrganizationId>) -> Result<()> {
    match (members, move_to) {
        (MembersFate::Delete, Some(_)) => {
            Err(Error::field("/move_to", "contradiction", "must be absent when the members are deleted"))
        }
        (MembersFate::Move, Some(to)) if to == organization => {
            Err(Error::field("/move_to", "same", "must be another organization"))
        }
        _ => Ok(()),
    }
}
