//! Rows of users as the domain's types.

use quarterdeck_domain::{
    Error, OrganizationId, Result, Timestamp, UserId,
    users::{Contact, User, UserSummary},
};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use uuid::Uuid;

use super::role_bits::roles_of;
use crate::{
    packed::{Column, Packed},
    role_grants::{granted_power, power_of},
    sql::Sql,
};

/// Columns of a [`SummaryRow`].
pub fn select_summary(now: Timestamp) -> Sql {
    Sql::new("SELECT u.id, u.kind, u.username, u.display_name, u.email, u.status, u.organization_id, o.display_name AS organization_name, ")
        .push("(SELECT count(*) FROM sessions s WHERE s.user_id = u.id AND s.expires_at > ")
        .bind(now.micros())
        .push(") AS active_sessions, u.role_bits, u.last_login_at, u.created_at, u.version")
}

/// Further columns of a [`UserRow`].
pub fn push_details(sql: Sql, now: Timestamp) -> Sql {
    granted_power(sql.push(DETAIL_COLUMNS), now).push(" AS granted_power")
}

const DETAIL_COLUMNS: &str = ", u.first_name, u.last_name, u.organization_label, u.language, u.time_zone, u.country, \
    u.subdivisions, u.location, u.platform_url, u.phone, u.status_reason, u.status_changed_at, \
    u.password_hash IS NOT NULL AS has_password, u.password_changed_at, u.must_change_password, u.seat, u.last_seen_at, u.updated_at, ";

/// Tables of both rows.
pub const FROM: &str = " FROM users u LEFT JOIN organizations o ON o.id = u.organization_id";

#[derive(Debug, FromQueryResult, Deserialize)]
pub struct SummaryRow {
    pub id: Uuid,
    pub kind: String,
    pub username: String,
    pub display_name: String,
    pub email: Option<String>,
    pub status: String,
    pub organization_id: Option<Uuid>,
    pub organization_name: Option<String>,
    pub active_sessions: i64,
    pub role_bits: i64,
    pub last_login_at: i64,
    pub created_at: i64,
    pub version: i64,
}

impl Packed for SummaryRow {
    const COLUMNS: &'static [Column] = &[
        Column::Id("id"),
        Column::Plain("kind"),
        Column::Plain("username"),
        Column::Plain("display_name"),
        Column::Plain("email"),
        Column::Plain("status"),
        Column::Id("organization_id"),
        Column::Plain("organization_name"),
        Column::Plain("active_sessions"),
        Column::Plain("role_bits"),
        Column::Plain("last_login_at"),
        Column::Plain("created_at"),
        Column::Plain("version"),
    ];
}

impl TryFrom<SummaryRow> for UserSummary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self> {
        Ok(Self {
            id: UserId(row.id),
            kind: row.kind.parse().map_err(Error::internal)?,
            username: row.username,
            display_name: row.display_name,
            email: row.email,
            status: row.status.parse().map_err(Error::internal)?,
            roles: roles_of(row.role_bits),
            organization_id: row.organization_id.map(OrganizationId),
            organization_name: row.organization_name,
            active_sessions: u32::try_from(row.active_sessions).unwrap_or(u32::MAX),
            last_login_at: time_or_never(row.last_login_at),
            created_at: Timestamp::from_micros(row.created_at),
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
        })
    }
}

#[derive(Debug, FromQueryResult)]
pub struct UserRow {
    #[sea_orm(nested)]
    summary: SummaryRow,
    first_name: String,
    last_name: String,
    organization_label: String,
    language: Option<String>,
    time_zone: Option<String>,
    country: Option<String>,
    subdivisions: String,
    location: String,
    platform_url: String,
    phone: String,
    status_reason: String,
    status_changed_at: i64,
    has_password: bool,
    password_changed_at: i64,
    must_change_password: bool,
    seat: String,
    last_seen_at: i64,
    updated_at: i64,
    granted_power: i64,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        Ok(Self {
            summary: row.summary.try_into()?,
            first_name: row.first_name,
            last_name: row.last_name,
            organization_label: row.organization_label,
            language: row.language,
            time_zone: row.time_zone,
            country: row.country,
            subdivisions: serde_json::from_str(&row.subdivisions).map_err(Error::internal)?,
            contact: Some(Contact { location: row.location, platform_url: row.platform_url, phone: row.phone }),
            seat: row.seat.parse().map_err(Error::internal)?,
            granted_power: power_of(row.granted_power),
            status_reason: row.status_reason,
            status_changed_at: time_or_never(row.status_changed_at),
            has_password: row.has_password,
            password_changed_at: time_or_never(row.password_changed_at),
            must_change_password: row.must_change_password,
            last_seen_at: time_or_never(row.last_seen_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

/// 0 stands for never, so that the column can be sorted by without nulls.
pub fn time_or_never(micros: i64) -> Option<Timestamp> {
    (micros != 0).then(|| Timestamp::from_micros(micros))
}
