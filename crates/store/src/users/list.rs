//! Lists of users: filter, search, sort, page, count.
//!
//! A page is found by its index alone and only then joined to what is shown, so that its cost does not grow with the
//! table. A search of three characters and more asks the trigram index; when it matches too many rows to sort, the
//! order's own index is walked instead, where matches are then frequent.

use quarterdeck_domain::{
    Grant, Page, Result, Timestamp,
    page::Sort,
    text::fold,
    users::{DEFAULT_SORT, ListUsers, UserFilter, UserSort, UserSummary},
};

use super::{
    Users,
    matching::{Matches, Search, among, reached},
    row,
};
use crate::{
    cursor::{KeyValue, Keyset},
    sql::Sql,
};

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
        let matches = self.matches(grant, &request.filter, &search).await?;
        let page = keyset.push(self.matching(grant, &request.filter, &search, &matches).await?);
        let rows = self.page_rows(&keyset, page, now).await?;
        let total = (matches.total, matches.total_is_exact);
        keyset.page(self.conn.database, rows, total, |row| (sort_value(row, sort.key), row.id), UserSummary::try_from)
    }

    /// The rows that match, in the way that is quickest for a page of them.
    async fn matching(&self, grant: &Grant, filter: &UserFilter, search: &Search, matches: &Matches) -> Result<Sql> {
        let select = Sql::new("SELECT u.seq FROM users u WHERE TRUE");
        if let Some(list) = &matches.few {
            return Ok(among(select, list));
        }
        let select = reached(select, grant);
        if self.conn.is_postgres() && matches.are_few() {
            return self.gather(select, filter, search).await;
        }
        Ok(self.walk(select, filter, search))
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
}
