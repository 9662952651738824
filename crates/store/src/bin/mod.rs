//! The bin: what was deleted and can come back. Its rows are in no other table meanwhile.

mod amend;
mod rows;
mod source;

use quarterdeck_domain::{
    BinItemId, Error, Grant, OrganizationId, Page, Result, Timestamp, UserId,
    bin::{BinFilter, BinItem, BinKind, BinSort, DEFAULT_SORT, ListBin},
    error::Rule,
    roles::Power,
    text::fold,
};
use sea_orm::{DbErr, FromQueryResult, SqlErr};
use uuid::Uuid;

pub use rows::RestoredRows;

use crate::{
    conn::{Conn, failed, violated_uniqueness},
    cursor::{KeyValue, Keyset},
    plans::Target,
    reach::reached,
    role_grants::power_of,
    sql::Sql,
};

/// The table of what is in the bin.
pub struct Bin<'a> {
    conn: Conn<'a>,
}

/// Something that is about to be put into the bin.
#[derive(Debug, Clone)]
pub struct NewBinItem {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: BinKind,
    /// Its name.
    pub label: String,
    /// Its display name.
    pub display_name: String,
    /// Where it belongs.
    pub organization_id: Option<OrganizationId>,
    /// What power a user has over others.
    pub power: Power,
    /// How it goes there.
    pub deletion: BinDeletion,
}

/// How something goes into the bin.
#[derive(Debug, Clone)]
pub struct BinDeletion {
    /// Who takes over what others use.
    pub handed_to: Option<UserId>,
    /// Why.
    pub reason: String,
    /// Who puts it there.
    pub deleted_by: Option<UserId>,
    /// Their username.
    pub deleted_by_name: String,
    /// When.
    pub deleted_at: Timestamp,
    /// When it goes for good.
    pub purge_at: Timestamp,
}

/// Something in the bin, with what the decision about it needs.
#[derive(Debug, Clone)]
pub struct StoredBinItem {
    /// What is shown of it.
    pub item: BinItem,
    /// What power a user had over others.
    pub power: Power,
    /// Where who put it there belongs.
    pub deleter_organization_id: Option<OrganizationId>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    label: String,
    display_name: String,
    organization_id: Option<Uuid>,
    organization_name: Option<String>,
    power: i64,
    contents: String,
    reason: String,
    deleted_by: Option<Uuid>,
    deleted_by_name: String,
    deleter_organization_id: Option<Uuid>,
    deleted_at: i64,
    purge_at: i64,
}

impl TryFrom<Row> for StoredBinItem {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            item: BinItem {
                id: BinItemId(row.id),
                kind: row.kind.parse().map_err(Error::internal)?,
                label: row.label,
                display_name: row.display_name,
                organization_id: row.organization_id.map(OrganizationId),
                organization_name: row.organization_name,
                contents: serde_json::from_str(&row.contents).map_err(Error::internal)?,
                reason: row.reason,
                deleted_by: row.deleted_by.map(UserId),
                deleted_by_name: row.deleted_by_name,
                deleted_at: Timestamp::from_micros(row.deleted_at),
                purge_at: Timestamp::from_micros(row.purge_at),
            },
            power: power_of(row.power),
            deleter_organization_id: row.deleter_organization_id.map(OrganizationId),
        })
    }
}

const SELECT: &str = "SELECT b.id, b.kind, b.label, b.display_name, b.organization_id, o.display_name AS organization_name, \
    b.power, b.contents, b.reason, b.deleted_by, b.deleted_by_name, d.organization_id AS deleter_organization_id, \
    b.deleted_at, b.purge_at FROM bin_items b LEFT JOIN organizations o ON o.id = b.organization_id \
    LEFT JOIN users d ON d.id = b.deleted_by WHERE TRUE";

const fn sort_column(sort: BinSort) -> &'static str {
    match sort {
        BinSort::DeletedAt => "b.deleted_at",
        BinSort::PurgeAt => "b.purge_at",
        BinSort::Label => "b.label_key",
    }
}

/// Which rule a violated uniqueness stands for.
fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(index) if index.contains("email") => Rule::EmailTaken.into(),
        Some(index) if index.contains("username") => Rule::UsernameTaken.into(),
        Some(index) if index.contains("groups") => Rule::GroupNameTaken.into(),
        Some(index) if index.contains("saved_views") => Rule::SavedViewNameTaken.into(),
        // Something that was there a moment ago is being deleted.
        None if matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))) => {
            Error::Unavailable("what others are changing at this moment")
        }
        _ => failed(error),
    }
}

impl<'a> Bin<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Puts something into the bin, as yet without its rows. What others see of a user, shared views, is noted as theirs.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, new: &NewBinItem) -> Result<()> {
        let deletion = &new.deletion;
        let sql = Sql::new(
            "INSERT INTO bin_items (id, kind, label, label_key, display_name, display_name_key, organization_id, power, \
             handed_to, reason, deleted_by, deleted_by_name, deleted_at, purge_at) VALUES (",
        )
        .bind(new.id)
        .push(", ")
        .bind_all([new.kind.name(), &new.label, &fold(&new.label), &new.display_name, &fold(&new.display_name)])
        .push(", ")
        .bind(new.organization_id.map(Uuid::from))
        .push(", ")
        .bind(new.power as i64)
        .push(", ")
        .bind(deletion.handed_to.map(Uuid::from))
        .push(", ")
        .bind(deletion.reason.as_str())
        .push(", ")
        .bind(deletion.deleted_by.map(Uuid::from))
        .push(", ")
        .bind(deletion.deleted_by_name.as_str())
        .push(", ")
        .bind_all([deletion.deleted_at.micros(), deletion.purge_at.micros()])
        .push(")");
        self.conn.execute(sql).await?;
        match new.kind {
            BinKind::User => self.note_views(UserId(new.id)).await,
            BinKind::Group => Ok(()),
        }
    }

    /// Notes which views a user made, those that others see included: a note in place of a row, its `other_id` the view.
    async fn note_views(&self, user: UserId) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO bin_rows (item_id, source, other_id, body) SELECT owner_id, 'view', id, '{}' FROM saved_views",
        );
        self.conn.execute(sql.push(" WHERE owner_id = ").bind(user.0)).await.map(drop)
    }

    /// Gives views back to the user who made them, unless somebody has taken them over who was not named for it; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn return_views(&self, user: UserId) -> Result<u64> {
        let sql = Sql::new("UPDATE saved_views SET version = version + 1, owner_id = ").bind(user.0);
        let sql = sql.push(", private_of = CASE WHEN private_of IS NOT NULL THEN ");
        let sql = self.bind_id(sql, user.0).push(" END, place_id = CASE WHEN private_of IS NULL THEN place_id ELSE ");
        let sql = self
            .bind_id(sql, user.0)
            .push(" END WHERE id IN (SELECT other_id FROM bin_rows WHERE source = 'view' AND item_id = ");
        let sql = sql
            .bind(user.0)
            .push(") AND (owner_id IS NULL OR owner_id = (SELECT handed_to FROM bin_items WHERE bin_items.id = ");
        self.conn.try_execute(sql.bind(user.0).push("))")).await.map_err(taken)
    }

    /// Counts the members anew of the groups that memberships came back to; who was renamed meanwhile is sorted by the new name.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_members(&self, id: Uuid, kind: BinKind) -> Result<()> {
        let sql = match kind {
            // As many as came back, beside whoever comes and goes meanwhile.
            BinKind::User => Sql::new(
                "UPDATE groups SET member_count = member_count + 1 WHERE id IN \
                 (SELECT other_id FROM bin_rows WHERE source = 'group_members' AND item_id = ",
            )
            .bind(id)
            .push(")"),
            // Nobody else sees the group as yet.
            BinKind::Group => {
                let keys = Sql::new(
                    "UPDATE group_members SET username_key = (SELECT u.username_key FROM users u WHERE u.id = user_id) WHERE group_id = ",
                );
                self.conn.execute(keys.bind(id)).await?;
                Sql::new("UPDATE groups SET member_count = (SELECT count(*) FROM group_members m WHERE m.group_id = groups.id) WHERE id = ")
                    .bind(id)
            }
        };
        self.conn.execute(sql).await.map(drop)
    }

    /// An id whose type PostgreSQL would have to guess.
    fn bind_id(&self, sql: Sql, id: Uuid) -> Sql {
        if self.conn.is_postgres() { sql.push("CAST(").bind(id).push(" AS UUID)") } else { sql.bind(id) }
    }

    /// A page of what `grant` reaches in the bin.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListBin) -> Result<Page<StoredBinItem>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "b.id"))?;
        let conditions =
            |sql| self.filtered(reached(sql, grant.visibility(), Some("b.organization_id"), None), &request.filter);
        let rows = self.conn.all::<Row>(keyset.push(conditions(Sql::new(SELECT)))).await?;
        let count = conditions(Sql::new("SELECT count(*) FROM bin_items b WHERE TRUE"));
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| {
            let key = match sort.key {
                BinSort::DeletedAt => KeyValue::Number(row.deleted_at),
                BinSort::PurgeAt => KeyValue::Number(row.purge_at),
                BinSort::Label => KeyValue::Text(fold(&row.label)),
            };
            (key, row.id)
        };
        keyset.page(self.conn.database, rows, (total, true), position, TryInto::try_into)
    }

    fn filtered(&self, sql: Sql, filter: &BinFilter) -> Sql {
        let sql = sql
            .and_some("b.kind = ", filter.kind.map(BinKind::name))
            .and_some("b.organization_id = ", filter.organization_id.map(|id| id.0));
        match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            None => sql,
            Some(q) => match Uuid::try_parse(q) {
                Ok(id) => sql.push(" AND b.id = ").bind(id),
                Err(_) => {
                    let q = fold(q);
                    let sql = sql.push(" AND (").contains("b.label_key", &q).push(" OR ");
                    sql.contains("b.display_name_key", &q).push(")")
                }
            },
        }
    }

    /// What is in the bin by this id.
    ///
    /// # Errors
    /// `NotFound` when there is nothing.
    pub async fn get(&self, id: Uuid) -> Result<StoredBinItem> {
        let sql = Sql::new(SELECT).push(" AND b.id = ").bind(id);
        self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("bin item"))?.try_into()
    }

    /// The same, which nobody else brings back or deletes until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is nothing.
    pub async fn get_for_update(&self, id: Uuid) -> Result<StoredBinItem> {
        if self.conn.is_postgres() {
            self.conn.execute(Sql::new("SELECT 1 FROM bin_items WHERE id = ").bind(id).push(" FOR UPDATE")).await?;
        }
        self.get(id).await
    }

    /// Those of `ids` that are in the bin within reach of `grant`, by id, with the power that they had.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, grant: &Grant, ids: &[Uuid]) -> Result<Vec<StoredBinItem>> {
        let sql = reached(Sql::new(SELECT), grant.visibility(), Some("b.organization_id"), None).push(" AND b.id IN (");
        let rows = self.conn.all::<Row>(sql.list(ids, self.conn.backend())?.push(") ORDER BY b.id")).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The groups of an organization that are in the bin, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn groups_of(&self, organization: OrganizationId) -> Result<Vec<BinItem>> {
        let sql = Sql::new(SELECT).push(" AND b.kind = ").bind(BinKind::Group.name()).push(" AND b.organization_id = ");
        let rows = self.conn.all::<Row>(sql.bind(organization.0).push(" ORDER BY b.id")).await?;
        rows.into_iter().map(|row| StoredBinItem::try_from(row).map(|stored| stored.item)).collect()
    }

    /// Removes something from the bin with the rows that are still kept under it; whether it was there.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: Uuid) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM bin_items WHERE id = ").bind(id)).await? > 0)
    }

    /// What has been in the bin for as long as it was to be kept, the first `limit`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn due(&self, now: Timestamp, limit: i64) -> Result<Vec<Target>> {
        let sql = Sql::new("SELECT id, label FROM bin_items WHERE purge_at <= ").bind(now.micros());
        self.conn.all(sql.push(" ORDER BY purge_at, id").limit(limit)).await
    }
}
