//! What new users of an organization begin with.

use serde::{Deserialize, Serialize};

use crate::{
    FieldError, Patch, Result,
    roles::{Power, Roles},
    text,
    users::CreateUser,
};

/// What new users of an organization begin with, where whoever creates them says nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct UserDefaults {
    /// Language tag (BCP 47).
    #[cfg_attr(feature = "openapi", schema(example = "en"))]
    pub language: Option<String>,
    /// Time zone (IANA name).
    #[cfg_attr(feature = "openapi", schema(example = "Europe/London"))]
    pub time_zone: Option<String>,
    /// Country (ISO 3166-1 alpha-2).
    #[cfg_attr(feature = "openapi", schema(example = "GB"))]
    pub country: Option<String>,
    /// Roles; none of them gives power over others. None at all are the role `user`.
    pub roles: Roles,
    /// Whether the first sign-in asks for a new password.
    pub must_change_password: bool,
}

impl UserDefaults {
    /// Fills in what `user` leaves open.
    pub fn complete(&self, user: &mut CreateUser) {
        fn fill(field: &mut Option<String>, default: Option<&String>) {
            if field.is_none() {
                *field = default.cloned();
            }
        }
        fill(&mut user.language, self.language.as_ref());
        fill(&mut user.time_zone, self.time_zone.as_ref());
        fill(&mut user.country, self.country.as_ref());
        if user.roles.is_empty() {
            user.roles = self.roles;
        }
        // Who has no password chooses one anyway.
        let must_change = self.must_change_password && user.password.is_some();
        user.must_change_password.get_or_insert(must_change);
    }
}

/// A change of what new users begin with: members that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateUserDefaults {
    /// Language tag (BCP 47); `null` for none.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", example = "en"))]
    pub language: Patch<String>,
    /// Time zone (IANA name); `null` for none.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 64, pattern = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$", example = "Europe/London"))]
    pub time_zone: Patch<String>,
    /// Country (ISO 3166-1 alpha-2); `null` for none.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$", example = "GB"))]
    pub country: Patch<String>,
    /// Roles, none with power over others; needs `user.assign_roles`. `null` empties them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::Role>>))]
    pub roles: Option<Roles>,
    /// Whether the first sign-in asks for a new password; `null` does not.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub must_change_password: Option<bool>,
}

impl UpdateUserDefaults {
    /// All faults of the fields, with pointers below `/user_defaults`.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let at = |name: &str| format!("/user_defaults/{name}");
        let roles = match self.roles.map(Roles::power) {
            None | Some(Power::None) => Ok(()),
            Some(_) => Err(FieldError::new(at("roles"), "too-powerful", "must have no role with power over others")),
        };
        [
            self.language.value().map_or(Ok(()), |tag| text::check_language(&at("language"), tag)),
            self.time_zone.value().map_or(Ok(()), |name| text::check_time_zone(&at("time_zone"), name)),
            self.country.value().map_or(Ok(()), |code| text::check_country(&at("country"), code)),
            roles,
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }

    /// What becomes of `defaults`.
    #[must_use]
    pub fn apply(self, defaults: UserDefaults) -> UserDefaults {
        UserDefaults {
            language: self.language.apply(defaults.language),
            time_zone: self.time_zone.apply(defaults.time_zone),
            country: self.country.apply(defaults.country),
            roles: self.roles.unwrap_or(defaults.roles),
            must_change_password: self.must_change_password.unwrap_or(defaults.must_change_password),
        }
    }

    /// Reads a member whose `null` empties all of them.
    pub(super) fn or_emptied<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let given = Option::deserialize(deserializer)?;
        Ok(Some(given.unwrap_or_else(|| UserDefaults::default().into())))
    }
}

impl From<UserDefaults> for UpdateUserDefaults {
    fn from(defaults: UserDefaults) -> Self {
        Self {
            language: Patch::from_option(defaults.language),
            time_zone: Patch::from_option(defaults.time_zone),
            country: Patch::from_option(defaults.country),
            roles: Some(defaults.roles),
            must_change_password: Some(defaults.must_change_password),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    #[test]
    fn what_is_said_is_kept() {
        let defaults = UserDefaults {
            language: Some("de".to_owned()),
            time_zone: Some("Europe/Berlin".to_owned()),
            country: None,
            roles: Roles::NONE.with(Role::Trainer),
            must_change_password: true,
        };
        let mut silent = CreateUser { password: Some(String::new()), ..CreateUser::default() };
        defaults.complete(&mut silent);
        assert_eq!((silent.language.as_deref(), silent.roles), (Some("de"), defaults.roles));
        assert_eq!((silent.country, silent.must_change_password), (None, Some(true)));
        let user = Roles::NONE.with(Role::User);
        let mut said = CreateUser {
            language: Some("fr".to_owned()),
            roles: user,
            must_change_password: Some(false),
            ..CreateUser::default()
        };
        defaults.complete(&mut said);
        assert_eq!((said.language.as_deref(), said.time_zone.as_deref()), (Some("fr"), Some("Europe/Berlin")));
        assert_eq!((said.roles, said.must_change_password), (user, Some(false)));
    }

    #[test]
    fn roles_with_power_are_no_defaults() {
        for role in Role::ALL {
            let update = UpdateUserDefaults { roles: Some(Roles::NONE.with(*role)), ..UpdateUserDefaults::default() };
            let is_powerless = matches!(role, Role::Trainer | Role::User | Role::GroupManager);
            assert_eq!(update.faults().is_empty(), is_powerless, "{role}");
        }
    }
}
