//! Provider keys: what is stored of them, and lists of them. Their secrets are sealed before they come here.

mod write;

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Page, ProviderKeyId, Result, Timestamp, UserId,
    model_services::{KeySource, ModelProvider},
    provider_keys::{DEFAULT_SORT, KeyOwner, ListProviderKeys, ProviderKey, ProviderKeyFilter, ProviderKeySort},
    text::fold,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
    users::time_or_never,
};

pub use write::{NewProviderKey, ProviderKeyUse};

/// The table of provider keys.
pub struct ProviderKeys<'a> {
    conn: Conn<'a>,
}

/// A key with its sealed secret, for a request that may go out with it.
#[derive(Debug, Clone)]
pub struct SealedKey {
    /// The key.
    pub id: ProviderKeyId,
    /// Whose services it opens.
    pub provider: ModelProvider,
    /// Whose it is.
    pub source: KeySource,
    /// End of the secret.
    pub hint: String,
    /// The secret, sealed.
    pub sealed: String,
    /// Whether requests may go out with it.
    pub is_active: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    provider: String,
    user_id: Option<Uuid>,
    organization_id: Option<Uuid>,
    owner_name: String,
    name: String,
    hint: String,
    is_active: bool,
    created_at: i64,
    updated_at: i64,
    last_used_at: i64,
    use_count: i64,
    sent_bytes: i64,
    received_bytes: i64,
    version: i64,
}

#[derive(FromQueryResult)]
struct SealedRow {
    id: Uuid,
    provider: String,
    user_id: Option<Uuid>,
    organization_id: Option<Uuid>,
    hint: String,
    sealed: String,
    is_active: bool,
}

impl TryFrom<Row> for ProviderKey {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: ProviderKeyId(row.id),
            provider: row.provider.parse().map_err(Error::internal)?,
            owner: match (row.user_id, row.organization_id) {
                (Some(_), _) => KeyOwner::User,
                (None, Some(_)) => KeyOwner::Organization,
                (None, None) => KeyOwner::System,
            },
            user_id: row.user_id.map(UserId),
            organization_id: row.organization_id.map(OrganizationId),
            owner_name: row.owner_name,
            name: row.name,
            hint: row.hint,
            is_active: row.is_active,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
            last_used_at: time_or_never(row.last_used_at),
            use_count: row.use_count.unsigned_abs(),
            sent_bytes: row.sent_bytes.unsigned_abs(),
            received_bytes: row.received_bytes.unsigned_abs(),
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
        })
    }
}

impl TryFrom<SealedRow> for SealedKey {
    type Error = Error;

    fn try_from(row: SealedRow) -> Result<Self> {
        Ok(Self {
            id: ProviderKeyId(row.id),
            provider: row.provider.parse().map_err(Error::internal)?,
            source: match (row.user_id, row.organization_id) {
                (Some(_), _) => KeySource::User,
                (None, Some(_)) => KeySource::Organization,
                (None, None) => KeySource::System,
            },
            hint: row.hint,
            sealed: row.sealed,
            is_active: row.is_active,
        })
    }
}

const fn sort_column(sort: ProviderKeySort) -> &'static str {
    match sort {
        ProviderKeySort::CreatedAt => "k.created_at",
        ProviderKeySort::LastUsedAt => "k.last_used_at",
    }
}

fn sort_value(row: &Row, sort: ProviderKeySort) -> KeyValue {
    match sort {
        ProviderKeySort::CreatedAt => KeyValue::Number(row.created_at),
        ProviderKeySort::LastUsedAt => KeyValue::Number(row.last_used_at),
    }
}

const SELECT: &str = "SELECT k.id, k.provider, k.user_id, k.organization_id, coalesce(u.username, o.name, '') AS owner_name, \
    k.name, k.hint, k.is_active, k.created_at, k.updated_at, k.last_used_at, k.use_count, k.sent_bytes, k.received_bytes, k.version";
const FROM: &str = " FROM provider_keys k LEFT JOIN users u ON u.id = k.user_id \
    LEFT JOIN organizations o ON o.id = k.organization_id WHERE TRUE";
/// Where the key belongs: to the organization that owns it, or to that of the user who does.
const ORGANIZATION: &str = "coalesce(k.organization_id, u.organization_id)";

impl<'a> ProviderKeys<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// A page of the keys that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListProviderKeys) -> Result<Page<ProviderKey>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "k.id"))?;
        let conditions = |sql| conditions(sql, grant, &request.filter);
        let rows = self.conn.all::<Row>(keyset.push(conditions(Sql::new(SELECT).push(FROM)))).await?;
        let count = conditions(Sql::new("SELECT count(*)").push(FROM));
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| (sort_value(row, sort.key), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, ProviderKey::try_from)
    }

    /// The key.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: ProviderKeyId) -> Result<ProviderKey> {
        self.read(id, "").await
    }

    /// The same, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: ProviderKeyId) -> Result<ProviderKey> {
        self.read(id, if self.conn.is_postgres() { " FOR UPDATE OF k" } else { "" }).await
    }

    async fn read(&self, id: ProviderKeyId, lock: &str) -> Result<ProviderKey> {
        let sql = Sql::new(SELECT).push(FROM).push(" AND k.id = ").bind(id.0).push(lock);
        self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("provider key"))?.try_into()
    }

    /// The keys that requests of a user may go out with: their own, those of their organization and those of the platform;
    /// of one provider, or of all. At most three of each.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sealed_for(
        &self,
        user: UserId,
        organization: Option<OrganizationId>,
        provider: Option<ModelProvider>,
    ) -> Result<Vec<SealedKey>> {
        let owners = [user.0, Uuid::nil()].into_iter().chain(organization.map(|id| id.0));
        let sql = Sql::new(
            "SELECT id, provider, user_id, organization_id, hint, sealed, is_active FROM provider_keys WHERE owner_id IN (",
        )
        .bind_all(owners)
        .push(")")
        .and_some("provider = ", provider.map(ModelProvider::name));
        self.conn.all::<SealedRow>(sql).await?.into_iter().map(SealedKey::try_from).collect()
    }
}

fn conditions(sql: Sql, grant: &Grant, filter: &ProviderKeyFilter) -> Sql {
    let sql = reached(sql, grant.visibility(), Some(ORGANIZATION), Some("k.user_id"))
        .and_some("k.provider = ", filter.provider.map(ModelProvider::name))
        .and_some("k.user_id = ", filter.user_id.map(|id| id.0))
        .and_some(&format!("{ORGANIZATION} = "), filter.organization_id.map(|id| id.0))
        .and_some("k.is_active = ", filter.is_active);
    let sql = match filter.owner {
        None => sql,
        Some(KeyOwner::User) => sql.push(" AND k.user_id IS NOT NULL"),
        Some(KeyOwner::Organization) => sql.push(" AND k.organization_id IS NOT NULL"),
        Some(KeyOwner::System) => sql.push(" AND k.owner_id = ").bind(Uuid::nil()),
    };
    match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => {
            let q = fold(q);
            let sql = sql.push(" AND (").contains("k.name_key", &q).push(" OR ").contains("u.username_key", &q);
            sql.push(" OR ").contains("o.name_key", &q).push(")")
        }
        None => sql,
    }
}
