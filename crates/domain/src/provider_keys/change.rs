//! What keys are stored and changed by, and its faults.

use serde::{Deserialize, Serialize};

use super::KeyOwner;
use crate::{Error, FieldError, OrganizationId, Result, UserId, model_services::ModelProvider, text};

/// Fewest characters of a secret: the hint must not be a third of it.
const SECRET_MIN: usize = 12;
/// Most characters of a secret: it travels in a header.
const SECRET_MAX: usize = 500;
/// Most characters of a name.
const NAME_MAX: usize = 80;

/// A key to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({"provider": "openai", "name": "research account", "secret": "sk-example-000000009f3c"}))
)]
#[serde(deny_unknown_fields)]
pub struct CreateProviderKey {
    /// Whose services it opens; an owner has one key of each provider.
    pub provider: ModelProvider,
    /// What it is called.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "research account"
        )
    )]
    pub name: String,
    /// The secret as the provider gave it; no answer has it again.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 12, max_length = 500, pattern = "^[!-~]*$", example = "sk-example-000000009f3c")
    )]
    pub secret: String,
    /// Kind of the owner; a user unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub owner: Option<KeyOwner>,
    /// The user, with the owner `user`; the caller unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// The organization, with the owner `organization`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
}

/// A change of a key: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateProviderKey {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "research account"
        )
    )]
    pub name: Option<String>,
    /// Another secret in the place of the present one.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 12,
            max_length = 500,
            pattern = "^[!-~]*$",
            example = "sk-example-000000009f3c"
        )
    )]
    pub secret: Option<String>,
    /// Whether requests may go out with it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, example = true))]
    pub is_active: Option<bool>,
}

/// Whose a new key will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewOwner {
    /// This user's.
    User(UserId),
    /// This organization's.
    Organization(OrganizationId),
    /// The platform's.
    System,
}

impl CreateProviderKey {
    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` with all faults.
    pub fn check(&self) -> Result<()> {
        let owner = self.owner.unwrap_or(KeyOwner::User);
        let stray =
            |pointer: &str, of: KeyOwner| FieldError::new(pointer, "not-allowed", format!("goes with the owner {of}"));
        let faults = [
            name_fault(&self.name),
            secret_fault(&self.secret),
            self.user_id.filter(|_| owner != KeyOwner::User).map(|_| stray("/user_id", KeyOwner::User)),
            match (owner, self.organization_id) {
                (KeyOwner::Organization, None) => {
                    Some(FieldError::new("/organization_id", "required", "must name the organization"))
                }
                (KeyOwner::User | KeyOwner::System, Some(_)) => Some(stray("/organization_id", KeyOwner::Organization)),
                _ => None,
            },
        ];
        refuse(faults)
    }

    /// Whose it will be, when `own` stores it; nobody's when the fields do not agree.
    #[must_use]
    pub fn owner(&self, own: UserId) -> Option<NewOwner> {
        match self.owner.unwrap_or(KeyOwner::User) {
            KeyOwner::User => Some(NewOwner::User(self.user_id.unwrap_or(own))),
            KeyOwner::Organization => self.organization_id.map(NewOwner::Organization),
            KeyOwner::System => Some(NewOwner::System),
        }
    }
}

impl UpdateProviderKey {
    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` with all faults.
    pub fn check(&self) -> Result<()> {
        refuse([self.name.as_deref().and_then(name_fault), self.secret.as_deref().and_then(secret_fault)])
    }
}

fn refuse(faults: impl IntoIterator<Item = Option<FieldError>>) -> Result<()> {
    let faults: Vec<FieldError> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn name_fault(name: &str) -> Option<FieldError> {
    if name.chars().count() > NAME_MAX {
        return Some(FieldError::new("/name", "too-long", format!("must have at most {NAME_MAX} characters")));
    }
    text::check_line("/name", name).err()
}

/// The secret goes out in a header: nothing in it may end one.
fn secret_fault(secret: &str) -> Option<FieldError> {
    let fault = |code, message: String| Some(FieldError::new("/secret", code, message));
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return fault("format", "must have visible ASCII characters only, no spaces".to_owned());
    }
    match secret.len() {
        0..SECRET_MIN => fault("too-short", format!("must have at least {SECRET_MIN} characters")),
        SECRET_MIN..=SECRET_MAX => None,
        _ => fault("too-long", format!("must have at most {SECRET_MAX} characters")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider_keys::hint;

    #[test]
    fn a_secret_cannot_end_its_header() {
        for bad in ["", "short", "with a space in it", "line\r\nbreak: and more", "größer-als-ascii", &"x".repeat(501)]
        {
            assert!(secret_fault(bad).is_some(), "{bad:?}");
        }
        assert_eq!(secret_fault("sk-example-000000009f3c"), None);
        assert_eq!(hint("sk-example-000000009f3c"), "…9f3c");
    }

    #[test]
    fn an_owner_is_named_by_its_own_field() {
        let (user, organization) = (UserId(uuid::Uuid::max()), OrganizationId(uuid::Uuid::max()));
        let of = |owner, user_id, organization_id| CreateProviderKey {
            provider: ModelProvider::OpenAi,
            name: "a".to_owned(),
            secret: "sk-example-000000009f3c".to_owned(),
            owner,
            user_id,
            organization_id,
        };
        let own = UserId(uuid::Uuid::nil());
        let good = [
            (of(None, None, None), NewOwner::User(own)),
            (of(Some(KeyOwner::User), Some(user), None), NewOwner::User(user)),
            (of(Some(KeyOwner::Organization), None, Some(organization)), NewOwner::Organization(organization)),
            (of(Some(KeyOwner::System), None, None), NewOwner::System),
        ];
        for (body, owner) in good {
            assert!(body.check().is_ok());
            assert_eq!(body.owner(own), Some(owner));
        }
        for (owner, user, organization) in [
            (Some(KeyOwner::Organization), None, None),
            (Some(KeyOwner::Organization), Some(user), Some(organization)),
            (Some(KeyOwner::System), Some(user), None),
            (Some(KeyOwner::System), None, Some(organization)),
            (None, None, Some(organization)),
        ] {
            assert!(of(owner, user, organization).check().is_err(), "{owner:?}");
        }
    }
}
