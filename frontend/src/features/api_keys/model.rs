//! What the form of a key says, and what is sent of it. Plain Rust.

use quarterdeck_domain::{
    Patch, Permission, PermissionSet, Timestamp,
    api_keys::{ApiKey, CreateApiKey, UpdateApiKey},
    audit::TargetType,
};

use crate::i18n::words;

/// Days that are offered as the life of a key.
const OFFERED_DAYS: [u32; 4] = [7, 30, 60, 90];
/// Days that are chosen at first, where the platform allows so many.
const USUAL_DAYS: u32 = 30;
const DAY: i64 = 86_400;

/// When a new key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Never.
    None,
    /// After so many days.
    Days(u32),
    /// On a day that is chosen.
    Date,
}

impl End {
    /// The ends that a platform with this maximum allows.
    #[must_use]
    pub fn offered(max_days: Option<u32>) -> Vec<Self> {
        let is_allowed = |days: &u32| max_days.is_none_or(|max| *days <= max);
        let days = OFFERED_DAYS.into_iter().filter(is_allowed);
        let max = max_days.filter(|max| !OFFERED_DAYS.contains(max));
        let never = max_days.is_none().then_some(Self::None);
        days.chain(max).map(Self::Days).chain([Self::Date]).chain(never).collect()
    }

    /// The one that is chosen at first.
    #[must_use]
    pub fn usual(max_days: Option<u32>) -> Self {
        Self::Days(max_days.map_or(USUAL_DAYS, |max| max.min(USUAL_DAYS)))
    }

    /// Its value in the form.
    #[must_use]
    pub fn value(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Days(days) => days.to_string(),
            Self::Date => "date".to_owned(),
        }
    }

    /// What the form says.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        match value {
            "none" => Self::None,
            "date" => Self::Date,
            days => days.parse().map_or(Self::Date, Self::Days),
        }
    }
}

/// Permissions that a key of this person may carry, by what they are about.
#[must_use]
pub fn groups(held: &[Permission]) -> Vec<(&'static str, Vec<Permission>)> {
    let mut groups: Vec<(&'static str, Vec<Permission>)> = Vec::new();
    for permission in held.iter().copied().filter(|permission| permission.is_for_keys()) {
        let subject = permission.name().split('.').next().unwrap_or_default();
        match groups.iter_mut().find(|(group, _)| *group == subject) {
            Some((_, members)) => members.push(permission),
            None => groups.push((subject, vec![permission])),
        }
    }
    groups
}

/// The heading of a group: `api_key` is "API key".
#[must_use]
pub fn heading(subject: &str) -> String {
    if let Ok(kind) = subject.parse::<TargetType>() {
        return words::target(kind).to_owned();
    }
    let words = subject.replace('_', " ");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// `scopes` with or without `permission`. What changes a thing brings along what shows it, and goes with it.
#[must_use]
pub fn toggled(scopes: PermissionSet, permission: Permission, is_given: bool) -> PermissionSet {
    if is_given {
        return match permission.basis() {
            Some(basis) => toggled(scopes.with(permission), basis, true),
            None => scopes.with(permission),
        };
    }
    let rests_on_it =
        |other: &Permission| std::iter::successors(Some(*other), |other| other.basis()).any(|one| one == permission);
    scopes.iter().filter(|other| !rests_on_it(other)).collect()
}

/// Networks, one a line or separated by commas.
#[must_use]
pub fn networks(typed: &str) -> Vec<String> {
    typed.split(['\n', ',']).map(str::trim).filter(|network| !network.is_empty()).map(str::to_owned).collect()
}

/// The form of a key, as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Title.
    pub title: String,
    /// Scopes.
    pub scopes: PermissionSet,
    /// End of a new key.
    pub end: End,
    /// The day, where the end is one.
    pub day: Option<Timestamp>,
    /// Networks as typed.
    pub networks: String,
    /// Requests a minute as typed; none when empty, zero when it is no number.
    pub requests: String,
}

impl Filled {
    fn requests(&self) -> Option<u32> {
        let typed = self.requests.trim();
        (!typed.is_empty()).then(|| typed.parse().unwrap_or_default())
    }

    /// The new key.
    #[must_use]
    pub fn create(&self) -> CreateApiKey {
        let ttl_seconds = match self.end {
            End::Days(days) => Some(i64::from(days) * DAY),
            End::None | End::Date => None,
        };
        CreateApiKey {
            title: self.title.trim().to_owned(),
            scopes: self.scopes,
            ttl_seconds,
            expires_at: self.day.filter(|_| self.end == End::Date),
            networks: networks(&self.networks),
            requests_per_minute: self.requests(),
        }
    }

    /// What differs from `saved`.
    #[must_use]
    pub fn update(&self, saved: &ApiKey) -> UpdateApiKey {
        let asked = self.create();
        UpdateApiKey {
            title: Some(asked.title).filter(|title| *title != saved.title),
            scopes: Some(asked.scopes).filter(|scopes| *scopes != saved.scopes),
            networks: Some(asked.networks).filter(|networks| *networks != saved.networks),
            requests_per_minute: if asked.requests_per_minute == saved.requests_per_minute {
                Patch::Absent
            } else {
                Patch::from_option(asked.requests_per_minute)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Filled {
        Filled {
            title: " nightly export ".to_owned(),
            scopes: PermissionSet::NONE.with(Permission::UserRead),
            end: End::Days(30),
            day: Some(Timestamp::EPOCH),
            networks: "10.0.0.0/8\n192.0.2.7, \n".to_owned(),
            requests: " 600 ".to_owned(),
        }
    }

    /// S1-PLT-08, S1-PLT-09: a maximum of 30 days forbids 60.
    #[test]
    fn ends_are_offered_as_far_as_the_maximum_allows() {
        assert_eq!(
            End::offered(None),
            [7, 30, 60, 90].map(End::Days).into_iter().chain([End::Date, End::None]).collect::<Vec<_>>()
        );
        assert_eq!(End::offered(Some(30)), [End::Days(7), End::Days(30), End::Date]);
        assert_eq!(End::offered(Some(3)), [End::Days(3), End::Date]);
        assert_eq!([End::usual(None), End::usual(Some(14))], [End::Days(30), End::Days(14)]);
        for end in End::offered(Some(730)).into_iter().chain([End::None]) {
            assert_eq!(End::parse(&end.value()), end);
        }
    }

    #[test]
    fn scopes_are_grouped_by_what_they_are_about() {
        let groups = groups(Permission::ALL);
        assert!(groups.iter().any(|(subject, members)| *subject == "user" && members.contains(&Permission::UserRead)));
        assert!(groups.iter().all(|(_, members)| members.iter().all(|permission| permission.is_for_keys())));
        assert_eq!([heading("api_key"), heading("profile")], ["API key", "Profile"]);
    }

    #[test]
    fn what_changes_a_thing_comes_with_what_shows_it() {
        let scopes = toggled(PermissionSet::NONE, Permission::UserUpdateContact, true);
        assert!(scopes.contains(Permission::UserReadContact) && scopes.contains(Permission::UserRead));
        assert_eq!(toggled(scopes, Permission::UserRead, false), PermissionSet::NONE);
        assert!(toggled(scopes, Permission::UserUpdateContact, false).contains(Permission::UserReadContact));
    }

    #[test]
    fn the_form_becomes_a_key() {
        let body = filled().create();
        assert_eq!((body.title.as_str(), body.ttl_seconds, body.expires_at), ("nightly export", Some(30 * DAY), None));
        assert_eq!(
            (body.networks, body.requests_per_minute),
            (vec!["10.0.0.0/8".to_owned(), "192.0.2.7".to_owned()], Some(600))
        );
        let dated = Filled { end: End::Date, requests: "many".to_owned(), ..filled() }.create();
        assert_eq!((dated.ttl_seconds, dated.expires_at), (None, Some(Timestamp::EPOCH)));
        assert!(dated.faults().iter().any(|fault| fault.pointer == "/requests_per_minute"));
    }
}
