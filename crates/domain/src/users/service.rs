//! Service accounts: accounts of machines. They have no password and nobody signs in as one; they act by API keys alone.

use serde::{Deserialize, Serialize};

use super::{CreateUser, User, UserStatus};
use crate::{OrganizationId, Result, error::Rule, names::named, roles::Roles};

named! {
    /// Who acts by an account.
    UserKind {
        /// A person, who signs in.
        Person = "person",
        /// A machine, which acts by API keys alone.
        Service = "service",
    }
}

/// Most accounts are of people.
impl Default for UserKind {
    fn default() -> Self {
        Self::Person
    }
}

/// What a new service account is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateServiceAccount {
    /// Name to know it by: 3 to 50 letters, digits, dots, dashes and underscores, a letter or digit first; unique among all
    /// users.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 3, max_length = 50, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$", example = "nightly.export")
    )]
    pub username: String,
    /// What it is.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Nightly export"
        )
    )]
    pub display_name: String,
    /// Roles; needs `user.assign_roles`, but for `user`. None at all are the role `user`.
    #[serde(default)]
    pub roles: Roles,
    /// Organization that it belongs to, whose administrators manage it; the creator's own when absent and the creator
    /// administers one only. Otherwise it belongs to the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Whether its keys work.
    #[serde(default, skip_serializing_if = "UserStatus::is_active")]
    pub status: UserStatus,
}

impl From<CreateServiceAccount> for CreateUser {
    fn from(account: CreateServiceAccount) -> Self {
        let CreateServiceAccount { username, display_name, roles, organization_id, status } = account;
        Self { username, display_name, roles, organization_id, status, ..Self::default() }
    }
}

impl User {
    /// Checks that it is a person, for what takes one: a password, a sign-in.
    ///
    /// # Errors
    /// `Conflict` for a service account.
    pub fn check_person(&self) -> Result<()> {
        match self.summary.kind {
            UserKind::Person => Ok(()),
            UserKind::Service => Err(Rule::ServiceAccount.into()),
        }
    }
}
