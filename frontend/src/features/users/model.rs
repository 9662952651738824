//! Users as forms and rows: which fields there are, and what a form says to the API.

use futures::future::LocalBoxFuture;
use quarterdeck_domain::{
    Patch, Permission, UserId,
    me::UpdateMe,
    page::{ListRequest, PageRequest, Sort},
    plans::Selection,
    users::{Contact, Subdivision, UpdateUser, User, UserFilter, UserSort},
};

use crate::{
    i18n::text,
    transport::api,
    ui::table::{Filter, Options, Selected},
};

/// A field of a user that is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Name to sign in with.
    Username,
    /// Full name.
    DisplayName,
    /// E-mail address.
    Email,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Organization as free text.
    OrganizationLabel,
    /// Language tag.
    Language,
    /// Time zone.
    TimeZone,
    /// Country.
    Country,
    /// Parts of the address, largest first.
    Subdivisions,
    /// Where the person works.
    Location,
    /// Page of the person's own platform.
    PlatformUrl,
    /// Telephone.
    Phone,
}

impl Field {
    /// Fields of the tab "Profile".
    pub const PROFILE: [Self; 8] = [
        Self::DisplayName,
        Self::Username,
        Self::Email,
        Self::OrganizationLabel,
        Self::FirstName,
        Self::LastName,
        Self::Language,
        Self::TimeZone,
    ];

    /// Fields of the own account.
    pub const OWN: [Self; 8] = [
        Self::DisplayName,
        Self::OrganizationLabel,
        Self::FirstName,
        Self::LastName,
        Self::Language,
        Self::TimeZone,
        Self::Country,
        Self::Subdivisions,
    ];

    /// Fields of the tab "Contact".
    pub const CONTACT: [Self; 5] = [Self::Location, Self::Phone, Self::PlatformUrl, Self::Country, Self::Subdivisions];

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Username => text::users::username(),
            Self::DisplayName => text::users::display_name(),
            Self::Email => text::users::email(),
            Self::FirstName => text::users::first_name(),
            Self::LastName => text::users::last_name(),
            Self::OrganizationLabel => text::users::organization_label(),
            Self::Language => text::users::language(),
            Self::TimeZone => text::users::time_zone(),
            Self::Country => text::users::country(),
            Self::Subdivisions => text::users::subdivisions(),
            Self::Location => text::users::location(),
            Self::PlatformUrl => text::users::platform_url(),
            Self::Phone => text::users::phone(),
        }
    }

    /// What it is for, where the label does not say it.
    #[must_use]
    pub fn help(self) -> Option<&'static str> {
        match self {
            Self::Username => Some(text::users::username_help()),
            Self::Email => Some(text::users::email_help()),
            Self::OrganizationLabel => Some(text::users::organization_label_help()),
            Self::Language => Some(text::users::language_help()),
            Self::TimeZone => Some(text::users::time_zone_help()),
            Self::Country => Some(text::users::country_help()),
            Self::Subdivisions => Some(text::users::subdivisions_help()),
            _ => None,
        }
    }

    /// What it needs, on the `own` account or on another: to be seen first, then to be changed.
    #[must_use]
    pub const fn needs(self, own: bool) -> &'static [Permission] {
        match self {
            Self::OrganizationLabel | Self::Country | Self::Subdivisions if own => &[Permission::ProfileUpdatePlace],
            _ if own => &[],
            Self::Location | Self::PlatformUrl | Self::Phone => {
                &[Permission::UserReadContact, Permission::UserUpdateContact]
            }
            _ => &[Permission::UserRead, Permission::UserUpdate],
        }
    }

    /// What a browser may fill in when the account is the own one (HTML `autocomplete`).
    #[must_use]
    pub const fn autocomplete(self) -> &'static str {
        match self {
            Self::DisplayName => "name",
            Self::FirstName => "given-name",
            Self::LastName => "family-name",
            Self::OrganizationLabel => "organization",
            Self::Language => "language",
            Self::Country => "country",
            _ => "off",
        }
    }

    /// Pointer of its faults.
    #[must_use]
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::Username => "/username",
            Self::DisplayName => "/display_name",
            Self::Email => "/email",
            Self::FirstName => "/first_name",
            Self::LastName => "/last_name",
            Self::OrganizationLabel => "/organization_label",
            Self::Language => "/language",
            Self::TimeZone => "/time_zone",
            Self::Country => "/country",
            Self::Subdivisions => "/subdivisions",
            Self::Location => "/contact/location",
            Self::PlatformUrl => "/contact/platform_url",
            Self::Phone => "/contact/phone",
        }
    }

    /// Whether it may stay empty.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::Username | Self::DisplayName)
    }

    /// Its saved value.
    #[must_use]
    pub fn of(self, user: &User) -> String {
        let contact = |part: fn(&Contact) -> &String| {
            user.contact.as_ref().map(|contact| part(contact).clone()).unwrap_or_default()
        };
        match self {
            Self::Username => user.summary.username.clone(),
            Self::DisplayName => user.summary.display_name.clone(),
            Self::Email => user.summary.email.clone().unwrap_or_default(),
            Self::FirstName => user.first_name.clone(),
            Self::LastName => user.last_name.clone(),
            Self::OrganizationLabel => user.organization_label.clone(),
            Self::Language => user.language.clone().unwrap_or_default(),
            Self::TimeZone => user.time_zone.clone().unwrap_or_default(),
            Self::Country => user.country.clone().unwrap_or_default(),
            Self::Subdivisions => user.subdivisions.join(", "),
            Self::Location => contact(|contact| &contact.location),
            Self::PlatformUrl => contact(|contact| &contact.platform_url),
            Self::Phone => contact(|contact| &contact.phone),
        }
    }

    fn write(self, update: &mut UpdateUser, value: String) {
        let patch = |value: String| Patch::from_option(Some(value).filter(|value| !value.is_empty()));
        match self {
            Self::Username => update.username = Some(value),
            Self::DisplayName => update.display_name = Some(value),
            Self::Email => update.email = patch(value),
            Self::FirstName => update.first_name = Some(value),
            Self::LastName => update.last_name = Some(value),
            Self::OrganizationLabel => update.organization_label = Some(value),
            Self::Language => update.language = patch(value),
            Self::TimeZone => update.time_zone = patch(value),
            Self::Country => update.country = patch(value.to_uppercase()),
            Self::Subdivisions => {
                let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                update.subdivisions = Some(parts.map(|part| Subdivision(part.to_owned())).collect());
            }
            Self::Location => update.contact.get_or_insert_default().location = Some(value),
            Self::PlatformUrl => update.contact.get_or_insert_default().platform_url = Some(value),
            Self::Phone => update.contact.get_or_insert_default().phone = Some(value),
        }
    }
}

/// What the API is told: the changed fields only.
pub fn update(fields: &[Field], saved: &User, value: impl Fn(Field) -> String) -> UpdateUser {
    let mut update = UpdateUser::default();
    for field in fields {
        let typed = value(*field);
        if typed != field.of(saved) {
            field.write(&mut update, typed);
        }
    }
    update
}

/// The same change, as one of the own account.
#[must_use]
pub fn own_update(update: UpdateUser) -> UpdateMe {
    let UpdateUser {
        display_name,
        first_name,
        last_name,
        language,
        time_zone,
        organization_label,
        country,
        subdivisions,
        ..
    } = update;
    UpdateMe { display_name, first_name, last_name, language, time_zone, organization_label, country, subdivisions }
}

/// The rows of a bulk act, as the API wants them; nothing when none is selected.
#[must_use]
pub fn selection(selected: &Selected) -> Option<Selection> {
    match selected {
        Selected::None => None,
        Selected::Ids(ids) => Some(Selection::ids(ids.iter().filter_map(|id| id.parse::<UserId>().ok()))),
        Selected::Matching { query, .. } => query.filter::<UserFilter>().ok().map(Selection::matching),
    }
}

/// One user as a selection.
#[must_use]
pub fn only(id: UserId) -> Selection {
    Selection::ids([id])
}

/// Users whose name fits `query`, by name.
pub fn find_users(query: String) -> LocalBoxFuture<'static, Options> {
    Box::pin(async move {
        let request = ListRequest {
            filter: UserFilter { q: Some(query).filter(|query| !query.is_empty()), ..UserFilter::default() },
            sort: Some(Sort::ascending(UserSort::DisplayName)),
            page: PageRequest { limit: Some(20), cursor: None },
        };
        let found = api().list_users(&request).await;
        found
            .map(|page| page.items.into_iter().map(|row| (row.id.to_string(), row.display_name)).collect())
            .unwrap_or_default()
    })
}

/// A filter by a person, found by typing.
#[must_use]
pub fn user_filter(key: &'static str, label: &'static str) -> Filter {
    let name = |id: String| -> LocalBoxFuture<'static, Option<String>> {
        Box::pin(async move { api().get_user(id.parse().ok()?).await.ok().map(|found| found.summary.display_name) })
    };
    Filter::lookup(key, label, find_users, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::table::Query;
    use quarterdeck_domain::users::UserStatus;

    fn user() -> User {
        let value = serde_json::json!({
            "id": "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", "kind": "person", "username": "ada", "display_name": "Ada Byron",
            "email": "ada@example.org", "status": "active", "roles": ["user"], "organization_id": null,
            "organization_name": null, "active_sessions": 0, "last_login_at": null,
            "created_at": "2026-01-01T00:00:00Z", "version": 3, "first_name": "Ada", "last_name": "Byron",
            "organization_label": "", "language": null, "time_zone": null, "country": null, "subdivisions": ["England", "London"],
            "contact": {"location": "London", "platform_url": "", "phone": ""}, "granted_power": "none", "status_reason": "",
            "status_changed_at": null, "has_password": true, "password_changed_at": null,
            "must_change_password": false, "seat": "licensed", "last_seen_at": null, "updated_at": "2026-01-01T00:00:00Z"
        });
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_untouched_form_changes_nothing() {
        let user = user();
        let all = [Field::PROFILE.as_slice(), Field::CONTACT.as_slice()].concat();
        assert!(update(&all, &user, |field| field.of(&user)).is_empty());
    }

    #[test]
    fn only_what_changed_is_sent() {
        let user = user();
        let typed = |field: Field| match field {
            Field::Email => String::new(),
            Field::Phone => "+44".to_owned(),
            Field::Country => "gb".to_owned(),
            Field::Subdivisions => "England".to_owned(),
            other => other.of(&user),
        };
        let all = [Field::PROFILE.as_slice(), Field::CONTACT.as_slice()].concat();
        let sent = serde_json::to_value(update(&all, &user, typed)).unwrap();
        let wanted = serde_json::json!({
            "email": null, "country": "GB", "subdivisions": ["England"],
            "contact": {"phone": "+44"}
        });
        assert_eq!(sent, wanted);
    }

    #[test]
    fn the_own_account_is_changed_by_the_same_words() {
        let user = user();
        let typed = |field: Field| match field {
            Field::FirstName => "Augusta".to_owned(),
            Field::Country => "GB".to_owned(),
            other => other.of(&user),
        };
        let sent = serde_json::to_value(own_update(update(&Field::OWN, &user, typed))).unwrap();
        assert_eq!(sent, serde_json::json!({"first_name": "Augusta", "country": "GB"}));
    }

    #[test]
    fn a_selection_names_rows_or_a_filter() {
        assert_eq!(selection(&Selected::None), None);
        let ids = Selected::Ids(vec!["0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".to_owned()]);
        assert_eq!(selection(&ids).and_then(|selection| selection.ids).map(|ids| ids.len()), Some(1));
        let query = Query::parse("?status=suspended&sort=email");
        let filter = selection(&Selected::Matching { query, total: 9 }).and_then(|selection| selection.filter).unwrap();
        assert_eq!(filter.status, Some(UserStatus::Suspended));
        let query = Query::parse("?status=suspnded");
        assert_eq!(selection(&Selected::Matching { query, total: 9 }), None);
    }
}
