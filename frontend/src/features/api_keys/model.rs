//! What the form of a key says, and what is sent of it. Plain Rust.

use quarterdeck_domain::{
    Patch, PermissionSet, Timestamp,
    api_keys::{ApiKey, CreateApiKey, UpdateApiKey},
};

use crate::ui::end::End;

const DAY: i64 = 86_400;

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
    use quarterdeck_domain::Permission;

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
