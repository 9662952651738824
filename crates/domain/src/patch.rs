//! A member of a JSON Merge Patch (RFC 7396): absent, `null`, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a merge patch says about one member. Use with `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not named: stays as it is.
    #[default]
    Absent,
    /// `null`: removed.
    Null,
    /// Replaced.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the member is not named.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if one is given.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// What becomes of `current`: the same, nothing, or the new value.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Absent => current,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// `Value` or `Null`: for forms, where an emptied field removes the member.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from_option)
    }
}

/// Reads a member that may be absent but not `null`. Use with `#[serde(default, deserialize_with = "…")]`.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a flag of a query, where all values are texts. Use like [`present`].
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| serde::de::Error::custom("must be true or false"))
}

/// Reads a whole number of a query, where all values are texts. Use like [`present`].
pub(crate) fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    let number = || text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    number().map(Some).ok_or_else(|| serde::de::Error::custom("must be a whole number"))
}

/// Reads a member that may be absent, and whose `null` says that it becomes empty. Use like [`present`].
pub(crate) fn or_empty<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer).map(|value| Some(value.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use crate::users::UpdateUser;

    #[test]
    fn only_members_that_can_be_removed_may_be_null() {
        assert!(serde_json::from_str::<UpdateUser>(r#"{"email":null}"#).is_ok());
        let emptied: UpdateUser = serde_json::from_str(r#"{"first_name":null,"subdivisions":null}"#).unwrap();
        assert_eq!((emptied.first_name.as_deref(), emptied.subdivisions), (Some(""), Some(Vec::new())));
        assert!(serde_json::from_str::<UpdateUser>(r#"{"display_name":null}"#).is_err());
        assert_eq!(serde_json::from_str::<UpdateUser>("{}").ok(), Some(UpdateUser::default()));
    }
}
