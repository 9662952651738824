//! Why somebody may, or may not, do something to a thing: the decision function's answer with the way to it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::{ApiKeyId, GroupId, JobId, OrganizationId, Permission, Role, RoleGrantId, UserId, names::named};

named! {
    /// What becomes of the act.
    Verdict {
        /// It is done.
        Allowed = "allowed",
        /// It is refused: 403.
        Forbidden = "forbidden",
        /// It is refused as if there were no such thing: 404.
        Hidden = "hidden",
        /// No request of the subject gets that far: 401.
        SignedOut = "signed_out",
    }
}

named! {
    /// A rule of the decision, in the order in which they are asked.
    AccessRule {
        /// Only active users act.
        Status = "status",
        /// An API key does what its scopes name.
        Scope = "scope",
        /// Somebody who acts as the user holds less than the user.
        Impersonation = "impersonation",
        /// A role carries the permission everywhere.
        Role = "role",
        /// The administrator of an organization holds the permission within it.
        OrganizationRole = "organization_role",
        /// A role that was granted carries the permission where it was granted.
        RoleGrant = "role_grant",
        /// The permission is held on what is one's own.
        Own = "own",
        /// The permission reaches the thing.
        Reach = "reach",
        /// Only administrators touch accounts with privileged roles.
        PrivilegedAccount = "privileged_account",
        /// An API key takes over neither its owner's account nor one with roles over others.
        KeyTakesOver = "key_takes_over",
        /// Sensitive acts of a session need a recent authentication.
        Authentication = "authentication",
    }
}

named! {
    /// What a rule says.
    StepOutcome {
        /// It speaks for the act.
        Passes = "passes",
        /// It speaks against the act.
        Fails = "fails",
        /// It has nothing to say to this act.
        Silent = "silent",
    }
}

named! {
    /// How far a permission reaches.
    ReachKind {
        /// The whole platform.
        Platform = "platform",
        /// One organization, or several.
        Organization = "organization",
        /// One group, or several.
        Group = "group",
        /// What is one's own.
        Own = "own",
    }
}

named! {
    /// What would have to change for the other verdict.
    AccessChangeKind {
        /// Activate the user.
        ActivateUser = "activate_user",
        /// Suspend the user: nothing less takes the permission away.
        SuspendUser = "suspend_user",
        /// Add the permission to the key's scopes.
        AddScope = "add_scope",
        /// Take the permission out of the key's scopes.
        RemoveScope = "remove_scope",
        /// Give the role.
        GiveRole = "give_role",
        /// Take the role.
        TakeRole = "take_role",
        /// Revoke the grant of a role.
        RevokeGrant = "revoke_grant",
        /// Take the user out of the group that carries the role.
        LeaveGroup = "leave_group",
        /// Sign in instead of using a key.
        SignIn = "sign_in",
        /// Return from acting as the user.
        ActAsOneself = "act_as_oneself",
        /// Give the password again.
        StepUp = "step_up",
    }
}

/// One rule and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessStep {
    /// The rule.
    pub rule: AccessRule,
    /// What it says.
    pub outcome: StepOutcome,
    /// Why, for people.
    #[cfg_attr(feature = "openapi", schema(example = "the role advocate carries user.read everywhere"))]
    pub detail: String,
}

/// The smallest change that would flip the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessChange {
    /// What would have to change.
    pub kind: AccessChangeKind,
    /// The role that is given or taken.
    pub role: Option<Role>,
    /// The grant that is revoked.
    pub grant_id: Option<RoleGrantId>,
    /// The group that is left.
    pub group_id: Option<GroupId>,
}

/// Why somebody may, or may not, do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessExplanation {
    /// Who.
    pub subject: UserId,
    /// Username of who.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub subject_name: String,
    /// By which API key; `null` for a session.
    pub api_key_id: Option<ApiKeyId>,
    /// What.
    pub permission: Permission,
    /// To which thing; `null` for whether it is held on anything.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "user:0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"))]
    pub resource: Option<AccessResource>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// How far the permission reaches; `null` when it is not held.
    pub reach: Option<ReachKind>,
    /// The rule that decided.
    pub decided_by: AccessRule,
    /// All rules in order.
    pub steps: Vec<AccessStep>,
    /// The smallest change that would flip the verdict; `null` when no single one does.
    pub change: Option<AccessChange>,
}

/// A thing that access is explained for: `platform`, `user:ID`, `organization:ID`, `group:ID` or `job:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessResource {
    /// The platform as a whole.
    Platform,
    /// A user.
    User(UserId),
    /// An organization.
    Organization(OrganizationId),
    /// A group.
    Group(GroupId),
    /// A job.
    Job(JobId),
}

impl fmt::Display for AccessResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Organization(id) => write!(f, "organization:{id}"),
            Self::Group(id) => write!(f, "group:{id}"),
            Self::Job(id) => write!(f, "job:{id}"),
        }
    }
}

/// A text that names no thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be platform, user:ID, organization:ID, group:ID or job:ID")]
pub struct InvalidResource;

impl FromStr for AccessResource {
    type Err = InvalidResource;

    fn from_str(text: &str) -> Result<Self, InvalidResource> {
        let Some((kind, id)) = text.split_once(':') else {
            return if text == "platform" { Ok(Self::Platform) } else { Err(InvalidResource) };
        };
        let id = Uuid::try_parse(id).map_err(|_| InvalidResource)?;
        match kind {
            "user" => Ok(Self::User(id.into())),
            "organization" => Ok(Self::Organization(id.into())),
            "group" => Ok(Self::Group(id.into())),
            "job" => Ok(Self::Job(id.into())),
            _ => Err(InvalidResource),
        }
    }
}

impl Serialize for AccessResource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccessResource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Whose access to what is to be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplainAccess {
    /// A user, or an API key by its id.
    pub subject: Uuid,
    /// What they want to do.
    pub permission: Permission,
    /// To which thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<AccessResource>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_survive_their_text() {
        let id = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e";
        for text in [
            "platform".to_owned(),
            format!("user:{id}"),
            format!("organization:{id}"),
            format!("group:{id}"),
            format!("job:{id}"),
        ] {
            assert_eq!(text.parse::<AccessResource>().unwrap().to_string(), text);
        }
        for wrong in ["", "user", "user:", "user:7", "platform:7", "session:0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"] {
            assert_eq!(wrong.parse::<AccessResource>(), Err(InvalidResource), "{wrong}");
        }
    }
}
