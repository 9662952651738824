//! The addresses of the console and the page that each opens.

use leptos::prelude::*;

/// A page of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Route {
    /// `/sign-in`
    SignIn,
    /// `/setup`
    SetUp,
    /// `/change-password`
    ChangePassword,
    /// `/reset-password`
    ResetPassword,
    /// `/`
    Overview,
    /// `/users`
    Users,
    /// `/users/new`
    CreateUser,
    /// `/users/new-service`
    CreateServiceAccount,
    /// `/users/import` and `/users/import/{id}`
    ImportUsers,
    /// `/users/{id}/{tab}`
    User,
    /// `/organizations`
    Organizations,
    /// `/organizations/new`
    CreateOrganization,
    /// `/organizations/{id}/{tab}`
    Organization,
    /// `/roles` and `/roles/matrix`
    Roles,
    /// `/roles/{id}/{tab}`
    Role,
    /// `/groups`
    Groups,
    /// `/groups/new`
    CreateGroup,
    /// `/groups/{id}/{tab}`
    Group,
    /// `/sessions`
    Sessions,
    /// `/api-keys`
    ApiKeys,
    /// `/credentials`
    Credentials,
    /// `/provider-keys`
    ProviderKeys,
    /// `/access`
    Access,
    /// `/departures`
    Departures,
    /// `/departures/{id}`
    Departure,
    /// `/bin`
    Bin,
    /// `/settings`
    Settings,
    /// `/audit`
    Audit,
    /// `/jobs`
    Jobs,
    /// `/jobs/{id}`
    Job,
    /// `/profile/{tab}`
    Profile,
    /// Any other address.
    #[default]
    NotFound,
}

impl Route {
    /// Whether the page stands within the frame, for which somebody has to be signed in.
    #[must_use]
    pub const fn is_framed(self) -> bool {
        !matches!(self, Self::SignIn | Self::SetUp | Self::ChangePassword | Self::ResetPassword)
    }
}

/// What an address says: the page, which row it shows, and which tab is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The page.
    pub route: Route,
    /// The row's id; empty where the page shows none.
    pub id: String,
    /// The open tab; empty for the first.
    pub tab: String,
}

impl Address {
    /// Reads the path of a URL.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let mut next = || segments.next().unwrap_or_default();
        let parts = [next(), next(), next(), next()];
        let (route, id, tab) = match parts {
            ["", "", "", ""] => (Route::Overview, "", ""),
            ["sign-in", "", "", ""] => (Route::SignIn, "", ""),
            ["setup", "", "", ""] => (Route::SetUp, "", ""),
            ["change-password", "", "", ""] => (Route::ChangePassword, "", ""),
            ["reset-password", "", "", ""] => (Route::ResetPassword, "", ""),
            ["users", "", "", ""] => (Route::Users, "", ""),
            ["users", "new", "", ""] => (Route::CreateUser, "", ""),
            ["users", "new-service", "", ""] => (Route::CreateServiceAccount, "", ""),
            ["users", "import", id, ""] => (Route::ImportUsers, id, ""),
            ["users", id, tab, ""] => (Route::User, id, tab),
            ["organizations", "", "", ""] => (Route::Organizations, "", ""),
            ["organizations", "new", "", ""] => (Route::CreateOrganization, "", ""),
            ["organizations", id, tab, ""] => (Route::Organization, id, tab),
            ["roles", tab @ ("" | "matrix"), "", ""] => (Route::Roles, "", tab),
            ["roles", id, tab, ""] => (Route::Role, id, tab),
            ["groups", "", "", ""] => (Route::Groups, "", ""),
            ["groups", "new", "", ""] => (Route::CreateGroup, "", ""),
            ["groups", id, tab, ""] => (Route::Group, id, tab),
            ["sessions", "", "", ""] => (Route::Sessions, "", ""),
            ["api-keys", "", "", ""] => (Route::ApiKeys, "", ""),
            ["credentials", "", "", ""] => (Route::Credentials, "", ""),
            ["provider-keys", "", "", ""] => (Route::ProviderKeys, "", ""),
            ["access", "", "", ""] => (Route::Access, "", ""),
            ["departures", "", "", ""] => (Route::Departures, "", ""),
            ["departures", id, "", ""] => (Route::Departure, id, ""),
            ["bin", "", "", ""] => (Route::Bin, "", ""),
            ["settings", "", "", ""] => (Route::Settings, "", ""),
            ["audit", "", "", ""] => (Route::Audit, "", ""),
            ["jobs", "", "", ""] => (Route::Jobs, "", ""),
            ["jobs", id, "", ""] => (Route::Job, id, ""),
            ["profile", tab, "", ""] => (Route::Profile, "", tab),
            _ => (Route::NotFound, "", ""),
        };
        Self { route, id: id.to_owned(), tab: tab.to_owned() }
    }
}

/// A part of the open page's address. It stays as it was while another page takes over.
pub fn use_part(part: fn(&Address) -> &String) -> Memo<String> {
    let address = expect_context::<Memo<Address>>();
    let route = address.with_untracked(|address| address.route);
    Memo::new(move |former: Option<&String>| {
        address.with(|address| match former {
            Some(former) if address.route != route => former.clone(),
            _ => part(address).clone(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(route: Route, id: &str, tab: &str) -> Address {
        Address { route, id: id.to_owned(), tab: tab.to_owned() }
    }

    #[test]
    fn a_path_names_page_row_and_tab() {
        for (path, expected) in [
            ("/", address(Route::Overview, "", "")),
            ("", address(Route::Overview, "", "")),
            ("/users", address(Route::Users, "", "")),
            ("/users/", address(Route::Users, "", "")),
            ("/users/new", address(Route::CreateUser, "", "")),
            ("/users/import", address(Route::ImportUsers, "", "")),
            ("/users/import/7", address(Route::ImportUsers, "7", "")),
            ("/users/1", address(Route::User, "1", "")),
            ("/users/1/sessions", address(Route::User, "1", "sessions")),
            ("/organizations/1/activity", address(Route::Organization, "1", "activity")),
            ("/roles/matrix", address(Route::Roles, "", "matrix")),
            ("/roles/advocate/holders", address(Route::Role, "advocate", "holders")),
            ("/groups/new", address(Route::CreateGroup, "", "")),
            ("/groups/1/members", address(Route::Group, "1", "members")),
            ("/jobs/7", address(Route::Job, "7", "")),
            ("/api-keys", address(Route::ApiKeys, "", "")),
            ("/users/new-service", address(Route::CreateServiceAccount, "", "")),
            ("/credentials", address(Route::Credentials, "", "")),
            ("/provider-keys", address(Route::ProviderKeys, "", "")),
            ("/access", address(Route::Access, "", "")),
            ("/departures/7", address(Route::Departure, "7", "")),
            ("/bin", address(Route::Bin, "", "")),
            ("/profile/security", address(Route::Profile, "", "security")),
        ] {
            assert_eq!(Address::parse(path), expected, "{path}");
        }
    }

    #[test]
    fn other_paths_open_nothing() {
        for path in ["/nothing", "/users/1/sessions/2", "/users/1/a/b/c/d", "/jobs/7/rows", "/sign-in/x", "/Users"] {
            assert_eq!(Address::parse(path).route, Route::NotFound, "{path}");
        }
    }
}
