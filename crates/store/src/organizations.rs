//! Organizations.

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Page, Result, Timestamp,
    error::Rule,
    organizations::{DEFAULT_SORT, ListOrganizations, Organization, OrganizationFilter, OrganizationSort},
    text::fold,
};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::{
    conn::{Conn, failed, violated_uniqueness},
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
    users::Matches,
};

/// The table of organizations.
pub struct Organizations<'a> {
    conn: Conn<'a>,
}

const SELECT: &str = "SELECT o.id, o.name, o.display_name, o.kind, o.seats, o.user_defaults, o.version, o.created_at, o.updated_at, \
    (SELECT CAST(coalesce(sum(c.users), 0) AS BIGINT) FROM user_counts c WHERE c.organization_id = o.id) AS member_count, \
    (SELECT CAST(coalesce(sum(c.users), 0) AS BIGINT) FROM user_counts c WHERE c.organization_id = o.id AND c.status = 'active') AS active_member_count, \
    coalesce((SELECT c.users - c.complimentary FROM user_counts c WHERE c.organization_id = o.id AND c.status = 'active'), 0) AS seats_used, \
    (SELECT a.digest FROM organization_avatars a WHERE a.organization_id = o.id) AS avatar_digest \
    FROM organizations o WHERE TRUE";

#[derive(FromQueryResult)]
struct OrganizationRow {
    id: Uuid,
    name: String,
    display_name: String,
    kind: String,
    seats: i64,
    user_defaults: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
    member_count: i64,
    active_member_count: i64,
    seats_used: i64,
    avatar_digest: Option<String>,
}

impl TryFrom<OrganizationRow> for Organization {
    type Error = Error;

    fn try_from(row: OrganizationRow) -> Result<Self> {
        Ok(Self {
            id: OrganizationId(row.id),
            name: row.name,
            display_name: row.display_name,
            kind: row.kind.parse().map_err(Error::internal)?,
            member_count: row.member_count.unsigned_abs(),
            active_member_count: row.active_member_count.unsigned_abs(),
            seats: u32::try_from(row.seats).unwrap_or(u32::MAX),
            seats_used: row.seats_used.unsigned_abs(),
            user_defaults: serde_json::from_str(&row.user_defaults).map_err(Error::internal)?,
            avatar_digest: row.avatar_digest,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
        })
    }
}

const fn sort_column(sort: OrganizationSort) -> &'static str {
    match sort {
        OrganizationSort::Name => "o.name_key",
        OrganizationSort::DisplayName => "o.display_name_key",
        OrganizationSort::CreatedAt => "o.created_at",
    }
}

fn sort_value(row: &OrganizationRow, sort: OrganizationSort) -> KeyValue {
    match sort {
        OrganizationSort::Name => KeyValue::Text(fold(&row.name)),
        OrganizationSort::DisplayName => KeyValue::Text(fold(&row.display_name)),
        OrganizationSort::CreatedAt => KeyValue::Number(row.created_at),
    }
}

fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(_) => Rule::OrganizationNameTaken.into(),
        None => failed(error),
    }
}

impl<'a> Organizations<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The organization.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: OrganizationId) -> Result<Organization> {
        let row = self.conn.one::<OrganizationRow>(Sql::new(SELECT).push(" AND o.id = ").bind(id.0)).await?;
        row.ok_or(Error::NotFound("organization"))?.try_into()
    }

    /// The organizations whose folded names are among `keys`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn named(&self, keys: &[&str]) -> Result<Vec<Organization>> {
        let sql = Sql::new(SELECT).push(" AND o.name_key IN (").texts(keys, self.conn.backend())?.push(")");
        self.conn.all::<OrganizationRow>(sql).await?.into_iter().map(TryInto::try_into).collect()
    }

    /// The organization for a change: nobody else changes it until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: OrganizationId) -> Result<Organization> {
        if self.conn.is_postgres() {
            self.conn
                .execute(Sql::new("SELECT 1 FROM organizations WHERE id = ").bind(id.0).push(" FOR UPDATE"))
                .await?;
        }
        self.get(id).await
    }

    /// The organization for a new member: it is not deleted until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_member(&self, id: OrganizationId) -> Result<Organization> {
        self.hold(id).await?;
        self.get(id).await
    }

    /// Keeps the organization, if there is one, from being deleted until this transaction ends. Whoever locks one of its
    /// users as well does this first, in the order of its deletion.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn hold(&self, id: OrganizationId) -> Result<()> {
        if self.conn.is_postgres() {
            self.conn
                .execute(Sql::new("SELECT 1 FROM organizations WHERE id = ").bind(id.0).push(" FOR KEY SHARE"))
                .await?;
        }
        Ok(())
    }

    /// Whether more seats are taken than there are. Whoever takes one in another transaction is waited for once this one has
    /// taken its own, for the database counts both in one row.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn is_overfull(&self, id: OrganizationId) -> Result<bool> {
        let sql = Sql::new(
            "SELECT count(*) FROM organizations o JOIN user_counts c ON c.organization_id = o.id WHERE o.id = ",
        )
        .bind(id.0)
        .push(" AND c.status = 'active' AND o.seats > 0 AND c.users - c.complimentary > o.seats");
        Ok(self.conn.number(sql).await? > 0)
    }

    /// Provider keys that the organization owns.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_provider_keys(&self, id: OrganizationId) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM provider_keys WHERE organization_id = ").bind(id.0);
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// A page of the organizations that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListOrganizations) -> Result<Page<Organization>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "o.id"))?;
        let rows = self.conn.all(keyset.push(conditions(Sql::new(SELECT), grant, &request.filter))).await?;
        let total = self.count(grant, &request.filter).await?;
        let position = |row: &OrganizationRow| (sort_value(row, sort.key), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, Organization::try_from)
    }

    /// A search looks at each organization, the page only until it is full: their number is found once for all who ask.
    async fn count(&self, grant: &Grant, filter: &OrganizationFilter) -> Result<u64> {
        let asked = serde_json::to_string(filter).map_err(Error::internal)?;
        let key = format!("organizations|{:?}|{asked}", grant.visibility());
        let count = Sql::new("SELECT count(*) FROM organizations o WHERE TRUE");
        let find =
            async { Ok(Matches::exactly(self.conn.number(conditions(count, grant, filter)).await?.unsigned_abs())) };
        Ok(self.conn.database.matches(key, find).await?.total)
    }

    /// Stores a new organization.
    ///
    /// # Errors
    /// `Conflict` when the name is taken.
    pub async fn insert(&self, organization: &Organization) -> Result<()> {
        let sql = Sql::new("INSERT INTO organizations (id, name, name_key, display_name, display_name_key, kind, version, created_at, updated_at) VALUES (")
            .bind(organization.id.0)
            .push(", ")
            .bind_all([
                organization.name.clone(),
                fold(&organization.name),
                organization.display_name.clone(),
                fold(&organization.display_name),
                organization.kind.name().to_owned(),
            ])
            .push(", ")
            .bind_all([i64::from(organization.version), organization.created_at.micros(), organization.updated_at.micros()])
            .push(")");
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Stores a changed organization, and gives it as it is then.
    ///
    /// # Errors
    /// `Conflict` when the name is taken.
    pub async fn save(&self, mut organization: Organization, now: Timestamp) -> Result<Organization> {
        organization.version += 1;
        organization.updated_at = now;
        let sql = Sql::new("UPDATE organizations SET name = ")
            .bind(organization.name.as_str())
            .push(", name_key = ")
            .bind(fold(&organization.name))
            .push(", display_name = ")
            .bind(organization.display_name.as_str())
            .push(", display_name_key = ")
            .bind(fold(&organization.display_name))
            .push(", kind = ")
            .bind(organization.kind.name())
            .push(", seats = ")
            .bind(i64::from(organization.seats))
            .push(", user_defaults = ")
            .bind(serde_json::to_string(&organization.user_defaults).map_err(Error::internal)?)
            .push(", version = ")
            .bind(i64::from(organization.version))
            .push(", updated_at = ")
            .bind(now.micros())
            .push(" WHERE id = ")
            .bind(organization.id.0);
        self.conn.try_execute(sql).await.map_err(taken)?;
        Ok(organization)
    }

    /// Deletes an organization without members.
    ///
    /// # Errors
    /// `Internal` when it still has members.
    pub async fn delete(&self, id: OrganizationId) -> Result<bool> {
        self.conn.execute(Sql::new("DELETE FROM user_counts WHERE organization_id = ").bind(id.0)).await?;
        Ok(self.conn.execute(Sql::new("DELETE FROM organizations WHERE id = ").bind(id.0)).await? > 0)
    }
}

fn conditions(sql: Sql, grant: &Grant, filter: &OrganizationFilter) -> Sql {
    let sql = reached(sql, grant.visibility(), Some("o.id"), None);
    let sql = sql.and_some("o.kind = ", filter.kind.map(quarterdeck_domain::organizations::OrganizationKind::name));
    let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) else { return sql };
    if let Ok(id) = Uuid::try_parse(q) {
        return sql.push(" AND o.id = ").bind(id);
    }
    sql.push(" AND (").contains("o.name_key", &fold(q)).push(" OR ").contains("o.display_name_key", &fold(q)).push(")")
}
