//! Lists of users: filter, search, sort, page, count; and the selection of a bulk act.
//!
//! A page is found by its index alone and only then joined to what is shown, so that its cost does not grow with the
//! table. A search of three characters and more asks the trigram index; when it matches too many rows to sort, the
//! order's own index is walked instead, where matches are then frequent.

use quarterdeck_domain::{
    Error, Grant, Page, Result, Timestamp, Visibility,
    page::Sort,
    plans::Selection,
    text::fold,
    users::{DEFAULT_SORT, ListUsers, UserFilter, UserSort, UserSummary},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Condition, Users, row};
use crate::{
    cursor::{KeyValue, Keyset},
    plans::Target,
    sql::Sql,
};

/// Matches up to which a search sorts what the trigram index found.
const SEARCH_SORT_ROWS: i64 = 4_000;
/// Rows up to which a filtered list is counted exactly.
const COUNT_ROWS: i64 = 10_000;

/// Holders of a role up to which a page of them sorts what the index of roles found.
const PAGE_HOLDERS: u64 = 2_500;

/// How the text of a search is looked up.
enum Search {
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

#[derive(FromQueryResult)]
struct FoundRows {
    list: String,
    number: i64,
}

/// The rows of a bulk act, as a condition on users.
pub struct UserSelection<'a> {
    /// Which rows the actor named.
    pub selection: &'a Selection,
    /// How far the actor reaches.
    pub grant: &'a Grant,
}

const fn sort_column(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Username => "u.username_key",
        UserSort::DisplayName => "u.display_name_key",
        UserSort::Email => "u.email_key",
        UserSort::LastLoginAt => "u.last_login_at",
        UserSort::CreatedAt => "u.created_at",
    }
}

fn sort_value(row: &row::SummaryRow, sort: UserSort) -> KeyValue {
    match sort {
        UserSort::Username => KeyValue::Text(fold(&row.username)),
        UserSort::DisplayName => KeyValue::Text(fold(&row.display_name)),
        UserSort::Email => KeyValue::Text(row.email.as_deref().map(fold).unwrap_or_default()),
        UserSort::LastLoginAt => KeyValue::Number(row.last_login_at),
        UserSort::CreatedAt => KeyValue::Number(row.created_at),
    }
}

impl Users<'_> {
    /// A page of the users that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListUsers, now: Timestamp) -> Result<Page<UserSummary>> {
        let sort: Sort<UserSort> = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "u.id"))?;
        let search = self.search(&request.filter).await?;
        let holders = self.holders(&request.filter, PAGE_HOLDERS).await?;
        let page = keyset.push(conditions(
            Sql::new("SELECT u.seq FROM users u WHERE TRUE"),
            grant,
            &request.filter,
            &search,
            holders,
        ));
        let rows = self.page_rows(&keyset, page, now).await?;
        let total = self.total(grant, &request.filter, &search).await?;
        keyset.page(self.conn.database, rows, total, |row| (sort_value(row, sort.key), row.id), UserSummary::try_from)
    }

    async fn page_rows(&self, keyset: &Keyset, page: Sql, now: Timestamp) -> Result<Vec<row::SummaryRow>> {
        let select = row::select_summary(self.roles_sql(), now);
        let sql = page.renumbered_into(
            select,
            " FROM (",
            ") page JOIN users u ON u.seq = page.seq LEFT JOIN organizations o ON o.id = u.organization_id",
        );
        self.conn.all(keyset.push_order(sql)).await
    }

    async fn search(&self, filter: &UserFilter) -> Result<Search> {
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
            .push(" LIMIT ")
            .bind(SEARCH_SORT_ROWS + 1)
            .push(")");
        match self.conn.one::<FoundRows>(sql).await? {
            Some(FoundRows { list, number }) if number <= SEARCH_SORT_ROWS => Ok(Search::Rows { list, count: number }),
            _ => Ok(Search::Scan(q)),
        }
    }

    /// How the holders of the filter's role are found: listed when they are at most `few`.
    async fn holders(&self, filter: &UserFilter, few: u64) -> Result<Holders> {
        let Some(role) = filter.role else { return Ok(Holders::Asked) };
        let count = async {
            let sql = Sql::new("SELECT count(*) FROM (SELECT 1 FROM user_roles WHERE role = ").bind(role.name());
            let counted = self.conn.number(sql.push(" LIMIT ").bind(COUNT_ROWS + 1).push(") AS counted")).await?;
            Ok((counted.unsigned_abs(), counted <= COUNT_ROWS))
        };
        let (holders, _) = self.conn.database.total(format!("holders|{role}"), count).await?;
        Ok(if holders <= few { Holders::Listed } else { Holders::Asked })
    }

    /// How many users match, and whether that is exact.
    async fn total(&self, grant: &Grant, filter: &UserFilter, search: &Search) -> Result<(u64, bool)> {
        let plain = UserFilter { status: None, organization_id: None, ..filter.clone() } == UserFilter::default();
        if plain && !matches!(grant.visibility(), Visibility::Own(_)) {
            return Ok((self.counted(grant, filter).await?, true));
        }
        let only_search = UserFilter { q: None, ..filter.clone() } == UserFilter::default();
        if let (Search::Rows { count, .. }, true, Visibility::All) = (search, only_search, grant.visibility()) {
            return Ok((count.unsigned_abs(), true));
        }
        let key = format!("{:?}|{}", grant.visibility(), serde_json::to_string(filter).map_err(Error::internal)?);
        let count = async {
            let holders = self.holders(filter, COUNT_ROWS.unsigned_abs()).await?;
            let inner = Sql::new("SELECT count(*) FROM (SELECT 1 FROM users u WHERE TRUE");
            let inner = conditions(inner, grant, filter, search, holders);
            let counted = self.conn.number(inner.push(" LIMIT ").bind(COUNT_ROWS + 1).push(") AS counted")).await?;
            Ok((counted.min(COUNT_ROWS).unsigned_abs(), counted <= COUNT_ROWS))
        };
        self.conn.database.total(key, count).await
    }

    /// Users by organization and status, from the table that is kept for it.
    async fn counted(&self, grant: &Grant, filter: &UserFilter) -> Result<u64> {
        let sql = Sql::new("SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE TRUE");
        let sql = match grant.visibility() {
            Visibility::Organization(own) => sql.push(" AND organization_id = ").bind(own.0),
            Visibility::All | Visibility::Own(_) => sql,
        };
        let sql = sql.and_some("organization_id = ", filter.organization_id.map(|id| id.0));
        let sql = sql.and_some("status = ", filter.status.map(quarterdeck_domain::users::UserStatus::name));
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// The rows of a bulk act that the actor reaches and that all `conditions` hold for, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn targets(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<Vec<Target>> {
        let sql =
            self.selected("SELECT u.id, u.username AS label FROM users u WHERE TRUE", selection, conditions).await?;
        self.conn.all(sql.push(" ORDER BY u.id")).await
    }

    /// Sessions of these rows that have not ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_sessions(
        &self,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        now: Timestamp,
    ) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN sessions s ON s.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql.push(" AND s.expires_at > ").bind(now.micros())).await
    }

    /// Roles of these rows.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_roles(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<u64> {
        self.count(
            "SELECT count(*) FROM users u JOIN user_roles r ON r.user_id = u.id WHERE TRUE",
            selection,
            conditions,
            |sql| sql,
        )
        .await
    }

    /// Reset links of these rows that still work.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_reset_links(
        &self,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        now: Timestamp,
    ) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN one_time_tokens t ON t.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql.push(" AND t.expires_at > ").bind(now.micros())).await
    }

    async fn count(
        &self,
        select: &str,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        further: impl FnOnce(Sql) -> Sql,
    ) -> Result<u64> {
        let sql = self.selected(select, selection, conditions).await?;
        Ok(self.conn.number(further(sql)).await?.unsigned_abs())
    }

    async fn selected(&self, select: &str, selected: &UserSelection<'_>, further: &[Condition]) -> Result<Sql> {
        let UserSelection { selection, grant } = selected;
        let sql = match (&selection.ids, &selection.filter) {
            (Some(ids), _) => {
                let sql = conditions(Sql::new(select), grant, &UserFilter::default(), &Search::None, Holders::Asked)
                    .push(" AND u.id IN (");
                sql.bind_all(ids.iter().copied()).push(")")
            }
            (None, Some(filter)) => {
                let holders = self.holders(filter, COUNT_ROWS.unsigned_abs()).await?;
                conditions(Sql::new(select), grant, filter, &self.search(filter).await?, holders)
            }
            (None, None) => Sql::new(select).push(" AND FALSE"),
        };
        Ok(further.iter().fold(sql, |sql, condition| condition.push(sql.push(" AND "))))
    }
}

/// How the holders of a role are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holders {
    /// By asking each row of another order: quick when many rows match.
    Asked,
    /// By the index of roles: quick when few do, and for counting.
    Listed,
}

fn conditions(sql: Sql, grant: &Grant, filter: &UserFilter, search: &Search, holders: Holders) -> Sql {
    let sql = match grant.visibility() {
        Visibility::All => sql,
        Visibility::Organization(own) => sql.push(" AND u.organization_id = ").bind(own.0),
        Visibility::Own(own) => sql.push(" AND u.id = ").bind(own.0),
    };
    let micros = |time: Option<Timestamp>| time.map(Timestamp::micros);
    let sql = sql
        .and_some("u.status = ", filter.status.map(quarterdeck_domain::users::UserStatus::name))
        .and_some("u.organization_id = ", filter.organization_id.map(|id| id.0))
        .and_some("u.last_login_at < ", micros(filter.last_login_before))
        .and_some("u.last_login_at >= ", micros(filter.last_login_after))
        .and_some("u.created_at < ", micros(filter.created_before))
        .and_some("u.created_at >= ", micros(filter.created_after));
    let sql = match (filter.role, holders) {
        (None, _) => sql,
        (Some(role), Holders::Asked) => sql
            .push(" AND EXISTS (SELECT 1 FROM user_roles f WHERE f.role = ")
            .bind(role.name())
            .push(" AND f.user_id = u.id)"),
        (Some(role), Holders::Listed) => sql
            .push(" AND u.seq IN (SELECT x.seq FROM user_roles f JOIN users x ON x.id = f.user_id WHERE f.role = ")
            .bind(role.name())
            .push(")"),
    };
    match search {
        Search::None => sql,
        Search::Id(id) => sql.push(" AND u.id = ").bind(*id),
        Search::Rows { list, .. } => {
            sql.push(" AND u.seq IN (SELECT value FROM json_each(").bind(list.as_str()).push("))")
        }
        Search::Scan(q) => sql.push(" AND instr(u.search_key, ").bind(q.as_str()).push(") > 0"),
        Search::Pattern(q) => sql.push(" AND ").contains("u.search_key", q),
    }
}
