//! Rows of any table as JSON, and back.

use std::fmt::Write as _;

use quarterdeck_domain::{Error, Result, bin::BinKind, plans::KindCount};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Bin,
    source::{Owner, Source, sources},
};
use crate::sql::Sql;

/// A column of a table as the database knows it.
#[derive(FromQueryResult)]
struct Column {
    name: String,
    type_name: String,
}

#[derive(FromQueryResult)]
struct Text {
    body: String,
}

/// What became of the rows of something that was brought back.
#[derive(Debug, Clone, Default)]
pub struct RestoredRows {
    /// They are there again.
    pub returned: Vec<KindCount>,
    /// They wait for something else in the bin.
    pub waiting: Vec<KindCount>,
    /// What they need is gone for good.
    pub lost: Vec<KindCount>,
}

/// Adds rows of `source` to what is counted, if they are.
fn add(counts: &mut Vec<KindCount>, source: &Source, rows: u64) {
    if let Some(kind) = source.counted {
        KindCount::add(counts, kind, rows);
    }
}

/// That the other thing of a row is in none of the tables where it may be: an id is that of one thing only.
fn is_away(source: &Source) -> String {
    let mut tables: Vec<&str> = source.others.iter().map(|(_, table)| *table).collect();
    tables.dedup();
    let is_not_in = |table: &&str| format!("NOT EXISTS (SELECT 1 FROM {table} o WHERE o.id = bin_rows.other_id)");
    tables.iter().map(is_not_in).collect::<Vec<_>>().join(" AND ")
}

impl Bin<'_> {
    /// Keeps all rows of the thing `id` under its item; how many of each kind.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn keep_rows(&self, id: Uuid, kind: BinKind) -> Result<Vec<KindCount>> {
        let mut counts = Vec::new();
        self.lock_groups(id, kind).await?;
        for source in sources(kind) {
            let columns = self.columns(source.table).await?;
            let sql = Sql::new("INSERT INTO bin_rows (item_id, source, other_id, body) SELECT ");
            let sql = if self.conn.is_postgres() { sql.push("CAST(").bind(id).push(" AS UUID)") } else { sql.bind(id) };
            let sql = self.other(sql.push(&format!(", '{}', ", source.table)), id, source);
            let sql = sql.push(&format!(", {} FROM {} t WHERE ", self.json(&columns), source.table));
            let sql = match source.owner {
                Owner::Column(column) => sql.push(&format!("t.{column} = ")).bind(id),
                Owner::Either(one, other) => {
                    sql.push(&format!("(t.{one} = ")).bind(id).push(&format!(" OR t.{other} = ")).bind(id).push(")")
                }
                Owner::Of(column, table) => {
                    sql.push(&format!("t.{column} IN (SELECT id FROM {table} WHERE user_id = ")).bind(id).push(")")
                }
            };
            // What is being revoked, or changed, at this moment is looked at again when that is done.
            let sql = if self.conn.is_postgres() { sql.push(" FOR UPDATE OF t") } else { sql };
            add(&mut counts, source, self.conn.execute(sql).await?);
        }
        let json = serde_json::to_string(&counts).map_err(Error::internal)?;
        let sql = Sql::new("UPDATE bin_items SET contents = ").bind(json).push(" WHERE id = ").bind(id);
        self.conn.execute(sql).await?;
        Ok(counts)
    }

    /// Goes on with the id of the other thing that a row `t` of the thing `id` needs.
    fn other(&self, sql: Sql, id: Uuid, source: &Source) -> Sql {
        let sql = source.others.iter().fold(sql.push("coalesce(NULL"), |sql, (column, _)| {
            sql.push(&format!(", nullif(t.{column}, ")).bind(id).push(")")
        });
        sql.push(if self.conn.is_postgres() { ", CAST(NULL AS UUID))" } else { ", NULL)" })
    }

    /// Makes whoever changes memberships of a user wait: they lock the group.
    async fn lock_groups(&self, id: Uuid, kind: BinKind) -> Result<()> {
        if kind == BinKind::Group || !self.conn.is_postgres() {
            return Ok(());
        }
        let sql = Sql::new("SELECT 1 FROM groups WHERE id IN (SELECT group_id FROM group_members WHERE user_id = ");
        self.conn.execute(sql.bind(id).push(") ORDER BY id FOR UPDATE")).await.map(drop)
    }

    /// Puts the rows that are kept under the item `id` back into their tables.
    ///
    /// # Errors
    /// `Conflict` when something that must be there once is there meanwhile.
    pub async fn return_rows(&self, id: Uuid, kind: BinKind) -> Result<RestoredRows> {
        let mut rows = RestoredRows::default();
        for source in sources(kind) {
            add(&mut rows.waiting, source, self.pass_on(id, source).await?);
            add(&mut rows.lost, source, self.drop_homeless(id, source).await?);
            add(&mut rows.lost, source, self.drop_strangers(id, kind, source).await?);
            add(&mut rows.returned, source, self.insert_back(id, source).await?);
        }
        Ok(rows)
    }

    /// Lets rows wait with the other thing that they need, if it is in the bin; how many.
    async fn pass_on(&self, id: Uuid, source: &Source) -> Result<u64> {
        if source.others.is_empty() {
            return Ok(0);
        }
        let sql = Sql::new("UPDATE bin_rows SET item_id = other_id, other_id = item_id WHERE item_id = ").bind(id);
        let sql = sql.push(&format!(
            " AND source = '{}' AND {} AND EXISTS (SELECT 1 FROM bin_items i WHERE i.id = bin_rows.other_id)",
            source.table,
            is_away(source)
        ));
        self.conn.execute(sql).await
    }

    /// Drops rows that need what is gone; how many.
    async fn drop_homeless(&self, id: Uuid, source: &Source) -> Result<u64> {
        let named = source.needs.iter().map(|(column, table)| {
            let needed = self.id_in_body(column);
            format!("{needed} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {table} o WHERE o.id = {needed})")
        });
        let other =
            (!source.others.is_empty()).then(|| format!("bin_rows.other_id IS NOT NULL AND {}", is_away(source)));
        let mut dropped = 0;
        for is_gone in other.into_iter().chain(named) {
            let sql = Sql::new("DELETE FROM bin_rows WHERE item_id = ").bind(id);
            let sql = sql.push(&format!(" AND source = '{}' AND {is_gone}", source.table));
            dropped += self.conn.execute(sql).await?;
        }
        Ok(dropped)
    }

    /// Drops memberships in a group of an organization whose user belongs to another one by now, or to none; how many.
    async fn drop_strangers(&self, id: Uuid, kind: BinKind, source: &Source) -> Result<u64> {
        if source.table != "group_members" {
            return Ok(0);
        }
        let (group, user) = match kind {
            BinKind::User => ("bin_rows.other_id", "bin_rows.item_id"),
            BinKind::Group => ("bin_rows.item_id", "bin_rows.other_id"),
        };
        let sql = Sql::new("DELETE FROM bin_rows WHERE source = 'group_members' AND item_id = ").bind(id);
        let sql = sql.push(&format!(
            " AND NOT EXISTS (SELECT 1 FROM groups g, users u WHERE g.id = {group} AND u.id = {user} \
             AND (g.organization_id IS NULL OR g.organization_id = u.organization_id))"
        ));
        self.conn.execute(sql).await
    }

    async fn insert_back(&self, id: Uuid, source: &Source) -> Result<u64> {
        let sql = Sql::new("SELECT body FROM bin_rows WHERE item_id = ").bind(id);
        let first = sql.push(&format!(" AND source = '{}'", source.table)).limit(1);
        let Some(Text { body }) = self.conn.one::<Text>(first).await? else { return Ok(0) };
        // Columns that came since have their defaults, those that went are forgotten.
        let kept: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).map_err(Error::internal)?;
        let columns = self.columns(source.table).await?;
        let columns: Vec<&Column> = columns.iter().filter(|column| kept.contains_key(&column.name)).collect();
        let names = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        let table = source.table;
        let sql = if self.conn.is_postgres() {
            let values = columns.iter().map(|column| format!("r.{}", column.name)).collect::<Vec<_>>().join(", ");
            Sql::new(&format!(
                "INSERT INTO {table} ({names}) SELECT {values} FROM bin_rows b, \
                 json_populate_record(NULL::{table}, CAST(b.body AS JSON)) r WHERE b.source = '{table}' AND b.item_id = "
            ))
        } else {
            let value = |column: &&Column| match column.type_name.as_str() {
                "BLOB" => format!("unhex(b.body ->> '{}')", column.name),
                _ => format!("b.body ->> '{}'", column.name),
            };
            let values = columns.iter().map(value).collect::<Vec<_>>().join(", ");
            Sql::new(&format!(
                "INSERT INTO {table} ({names}) SELECT {values} FROM bin_rows b WHERE b.source = '{table}' AND b.item_id = "
            ))
        };
        self.conn.try_execute(sql.bind(id).push(" ORDER BY b.seq")).await.map_err(super::taken)
    }

    /// The id in the column of a row that is kept, as SQL.
    fn id_in_body(&self, column: &str) -> String {
        match self.conn.is_postgres() {
            true => format!("CAST(CAST(bin_rows.body AS JSON) ->> '{column}' AS UUID)"),
            false => format!("unhex(bin_rows.body ->> '{column}')"),
        }
    }

    /// The columns of `table` but for those that the database itself numbers rows by.
    async fn columns(&self, table: &str) -> Result<Vec<Column>> {
        let sql = if self.conn.is_postgres() {
            Sql::new(
                "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS type_name FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND is_identity = 'NO' AND table_name = ",
            )
            .bind(table)
            .push(" ORDER BY ordinal_position")
        } else {
            Sql::new("SELECT name, type AS type_name FROM pragma_table_info(")
                .bind(table)
                .push(") WHERE name <> 'seq' ORDER BY cid")
        };
        self.conn.all(sql).await
    }

    /// A row `t` with these columns as a JSON object, as SQL.
    fn json(&self, columns: &[Column]) -> String {
        if self.conn.is_postgres() {
            return "CAST(row_to_json(t) AS TEXT)".to_owned();
        }
        let mut sql = "json_object(".to_owned();
        for (index, Column { name, type_name }) in columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let value = match type_name.as_str() {
                // JSON has no bytes, and hex() makes a text of nothing.
                "BLOB" => format!("CASE WHEN t.{name} IS NOT NULL THEN hex(t.{name}) END"),
                _ => format!("t.{name}"),
            };
            let _ = write!(sql, "{comma}'{name}', {value}");
        }
        sql + ")"
    }
}
