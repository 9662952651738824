//! Whose key a secret belongs to, and what it may do: read for the requests that bring it.

use quarterdeck_domain::{
    ApiKeyId, Error, OrganizationId, PermissionSet, Result, Timestamp, UserId, networks::Network,
    role_grants::HeldGrant, roles::Roles, users::UserStatus,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ApiKeys, requests, time_or_endless};
use crate::{
    role_grants::{has_grants, held_by},
    sql::Sql,
    users::roles_of,
};

/// What a key is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiKeyCredential {
    /// SHA-256 of a secret.
    Secret([u8; 32]),
    /// The key itself, for work that goes on after the request was let in.
    Id(ApiKeyId),
}

/// A key with its owner.
#[derive(Debug, Clone)]
pub struct ApiKeyActorRow {
    /// The key.
    pub id: ApiKeyId,
    /// What it is for.
    pub title: String,
    /// What it was given.
    pub scopes: PermissionSet,
    /// Where it may be used from; none for anywhere.
    pub networks: Vec<Network>,
    /// Requests a minute that it is held to.
    pub requests_per_minute: Option<u32>,
    /// When this secret of it ends; none for never.
    pub expires_at: Option<Timestamp>,
    /// Whose key it is.
    pub user_id: UserId,
    /// Username of the owner.
    pub username: String,
    /// Whether the owner may act.
    pub status: UserStatus,
    /// Roles of the owner.
    pub roles: Roles,
    /// Role grants of the owner that are in force.
    pub grants: Vec<HeldGrant>,
    /// Where the owner belongs.
    pub organization_id: Option<OrganizationId>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    title: String,
    scopes: String,
    networks: String,
    requests_per_minute: i64,
    expires_at: i64,
    until: i64,
    user_id: Uuid,
    username: String,
    status: String,
    role_bits: i64,
    has_grants: bool,
    organization_id: Option<Uuid>,
}

impl Row {
    fn actor(self, grants: Vec<HeldGrant>) -> Result<ApiKeyActorRow> {
        let networks = self.networks.split(',').filter(|part| !part.is_empty()).map(str::parse);
        Ok(ApiKeyActorRow {
            id: ApiKeyId(self.id),
            title: self.title,
            scopes: self.scopes.parse().map_err(Error::internal)?,
            networks: networks.collect::<std::result::Result<_, _>>().map_err(Error::internal)?,
            requests_per_minute: requests(self.requests_per_minute),
            expires_at: time_or_endless(self.expires_at.min(self.until)),
            user_id: UserId(self.user_id),
            username: self.username,
            status: self.status.parse().map_err(Error::internal)?,
            roles: roles_of(self.role_bits),
            grants,
            organization_id: self.organization_id.map(OrganizationId),
        })
    }
}

impl ApiKeys<'_> {
    /// The key of a credential with its owner, ended or not.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find_actor(&self, credential: &ApiKeyCredential, now: Timestamp) -> Result<Option<ApiKeyActorRow>> {
        let select = "SELECT k.id, k.title, k.scopes, k.networks, k.requests_per_minute, k.expires_at, \
            {until} AS until, k.user_id, u.username, u.status, u.role_bits, \
            {has_grants} AS has_grants, u.organization_id FROM {secrets}api_keys k \
            {on}JOIN users u ON u.id = k.user_id WHERE "
            .replace("{has_grants}", &has_grants("u.id"));
        let sql = match credential {
            ApiKeyCredential::Secret(digest) => {
                let (until, secrets, on) = ("x.until", "api_key_secrets x JOIN ", "ON k.id = x.key_id ");
                let select = select.replace("{until}", until).replace("{secrets}", secrets).replace("{on}", on);
                Sql::new(&select).push("x.digest = ").bind(digest.to_vec())
            }
            ApiKeyCredential::Id(id) => {
                let until = format!("CAST({} AS BIGINT)", i64::MAX);
                let select = select.replace("{until}", &until).replace("{secrets}", "").replace("{on}", "");
                Sql::new(&select).push("k.id = ").bind(id.0)
            }
        };
        let Some(row) = self.conn.one::<Row>(sql).await? else { return Ok(None) };
        let grants = if row.has_grants { held_by(&self.conn, UserId(row.user_id), now).await? } else { Vec::new() };
        row.actor(grants).map(Some)
    }
}
