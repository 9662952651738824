//! Whether a user takes one of the seats of their organization.

use super::UserStatus;
use crate::{OrganizationId, names::named};

named! {
    /// Whether an active user takes one of the seats of their organization.
    Seat {
        /// One is taken.
        Licensed = "licensed",
        /// None is taken.
        Complimentary = "complimentary",
    }
}

impl Seat {
    /// The organization of which somebody takes a seat who belongs to `organization`.
    #[must_use]
    pub fn taken(self, status: UserStatus, organization: Option<OrganizationId>) -> Option<OrganizationId> {
        organization.filter(|_| self.is_licensed() && status.is_active())
    }

    /// Whether an active user takes one.
    #[must_use]
    pub const fn is_licensed(&self) -> bool {
        matches!(self, Self::Licensed)
    }
}

/// A new account takes a seat.
impl Default for Seat {
    fn default() -> Self {
        Self::Licensed
    }
}
