//! Lists of users: filter, search, sort, page, count.
//!
//! A page is found by its index alone and only then joined to what is shown, so that its cost does not grow with the
//! table. A search of three characters and more asks the trigram index; when it matches too many rows to sort, the
//! order's own index is walked instead, where matches are then frequent.

use std::sync::Arc;

use quarterdeck_domain::{
    Grant, Page, Result, Timestamp,
    page::Sort,
    text::fold,
    users::{DEFAULT_SORT, ListUsers, UserSort, UserSummary},
};

use super::{
    Users,
    matching::{among, reached},
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
        let select = Sql::new("SELECT u.seq FROM users u WHERE TRUE");
        let page = match &matches.few {
            Some(few) if keyset.is_first() => among(select, &self.first_rows(&keyset, few).await?),
            Some(few) => among(select, few),
            None if matches.are_few() && self.conn.is_postgres() => {
                self.gather(reached(select, grant), &request.filter, &search).await?
            }
            None => self.walk(reached(select, grant), &request.filter, sort_column(sort.key), &search),
        };
        let rows = self.page_rows(&keyset, keyset.push(page), now).await?;
        let total = (matches.total, matches.total_is_exact);
        keyset.page(self.conn.database, rows, total, |row| (sort_value(row, sort.key), row.id), UserSummary::try_from)
    }

    /// The rows of the first page among `few`, sorted once for all who ask.
    async fn first_rows(&self, keyset: &Keyset, few: &Arc<str>) -> Result<Arc<str>> {
        let find = async {
            let rows = Sql::new(
                "SELECT count(*) AS number, json_group_array(seq) AS list FROM (SELECT u.seq FROM users u WHERE TRUE",
            );
            self.found(keyset.push(among(rows, few)).push(") AS first_rows")).await
        };
        let first = self.conn.database.matches(format!("{}|{few}", keyset.order()), find).await?;
        Ok(first.few.unwrap_or_else(|| few.clone()))
    }

    async fn page_rows(&self, keyset: &Keyset, page: Sql, now: Timestamp) -> Result<Vec<row::SummaryRow>> {
        let select = row::select_summary(now);
        let sql = page.renumbered_into(
            select,
            " FROM (",
            ") page JOIN users u ON u.seq = page.seq LEFT JOIN organizations o ON o.id = u.organization_id",
        );
        self.conn.page(keyset.push_order(sql).limit(keyset.rows())).await
    }
}
