//! What a filter matches: its conditions in SQL, and what is known of the rows that match.
//!
//! Conditions come in two forms. To *walk* is to go along the index of an order, which carries the filter's columns, and
//! to take what matches: quick when matches are frequent. To *gather* is to find the matches by whatever index is
//! quickest and to sort them: for rare ones, and for counting.

use std::sync::Arc;

use quarterdeck_domain::{
    Error, Grant, Result, Role, Timestamp, Visibility,
    text::fold,
    users::{UserFilter, UserKind, UserStatus},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Users, role_bits::role_bit};
use crate::{reach, sql::Sql};

/// Matches up to which a search sorts what the trigram index found.
const SEARCH_SORT_ROWS: i64 = 4_000;
/// Rows up to which a filtered list is counted exactly.
const COUNT_ROWS: i64 = 10_000;
/// Matches up to which a page sorts all of them. Sorting a row costs as much as walking thirty entries of an index: with
/// 100,000 users that breaks even at 400, with a million at 1,300 matches.
const FEW_ROWS: u64 = 700;
/// Holders of a role up to which matches are gathered by the index of roles.
const FEW_HOLDERS: u64 = 2_500;

/// How the text of a search is looked up.
pub(super) enum Search {
    /// There is none.
    None,
    /// It is an id.
    Id(Uuid),
    /// By these rows of the trigram index (SQLite), as a JSON list.
    Rows { list: String, count: i64 },
    /// By comparing the text of each row.
    Scan(String),
    /// By a condition for which the database picks the index itself (PostgreSQL).
    Pattern(String),
}

/// What is known of the rows that match a filter.
#[derive(Debug, Clone)]
pub(crate) struct Matches {
    /// How many they are, or how many were counted.
    pub total: u64,
    /// Whether all were counted.
    pub total_is_exact: bool,
    /// Their row numbers as a JSON list, when they are few (SQLite).
    pub few: Option<Arc<str>>,
}

impl Matches {
    /// `total` rows, which are not listed.
    pub const fn exactly(total: u64) -> Self {
        Self { total, total_is_exact: true, few: None }
    }

    /// Whether a page is found by sorting all of them.
    pub const fn are_few(&self) -> bool {
        self.total <= FEW_ROWS
    }
}

#[derive(FromQueryResult)]
struct FoundRows {
    list: Option<String>,
    number: i64,
}

/// Leaves the users that `grant` reaches.
pub(super) fn reached(sql: Sql, grant: &Grant) -> Sql {
    reach::reached(sql, grant.visibility(), Some("u.organization_id"), Some("u.id"))
}

/// Leaves the users of these row numbers.
pub(super) fn among(sql: Sql, list: &str) -> Sql {
    sql.push(" AND u.seq IN (SELECT value FROM json_each(").bind(list).push("))")
}

impl Users<'_> {
    pub(super) async fn search(&self, filter: &UserFilter) -> Result<Search> {
        let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) else { return Ok(Search::None) };
        if let Ok(id) = Uuid::try_parse(q) {
            return Ok(Search::Id(id));
        }
        let q = fold(q);
        if self.conn.is_postgres() {
            return Ok(Search::Pattern(q));
        }
        if q.chars().count() < 3 {
            return Ok(Search::Scan(q));
        }
        let sql = Sql::new("SELECT json_group_array(rowid) AS list, count(*) AS number FROM (SELECT rowid FROM users_fts WHERE users_fts MATCH ")
            .bind(format!("\"{}\"", q.replace('"', "\"\"")))
            .limit(SEARCH_SORT_ROWS + 1)
            .push(")");
        match self.conn.one::<FoundRows>(sql).await? {
            Some(FoundRows { list: Some(list), number }) if number <= SEARCH_SORT_ROWS => {
                Ok(Search::Rows { list, count: number })
            }
            _ => Ok(Search::Scan(q)),
        }
    }

    /// How many users match, and which, when they are few.
    pub(super) async fn matches(&self, grant: &Grant, filter: &UserFilter, search: &Search) -> Result<Matches> {
        if let Some(told) = self.told(grant, filter, search).await? {
            return Ok(told);
        }
        let key = format!("{:?}|{}", grant.visibility(), serde_json::to_string(filter).map_err(Error::internal)?);
        self.conn.database.matches(key, self.find_matches(grant, filter, search)).await
    }

    /// How many match, where it is told without looking for them: by the counts that are kept, by the holders of the
    /// role, by the search itself.
    async fn told(&self, grant: &Grant, filter: &UserFilter, search: &Search) -> Result<Option<Matches>> {
        let all = *grant.visibility() == Visibility::All;
        let only = |rest: UserFilter| rest == UserFilter::default();
        let told = match (filter.role, search) {
            (None, Search::None)
                if only(UserFilter { status: None, organization_id: None, ..filter.clone() })
                    && !matches!(grant.visibility(), Visibility::Part { own: Some(_), .. }) =>
            {
                Matches::exactly(self.counted(grant, filter).await?)
            }
            (Some(role), Search::None) if all && only(UserFilter { role: None, ..filter.clone() }) => {
                self.holders(role).await?
            }
            (None, Search::Rows { count, .. }) if all && only(UserFilter { q: None, ..filter.clone() }) => {
                return Ok(Some(Matches::exactly(count.unsigned_abs())));
            }
            _ => return Ok(None),
        };
        // Few are listed, for which they are looked for after all.
        Ok((!told.are_few() || self.conn.is_postgres()).then_some(told))
    }

    async fn find_matches(&self, grant: &Grant, filter: &UserFilter, search: &Search) -> Result<Matches> {
        let list = if self.conn.is_postgres() { "NULL" } else { "json_group_array(seq)" };
        let few = format!("SELECT count(*) AS number, CASE WHEN count(*) <= {FEW_ROWS} THEN {list} END AS list FROM (");
        let inner = reached(Sql::new(&few).push("SELECT u.seq FROM users u WHERE TRUE"), grant);
        let inner = self.gather(inner, filter, search).await?;
        let sql = inner.limit(COUNT_ROWS + 1).push(") AS matches");
        self.found(sql).await
    }

    pub(super) async fn found(&self, sql: Sql) -> Result<Matches> {
        let found = self.conn.one::<FoundRows>(sql).await?;
        let FoundRows { list, number } = found.unwrap_or(FoundRows { list: None, number: 0 });
        Ok(Matches {
            total: number.min(COUNT_ROWS).unsigned_abs(),
            total_is_exact: number <= COUNT_ROWS,
            few: list.map(Arc::from),
        })
    }

    /// How many users hold `role`.
    async fn holders(&self, role: Role) -> Result<Matches> {
        let list = Sql::new("SELECT NULL AS list, count(*) AS number FROM (SELECT 1 FROM user_roles WHERE role = ");
        let sql = list.bind(role.name()).limit(COUNT_ROWS + 1).push(") AS holders");
        self.conn.database.matches(format!("holders|{role}"), self.found(sql)).await
    }

    /// Users by organization and status, from the table that is kept for it.
    async fn counted(&self, grant: &Grant, filter: &UserFilter) -> Result<u64> {
        let sql = Sql::new("SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE TRUE");
        let sql = reach::reached(sql, grant.visibility(), Some("organization_id"), None);
        let sql = sql.and_some("organization_id = ", filter.organization_id.map(|id| id.0));
        let sql = sql.and_some("status = ", filter.status.map(UserStatus::name));
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// The conditions for walking the index of the order by `sorted`.
    pub(super) fn walk(&self, sql: Sql, filter: &UserFilter, sorted: &str, search: &Search) -> Sql {
        // SQLite would prefer a range of another index to the order's own; a plus sign hides the column from it.
        let hidden = |column: &str| !self.conn.is_postgres() && column != sorted;
        let sql = searched(compared(sql, filter, |column| if hidden(column) { "+" } else { "" }), search);
        match filter.role {
            Some(role) => sql.push(" AND (u.role_bits & ").bind(role_bit(role)).push(") <> 0"),
            None => sql,
        }
    }

    /// The conditions for finding the matches by any index.
    pub(super) async fn gather(&self, sql: Sql, filter: &UserFilter, search: &Search) -> Result<Sql> {
        let sql = searched(compared(sql, filter, |_| ""), search);
        let Some(role) = filter.role else { return Ok(sql) };
        let holders = self.holders(role).await?.total;
        Ok(if self.conn.is_postgres() {
            sql.push(" AND u.id IN (SELECT f.user_id FROM user_roles f WHERE f.role = ").bind(role.name()).push(")")
        } else if holders <= FEW_HOLDERS {
            sql.push(" AND u.seq IN (SELECT x.seq FROM user_roles f JOIN users x ON x.id = f.user_id WHERE f.role = ")
                .bind(role.name())
                .push(")")
        } else {
            sql.push(" AND (u.role_bits & ").bind(role_bit(role)).push(") <> 0")
        })
    }
}

/// The conditions on columns; each time stands behind what `prefix` gives for its column.
fn compared(sql: Sql, filter: &UserFilter, prefix: impl Fn(&str) -> &'static str) -> Sql {
    let sql = sql.and_some("u.organization_id = ", filter.organization_id.map(|id| id.0));
    let sql = match filter.kind {
        // As text, so that the index of service accounts is known to fit.
        Some(UserKind::Service) => sql.push(" AND u.kind = 'service'"),
        Some(UserKind::Person) => sql.push(" AND u.kind = 'person'"),
        None => sql,
    };
    let sql = match filter.status {
        // Most are active: their order is walked, for the others there are indexes of their own.
        Some(UserStatus::Active) => sql.push(" AND u.status = 'active'"),
        Some(status) => sql.push(" AND u.status <> 'active' AND u.status = ").bind(status.name()),
        None => sql,
    };
    let (last_login, created) = ("u.last_login_at", "u.created_at");
    [
        (last_login, " < ", filter.last_login_before),
        (last_login, " >= ", filter.last_login_after),
        (created, " < ", filter.created_before),
        (created, " >= ", filter.created_after),
    ]
    .into_iter()
    .fold(sql, |sql, (column, comparison, time)| {
        sql.and_some(&[prefix(column), column, comparison].concat(), time.map(Timestamp::micros))
    })
}

fn searched(sql: Sql, search: &Search) -> Sql {
    match search {
        Search::None => sql,
        Search::Id(id) => sql.push(" AND u.id = ").bind(*id),
        Search::Rows { list, .. } => among(sql, list),
        Search::Scan(q) => sql.push(" AND instr(u.search_key, ").bind(q.as_str()).push(") > 0"),
        Search::Pattern(q) => sql.push(" AND ").contains("u.search_key", q),
    }
}
