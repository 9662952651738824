//! Roles and permissions that are found by typing.

use futures::future::LocalBoxFuture;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Role,
    page::{ListRequest, PageRequest},
    role_grants::ScopeKind,
    roles::RoleFilter,
};

use super::model::{AnyRole, RoleKey};
use crate::{i18n::words, transport::api, ui::table::Options};

/// Custom roles that are offered at once; typing finds the others.
const OFFERED: u32 = 20;

/// Built-in roles whose name fits what is typed.
pub fn built_in(typed: &str) -> impl Iterator<Item = Role> {
    let typed = typed.trim().to_lowercase();
    Role::ALL.iter().copied().filter(move |role| words::role(*role).to_lowercase().contains(&typed))
}

/// Roles of either kind whose name fits `query`.
pub fn find_roles(query: String) -> LocalBoxFuture<'static, Options> {
    Box::pin(async move {
        let named = built_in(&query).map(|role| (role.name().to_owned(), words::role(role).to_owned()));
        let mut found: Options = named.collect();
        let request = ListRequest {
            filter: RoleFilter { q: Some(query).filter(|query| !query.is_empty()), permission: None },
            sort: None,
            page: PageRequest { limit: Some(OFFERED), cursor: None },
        };
        if let Ok(page) = api().list_roles(&request).await {
            found.extend(page.items.into_iter().map(|role| (role.id.to_string(), role.name)));
        }
        found
    })
}

/// Roles that can be granted at all, and fit `query`.
pub fn find_grantable(query: String) -> LocalBoxFuture<'static, Options> {
    let is_grantable = |(key, _): &(String, String)| {
        key.parse::<RoleKey>().is_ok_and(|key| ScopeKind::ALL.iter().any(|scope| key.fits(*scope)))
    };
    Box::pin(async move { find_roles(query).await.into_iter().filter(is_grantable).collect() })
}

/// The role that `key` names.
pub async fn read(key: RoleKey) -> Result<AnyRole, ClientError> {
    match key {
        RoleKey::BuiltIn(role) => Ok(AnyRole::BuiltIn(role)),
        RoleKey::Custom(id) => api().get_role(id).await.map(AnyRole::Custom),
    }
}
