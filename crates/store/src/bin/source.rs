//! What a user or a group consists of: rows of these tables, in the order in which they are put back. A table whose rows
//! belong to users or groups is registered here; a test looks for those that are not.

use quarterdeck_domain::{bin::BinKind, plans::CountKind};

/// A table with rows of the thing.
#[derive(Debug)]
pub struct Source {
    /// The table.
    pub table: &'static str,
    /// Which of its rows: a column that holds the id of the thing, or of a row of another table that belongs to it.
    pub owner: Owner,
    /// What its rows are counted as, if they are counted.
    pub counted: Option<CountKind>,
    /// Another thing that a row needs if it names one, which may be in the bin itself: the columns of which one at most names
    /// it, and the table of each.
    pub others: &'static [(&'static str, &'static str)],
    /// What else a row needs, unless it names nothing: the column, and the table.
    pub needs: &'static [(&'static str, &'static str)],
}

/// How a row belongs to the thing.
#[derive(Debug)]
pub enum Owner {
    /// This column holds its id.
    Column(&'static str),
    /// One of these columns holds its id.
    Either(&'static str, &'static str),
    /// The first column holds the id of a row of the table whose `user_id` is its id.
    Of(&'static str, &'static str),
}

const fn of_user(table: &'static str) -> Source {
    Source { table, owner: Owner::Column("user_id"), counted: None, others: &[], needs: &[] }
}

const fn of_group(table: &'static str) -> Source {
    Source { owner: Owner::Column("group_id"), ..of_user(table) }
}

const USER: &[Source] = &[
    Source { owner: Owner::Column("id"), ..of_user("users") },
    Source { counted: Some(CountKind::Role), ..of_user("user_roles") },
    Source {
        counted: Some(CountKind::Role),
        others: &[("scope_group_id", "groups")],
        needs: &[("role_id", "roles"), ("organization_id", "organizations")],
        ..of_user("role_grants")
    },
    Source { counted: Some(CountKind::ApiKey), ..of_user("api_keys") },
    Source { owner: Owner::Of("key_id", "api_keys"), ..of_user("api_key_secrets") },
    Source { owner: Owner::Of("key_id", "api_keys"), ..of_user("api_key_uses") },
    Source { counted: Some(CountKind::ProviderKey), ..of_user("provider_keys") },
    Source {
        owner: Owner::Column("private_of"),
        counted: Some(CountKind::SavedView),
        needs: &[("role_id", "roles"), ("organization_id", "organizations")],
        ..of_user("saved_views")
    },
    Source { counted: Some(CountKind::Membership), others: &[("group_id", "groups")], ..of_user("group_members") },
    of_user("impersonations"),
];

const GROUP: &[Source] = &[
    Source { owner: Owner::Column("id"), needs: &[("organization_id", "organizations")], ..of_group("groups") },
    Source { counted: Some(CountKind::Reservation), ..of_group("reservations") },
    Source { counted: Some(CountKind::LedgerEntry), ..of_group("allocation_entries") },
    Source {
        owner: Owner::Either("group_id", "scope_group_id"),
        counted: Some(CountKind::Role),
        others: &[("user_id", "users"), ("group_id", "groups"), ("scope_group_id", "groups")],
        needs: &[("role_id", "roles"), ("organization_id", "organizations")],
        ..of_group("role_grants")
    },
    Source { counted: Some(CountKind::Membership), others: &[("user_id", "users")], ..of_group("group_members") },
];

/// The tables of things of `kind`, their own first.
pub const fn sources(kind: BinKind) -> &'static [Source] {
    match kind {
        BinKind::User => USER,
        BinKind::Group => GROUP,
    }
}

/// Tables that refer to users or groups and have nothing to bring back: what ends with a sign-in.
#[cfg(test)]
const ENDED: &[&str] = &["sessions", "one_time_tokens"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::FromQueryResult;

    use super::*;
    use crate::{Connect, Database, sql::Sql};

    #[derive(FromQueryResult)]
    struct Reference {
        table_name: String,
        parent: String,
    }

    #[tokio::test]
    async fn whatever_goes_with_a_user_or_a_group_is_registered() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/test.db?mode=rwc", folder.path().display());
        let database =
            Database::connect(Connect { url, connections: 2, cursor_keys: vec![vec![7; 32]] }).await.unwrap();
        database.migrate().await.unwrap();
        let sql = Sql::new(
            "SELECT m.name AS table_name, f.\"table\" AS parent FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.on_delete = 'CASCADE'",
        );
        let references = database.read().all::<Reference>(sql).await.unwrap();
        for kind in BinKind::ALL {
            let known: BTreeSet<&str> = sources(*kind).iter().map(|source| source.table).collect();
            for Reference { table_name, parent } in &references {
                let goes_too = known.contains(parent.as_str());
                let is_known = known.contains(table_name.as_str()) || ENDED.contains(&table_name.as_str());
                assert!(!goes_too || is_known, "{table_name} goes with {parent} and does not come back from the bin");
            }
        }
    }
}
