//! Receipts of people who left, and their data.

use quarterdeck_domain::{
    DepartureId, Error, Grant, OrganizationId, Page, Result, Timestamp, UserId,
    departures::{
        AccountFate, DEFAULT_SORT, Departure, DepartureExport, DepartureFilter, DepartureSort, DepartureState,
        ListDepartures,
    },
    roles::Power,
    text::fold,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    role_grants::power_of,
    sql::Sql,
};

/// The table of departures.
pub struct Departures<'a> {
    conn: Conn<'a>,
}

/// A departure, with where those belong whom it names: whoever sees one organization alone learns of nobody else.
#[derive(Debug, Clone)]
pub struct StoredDeparture {
    /// What is shown of it.
    pub departure: Departure,
    /// Where who ordered it belongs.
    pub orderer_organization_id: Option<OrganizationId>,
    /// Where who took over belongs.
    pub successor_organization_id: Option<OrganizationId>,
    /// Whether the data may have more in it than what lies in the organization of who left.
    pub export_is_whole: bool,
    /// Whether contact info is in the data.
    pub export_has_contact: bool,
    /// What power over others who left had.
    pub power: Power,
}

/// The data of somebody who left.
#[derive(Debug, Clone)]
pub struct NewDepartureExport {
    /// The ZIP archive.
    pub archive: Vec<u8>,
    /// SHA-256 of the archive, in hexadecimal.
    pub sha256: String,
    /// Whether it may have more in it than what lies in the organization of who left.
    pub is_whole: bool,
    /// Whether contact info is in it.
    pub has_contact: bool,
    /// Until when it is kept.
    pub expires_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    username: String,
    display_name: String,
    organization_id: Option<Uuid>,
    reason: String,
    account: String,
    handed_over_to: Option<Uuid>,
    handed_over_to_name: Option<String>,
    steps: String,
    departed_by: Option<Uuid>,
    departed_by_name: String,
    departed_at: i64,
    orderer_organization_id: Option<Uuid>,
    successor_organization_id: Option<Uuid>,
    present_id: Option<Uuid>,
    purge_at: Option<i64>,
    export_bytes: Option<i64>,
    export_sha256: Option<String>,
    export_is_whole: Option<bool>,
    export_has_contact: Option<bool>,
    power: i64,
    export_expires_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct Archive {
    archive: Vec<u8>,
}

impl TryFrom<Row> for StoredDeparture {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = match (row.present_id, row.purge_at) {
            (Some(_), _) => DepartureState::Present,
            (None, Some(_)) => DepartureState::InBin,
            (None, None) => DepartureState::Gone,
        };
        let export = match (row.export_bytes, row.export_sha256, row.export_expires_at) {
            (Some(bytes), Some(sha256), Some(expires_at)) => Some(DepartureExport {
                bytes: bytes.unsigned_abs(),
                sha256,
                expires_at: Timestamp::from_micros(expires_at),
            }),
            _ => None,
        };
        Ok(Self {
            departure: Departure {
                id: DepartureId(row.id),
                user_id: UserId(row.user_id),
                username: row.username,
                display_name: row.display_name,
                organization_id: row.organization_id.map(OrganizationId),
                reason: row.reason,
                account: row.account.parse().map_err(Error::internal)?,
                state,
                purge_at: row.purge_at.map(Timestamp::from_micros),
                handed_over_to: row.handed_over_to.map(UserId),
                handed_over_to_name: row.handed_over_to_name,
                steps: serde_json::from_str(&row.steps).map_err(Error::internal)?,
                export,
                departed_by: row.departed_by.map(UserId),
                departed_by_name: row.departed_by_name,
                departed_at: Timestamp::from_micros(row.departed_at),
            },
            orderer_organization_id: row.orderer_organization_id.map(OrganizationId),
            successor_organization_id: row.successor_organization_id.map(OrganizationId),
            export_is_whole: row.export_is_whole.unwrap_or_default(),
            export_has_contact: row.export_has_contact.unwrap_or_default(),
            power: power_of(row.power),
        })
    }
}

const SELECT: &str = "SELECT d.id, d.user_id, d.username, d.display_name, d.organization_id, d.reason, d.account, \
    d.handed_over_to, d.handed_over_to_name, d.steps, d.departed_by, d.departed_by_name, d.departed_at, \
    b.organization_id AS orderer_organization_id, s.organization_id AS successor_organization_id, u.id AS present_id, \
    i.purge_at, e.bytes AS export_bytes, e.sha256 AS export_sha256, e.is_whole AS export_is_whole, e.has_contact AS export_has_contact, d.power, e.expires_at AS export_expires_at FROM departures d \
    LEFT JOIN users u ON u.id = d.user_id LEFT JOIN users b ON b.id = d.departed_by \
    LEFT JOIN users s ON s.id = d.handed_over_to LEFT JOIN bin_items i ON i.id = d.user_id \
    LEFT JOIN departure_exports e ON e.departure_id = d.id WHERE TRUE";

impl<'a> Departures<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Stores a receipt of somebody with this power over others, with the data if it was exported.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, new: &Departure, power: Power, export: Option<NewDepartureExport>) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO departures (id, user_id, username, username_key, display_name, display_name_key, organization_id, \
             reason, account, handed_over_to, handed_over_to_name, steps, departed_by, departed_by_name, departed_at, power) VALUES (",
        )
        .bind_all([new.id.0, new.user_id.0])
        .push(", ")
        .bind_all([new.username.clone(), fold(&new.username), new.display_name.clone(), fold(&new.display_name)])
        .push(", ")
        .bind(new.organization_id.map(Uuid::from))
        .push(", ")
        .bind_all([new.reason.as_str(), new.account.name()])
        .push(", ")
        .bind(new.handed_over_to.map(Uuid::from))
        .push(", ")
        .bind(new.handed_over_to_name.clone())
        .push(", ")
        .bind(serde_json::to_string(&new.steps).map_err(Error::internal)?)
        .push(", ")
        .bind(new.departed_by.map(Uuid::from))
        .push(", ")
        .bind(new.departed_by_name.as_str())
        .push(", ")
        .bind_all([new.departed_at.micros(), power as i64])
        .push(")");
        self.conn.execute(sql).await?;
        let Some(NewDepartureExport { archive, sha256, is_whole, has_contact, expires_at }) = export else {
            return Ok(());
        };
        let bytes = i64::try_from(archive.len()).map_err(Error::internal)?;
        let sql = Sql::new(
            "INSERT INTO departure_exports (departure_id, archive, bytes, sha256, is_whole, has_contact, expires_at) VALUES (",
        )
        .bind(new.id.0)
        .push(", ")
        .bind(archive)
        .push(", ")
        .bind(bytes)
        .push(", ")
        .bind(sha256)
        .push(", ")
        .bind_all([is_whole, has_contact])
        .push(", ")
        .bind(expires_at.micros())
        .push(")");
        self.conn.execute(sql).await.map(drop)
    }

    /// A page of the departures that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListDepartures) -> Result<Page<StoredDeparture>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let column = if sort.key == DepartureSort::Username { "d.username_key" } else { "d.departed_at" };
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (column, "d.id"))?;
        let conditions =
            |sql| filtered(reached(sql, grant.visibility(), Some("d.organization_id"), None), &request.filter);
        let rows = self.conn.all::<Row>(keyset.push(conditions(Sql::new(SELECT)))).await?;
        let count = conditions(Sql::new("SELECT count(*) FROM departures d WHERE TRUE"));
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| {
            let by_name = sort.key == DepartureSort::Username;
            let key = if by_name { KeyValue::Text(fold(&row.username)) } else { KeyValue::Number(row.departed_at) };
            (key, row.id)
        };
        keyset.page(self.conn.database, rows, (total, true), position, TryInto::try_into)
    }

    /// The departure, if `grant` reaches it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, grant: &Grant, id: DepartureId) -> Result<StoredDeparture> {
        let sql = reached(Sql::new(SELECT), grant.visibility(), Some("d.organization_id"), None);
        let row = self.conn.one::<Row>(sql.push(" AND d.id = ").bind(id.0)).await?;
        row.ok_or(Error::NotFound("departure"))?.try_into()
    }

    /// The archive with the data of who left.
    ///
    /// # Errors
    /// `NotFound` when there is none, or none any more.
    pub async fn archive(&self, id: DepartureId, now: Timestamp) -> Result<Vec<u8>> {
        let sql = Sql::new("SELECT archive FROM departure_exports WHERE departure_id = ").bind(id.0);
        let row = self.conn.one::<Archive>(sql.push(" AND expires_at > ").bind(now.micros())).await?;
        row.map(|row| row.archive).ok_or(Error::NotFound("export"))
    }

    /// Removes archives that have run out; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM departure_exports WHERE expires_at <= ").bind(now.micros())).await
    }
}

fn filtered(sql: Sql, filter: &DepartureFilter) -> Sql {
    let sql = sql
        .and_some("d.user_id = ", filter.user_id.map(|id| id.0))
        .and_some("d.organization_id = ", filter.organization_id.map(|id| id.0))
        .and_some("d.account = ", filter.account.map(AccountFate::name));
    match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        None => sql,
        Some(q) => {
            let q = fold(q);
            let sql = sql.push(" AND (").contains("d.username_key", &q).push(" OR ");
            sql.contains("d.display_name_key", &q).push(")")
        }
    }
}
