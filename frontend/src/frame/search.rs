//! What the palette finds: pages, acts, settings by their words; people and organizations by the server; pasted ids.

use quarterdeck_domain::{
    Permission, UserId,
    organizations::OrganizationFilter,
    page::{ListRequest, PageRequest},
    settings,
    users::UserFilter,
};

use quarterdeck_client::ClientError;

use super::{nav, theme::Choice};
use crate::{i18n::text, transport::api, ui::icon::Icon};

/// What choosing a hit does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// Opens an address.
    Open(String),
    /// Chooses a theme.
    Theme(Choice),
    /// Signs out.
    SignOut,
}

/// Something that can be opened or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Heading that it stands under.
    pub group: &'static str,
    /// Its name.
    pub label: String,
    /// What tells it from others of that name.
    pub note: String,
    /// Its icon.
    pub icon: Icon,
    /// What it does.
    pub aim: Aim,
}

impl Hit {
    fn new(
        group: &'static str,
        icon: Icon,
        label: impl Into<String>,
        note: impl Into<String>,
        href: impl Into<String>,
    ) -> Self {
        Self { group, label: label.into(), note: note.into(), icon, aim: Aim::Open(href.into()) }
    }

    fn act(icon: Icon, label: &str, note: &str, aim: Aim) -> Self {
        Self { aim, ..Self::new(text::frame::palette_acts(), icon, label, note, "") }
    }
}

/// Hits that need no server. `everyone` is what signing everyone out is called for this person; `reaches` tells what
/// they hold on more than what is their own.
pub fn local(
    query: &str,
    everyone: &'static str,
    may: impl Fn(Permission) -> bool,
    reaches: impl Fn(Permission) -> bool,
) -> Vec<Hit> {
    let pages = nav::visible(reaches)
        .into_iter()
        .flat_map(|(_, places)| places)
        .map(|place| Hit::new(text::frame::palette_pages(), place.icon, (place.label)(), "", place.href));
    let own = [
        Hit::new(text::frame::palette_pages(), Icon::User, text::frame::profile(), "", "/profile"),
        Hit::new(text::frame::palette_pages(), Icon::Shield, text::frame::security(), "", "/profile/security"),
        Hit::new(text::frame::palette_pages(), Icon::Key, text::frame::own_api_keys(), "", "/profile/keys"),
        Hit::new(
            text::frame::palette_pages(),
            Icon::Plug,
            text::frame::own_provider_keys(),
            "",
            "/profile/provider-keys",
        ),
    ];
    let acts = [
        (Permission::UserCreate, Icon::UserPlus, text::frame::create_user(), "/users/new"),
        (Permission::UserCreate, Icon::Upload, text::words::import_users(), "/users/import"),
        (Permission::OrganizationCreate, Icon::Organization, text::frame::create_organization(), "/organizations/new"),
        (Permission::RoleWrite, Icon::Role, text::frame::create_role(), "/roles?act=create"),
        (Permission::GroupCreate, Icon::Group, text::frame::create_group(), "/groups/new"),
        (Permission::ApiKeyWrite, Icon::Key, text::frame::create_api_key(), "/profile/keys?act=create"),
        (
            Permission::ProviderKeyWrite,
            Icon::Plug,
            text::frame::store_provider_key(),
            "/profile/provider-keys?act=store",
        ),
        (Permission::SessionRevoke, Icon::SignOut, everyone, "/sessions?act=revoke"),
    ];
    let acts = acts
        .into_iter()
        .filter(|(permission, ..)| may(*permission))
        .map(|(_, icon, label, href)| Hit::new(text::frame::palette_acts(), icon, label, "", href));
    let themes =
        Choice::ALL.map(|choice| Hit::act(choice.icon(), choice.label(), text::frame::theme(), Aim::Theme(choice)));
    let leave = Hit::act(Icon::SignOut, text::frame::sign_out(), "", Aim::SignOut);
    let mut hits: Vec<Hit> = pages
        .chain(own)
        .chain(acts)
        .chain(themes)
        .chain([leave])
        .filter(|hit| matches(&format!("{} {}", hit.note, hit.label), query))
        .collect();
    if may(Permission::SettingRead) && query.trim().len() >= 2 {
        let found = settings::DEFINITIONS
            .iter()
            .filter(|definition| matches(definition.title, query) || matches(definition.key, query))
            .take(5);
        hits.extend(found.map(|definition| {
            Hit::new(
                text::frame::palette_settings(),
                Icon::Settings,
                definition.title,
                definition.key,
                format!("/settings?q={}", definition.key),
            )
        }));
    }
    hits.extend(ids(query, may));
    hits
}

/// What a pasted id may be.
fn ids(query: &str, may: impl Fn(Permission) -> bool) -> Vec<Hit> {
    let query = query.trim();
    let group = text::frame::palette_ids();
    let mut hits = Vec::new();
    if query.len() == 36 && query.parse::<UserId>().is_ok() {
        if may(Permission::UserRead) {
            hits.push(Hit::new(group, Icon::User, text::frame::open_user_id(), query, format!("/users/{query}")));
        }
        if may(Permission::OrganizationRead) {
            hits.push(Hit::new(
                group,
                Icon::Organization,
                text::frame::open_organization_id(),
                query,
                format!("/organizations/{query}"),
            ));
        }
        if may(Permission::GroupRead) {
            hits.push(Hit::new(group, Icon::Group, text::frame::open_group_id(), query, format!("/groups/{query}")));
        }
        if may(Permission::JobRead) {
            hits.push(Hit::new(group, Icon::Jobs, text::frame::open_job_id(), query, format!("/jobs/{query}")));
        }
    }
    let is_request_id =
        matches!(query.len(), 32 | 36) && query.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_request_id && may(Permission::AuditRead) {
        hits.push(Hit::new(
            group,
            Icon::Audit,
            text::frame::audit_of_request(),
            query,
            format!("/audit?request_id={query}"),
        ));
    }
    hits
}

/// People and organizations.
///
/// # Errors
/// When the server does not answer.
pub async fn remote(query: String, users: bool, organizations: bool) -> Result<Vec<Hit>, ClientError> {
    let page = PageRequest { limit: Some(5), cursor: None };
    let mut hits = Vec::new();
    if users {
        let filter = UserFilter { q: Some(query.clone()), ..UserFilter::default() };
        let found = api().list_users(&ListRequest { filter, sort: None, page: page.clone() }).await?;
        hits.extend(found.items.into_iter().map(|user| {
            let note = user.email.clone().unwrap_or_else(|| user.username.clone());
            Hit::new(text::frame::palette_people(), Icon::User, user.display_name, note, format!("/users/{}", user.id))
        }));
    }
    if organizations {
        let filter = OrganizationFilter { q: Some(query), ..OrganizationFilter::default() };
        let found = api().list_organizations(&ListRequest { filter, sort: None, page }).await?;
        hits.extend(found.items.into_iter().map(|organization| {
            Hit::new(
                text::frame::palette_organizations(),
                Icon::Organization,
                organization.display_name,
                organization.name,
                format!("/organizations/{}", organization.id),
            )
        }));
    }
    Ok(hits)
}

/// Whether all words of `query` begin a word of `text`, or the whole stands in it.
fn matches(text: &str, query: &str) -> bool {
    let (text, query) = (text.to_lowercase(), query.trim().to_lowercase());
    text.contains(&query)
        || query.split_whitespace().all(|word| text.split([' ', '.', '_', '-']).any(|part| part.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_beginnings() {
        assert!(matches("Create user", "cr us") && matches("Audit log", "dit"));
        assert!(!matches("Create user", "delete"));
    }

    #[test]
    fn a_pasted_id_offers_what_it_may_be() {
        let id = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e";
        let hits = local(id, "", |_| true, |_| true);
        assert!(hits.iter().any(|hit| hit.aim == Aim::Open(format!("/users/{id}"))));
        let request = "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e";
        let audit = Aim::Open(format!("/audit?request_id={request}"));
        assert!(local(request, "", |_| true, |_| true).iter().any(|hit| hit.aim == audit));
    }

    #[test]
    fn acts_need_their_permission() {
        let hits = local("create", "", |permission| permission == Permission::UserCreate, |_| false);
        assert_eq!(hits.into_iter().map(|hit| hit.aim).collect::<Vec<_>>(), [Aim::Open("/users/new".to_owned())]);
    }

    #[test]
    fn theme_and_way_out_are_found_by_name() {
        let aims = |query| local(query, "", |_| false, |_| false).into_iter().map(|hit| hit.aim).collect::<Vec<_>>();
        assert_eq!(aims("dark"), [Aim::Theme(Choice::Dark)]);
        assert_eq!(aims("theme").len(), 3);
        assert_eq!(aims("sign out"), [Aim::SignOut]);
    }
}
