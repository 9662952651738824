//! Typed identifiers: UUIDv7 (RFC 9562), so that they sort by the time of their making.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A string that is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid, example = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// Identifies a user.
    UserId,
    /// Identifies an organization.
    OrganizationId,
    /// Identifies a sign-in session.
    SessionId,
    /// Identifies a plan of a bulk or destructive act.
    PlanId,
    /// Identifies an import of users.
    UserImportId,
    /// Identifies something in the bin: by the id that it had, and will have again.
    BinItemId,
    /// Identifies the receipt of a departure.
    DepartureId,
    /// Identifies a background job.
    JobId,
    /// Identifies an audit event.
    EventId,
    /// Identifies an API key.
    ApiKeyId,
    /// Identifies a provider key.
    ProviderKeyId,
    /// Identifies a custom role.
    RoleId,
    /// Identifies a grant of a role.
    RoleGrantId,
    /// Identifies a saved view.
    SavedViewId,
    /// Identifies a group.
    GroupId,
    /// Identifies an entry in the ledger of an allocation.
    AllocationEntryId,
    /// Identifies a reservation of an allocation.
    ReservationId,
}
