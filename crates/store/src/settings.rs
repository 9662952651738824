//! Settings: every value that was ever set.

use quarterdeck_domain::{
    Grant, Page, Result, Timestamp, UserId,
    settings::{DEFAULT_HISTORY_SORT, ListSettingHistory},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    sql::Sql,
};

/// The table of setting versions.
pub struct SettingVersions<'a> {
    conn: Conn<'a>,
}

/// A version of a setting as it is stored.
#[derive(Debug, Clone)]
pub struct StoredSetting {
    /// Key.
    pub key: String,
    /// Number of the change, from 1.
    pub version: u32,
    /// JSON text, sealed for secrets; none when it went back to the default.
    pub value: Option<String>,
    /// Fingerprint of a secret.
    pub fingerprint: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Name of who did it.
    pub by_name: String,
    /// Why.
    pub reason: String,
}

/// A version of a setting that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewSettingVersion<'a> {
    /// Key.
    pub key: &'a str,
    /// Number of the version that it follows; 0 for the first.
    pub after: u32,
    /// JSON text, sealed for secrets; none to go back to the default.
    pub value: Option<String>,
    /// Fingerprint of a secret.
    pub fingerprint: Option<String>,
    /// Who.
    pub by: Option<UserId>,
    /// Name of who does it.
    pub by_name: &'a str,
    /// Why.
    pub reason: &'a str,
}

#[derive(FromQueryResult)]
struct Row {
    setting_key: String,
    version: i64,
    value: Option<String>,
    fingerprint: Option<String>,
    at: i64,
    by_id: Option<Uuid>,
    by_name: String,
    reason: String,
}

impl From<Row> for StoredSetting {
    fn from(row: Row) -> Self {
        Self {
            key: row.setting_key,
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
            value: row.value,
            fingerprint: row.fingerprint,
            at: Timestamp::from_micros(row.at),
            by: row.by_id.map(UserId),
            by_name: row.by_name,
            reason: row.reason,
        }
    }
}

const SELECT: &str =
    "SELECT setting_key, version, value, fingerprint, at, by_id, by_name, reason FROM setting_versions v WHERE ";

impl<'a> SettingVersions<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The latest version of each setting that was ever set.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn latest(&self) -> Result<Vec<StoredSetting>> {
        let sql = Sql::new(SELECT)
            .push("version = (SELECT max(version) FROM setting_versions m WHERE m.setting_key = v.setting_key)");
        Ok(self.conn.all::<Row>(sql).await?.into_iter().map(Into::into).collect())
    }

    /// The latest version of one setting.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn latest_of(&self, key: &str) -> Result<Option<StoredSetting>> {
        let sql = Sql::new(SELECT).push("setting_key = ").bind(key).push(" ORDER BY version DESC LIMIT 1");
        Ok(self.conn.one::<Row>(sql).await?.map(Into::into))
    }

    /// A page of the versions of one setting.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn history(&self, grant: &Grant, key: &str, request: &ListSettingHistory) -> Result<Page<StoredSetting>> {
        let sort = request.sort.unwrap_or(DEFAULT_HISTORY_SORT);
        let list = format!("setting_versions of {key}");
        let keyset = Keyset::read_unique(self.conn.database, grant, request, &sort, ("v.version", &list))?;
        let by = request.filter.by.map(|id| id.0);
        let conditions = |sql: &str| Sql::new(sql).push("setting_key = ").bind(key).and_some("v.by_id = ", by);
        let rows = self.conn.all::<Row>(keyset.push(conditions(SELECT))).await?;
        let count = conditions("SELECT count(*) FROM setting_versions v WHERE ");
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| (KeyValue::Number(row.version), Uuid::nil());
        keyset.page(self.conn.database, rows, (total, true), position, |row| Ok(row.into()))
    }

    /// One version of one setting.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, key: &str, version: u32) -> Result<Option<StoredSetting>> {
        let sql = Sql::new(SELECT).push("setting_key = ").bind(key).push(" AND version = ").bind(i64::from(version));
        Ok(self.conn.one::<Row>(sql).await?.map(Into::into))
    }

    /// Stores a version; false when another one came first.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, new: &NewSettingVersion<'_>, now: Timestamp) -> Result<bool> {
        let sql = Sql::new("INSERT INTO setting_versions (setting_key, version, value, fingerprint, at, by_id, by_name, reason) VALUES (")
            .bind(new.key)
            .push(", ")
            .bind(i64::from(new.after) + 1)
            .push(", ")
            .bind_all([new.value.clone(), new.fingerprint.clone()])
            .push(", ")
            .bind(now.micros())
            .push(", ")
            .bind(new.by.map(|id| id.0))
            .push(", ")
            .bind_all([new.by_name, new.reason])
            .push(") ON CONFLICT (setting_key, version) DO NOTHING");
        Ok(self.conn.execute(sql).await? > 0)
    }
}
