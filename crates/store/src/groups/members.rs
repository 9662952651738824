//! Who is in a group, and in which groups somebody is.

use quarterdeck_domain::{
    Error, Grant, GroupId, Page, Result, Timestamp, UserId, Visibility,
    error::Rule,
    groups::{
        DEFAULT_MEMBER_SORT, DEFAULT_USER_GROUP_SORT, GroupMember, ListGroupMembers, ListUserGroups, MemberSort,
        NamedUser, Standing, UserGroupSort,
    },
    text::fold,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Groups, standing};
use crate::{
    conn::{IdRow, failed, violated_uniqueness},
    cursor::{KeyValue, Keyset},
    reach,
    sql::Sql,
};

const SELECT: &str = "SELECT m.group_id, g.name AS group_name, g.display_name AS group_display_name, m.user_id, u.username, \
    u.display_name, u.status, m.standing, m.created_at";
const FROM: &str =
    " FROM group_members m JOIN groups g ON g.id = m.group_id JOIN users u ON u.id = m.user_id WHERE TRUE";

#[derive(FromQueryResult)]
struct MemberRow {
    group_id: Uuid,
    group_name: String,
    group_display_name: String,
    user_id: Uuid,
    username: String,
    display_name: String,
    status: String,
    standing: String,
    created_at: i64,
}

#[derive(FromQueryResult)]
struct StandingRow {
    standing: String,
}

impl TryFrom<MemberRow> for GroupMember {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self> {
        Ok(Self {
            group_id: GroupId(row.group_id),
            group_name: row.group_name,
            group_display_name: row.group_display_name,
            user_id: UserId(row.user_id),
            username: row.username,
            display_name: row.display_name,
            status: row.status.parse().map_err(Error::internal)?,
            standing: standing(&row.standing)?,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

impl Groups<'_> {
    /// A page of the members of a group, which `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn members(&self, id: GroupId, grant: &Grant, request: &ListGroupMembers) -> Result<Page<GroupMember>> {
        let sort = request.sort.unwrap_or(DEFAULT_MEMBER_SORT);
        let column = match sort.key {
            MemberSort::Username => "m.username_key",
            MemberSort::CreatedAt => "m.created_at",
        };
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (column, "m.user_id"))?;
        let filter = &request.filter;
        let conditions = |sql: Sql| {
            let sql = sql.push(" AND m.group_id = ").bind(id.0);
            let sql = sql.and_some("m.standing = ", filter.standing.map(Standing::name));
            match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
                Some(q) => {
                    let sql = sql.push(" AND (").contains("u.username_key", &fold(q));
                    sql.push(" OR ").contains("u.display_name_key", &fold(q)).push(")")
                }
                None => sql,
            }
        };
        let rows = self.conn.all(keyset.push(conditions(Sql::new(SELECT).push(FROM)))).await?;
        let count = if filter.q.is_none() { " FROM group_members m WHERE TRUE" } else { FROM };
        let total = self.conn.number(conditions(Sql::new("SELECT count(*)").push(count))).await?.unsigned_abs();
        let position = |row: &MemberRow| {
            let value = match sort.key {
                MemberSort::Username => KeyValue::Text(fold(&row.username)),
                MemberSort::CreatedAt => KeyValue::Number(row.created_at),
            };
            (value, row.user_id)
        };
        keyset.page(self.conn.database, rows, (total, true), position, GroupMember::try_from)
    }

    /// A page of the groups of a user that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn of_user(&self, user: UserId, grant: &Grant, request: &ListUserGroups) -> Result<Page<GroupMember>> {
        let sort = request.sort.unwrap_or(DEFAULT_USER_GROUP_SORT);
        let column = match sort.key {
            UserGroupSort::GroupName => "g.name_key",
            UserGroupSort::CreatedAt => "m.created_at",
        };
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (column, "m.group_id"))?;
        let conditions = |sql: Sql| {
            let sql = reached(sql.push(FROM), grant).push(" AND m.user_id = ").bind(user.0);
            sql.and_some("m.standing = ", request.filter.standing.map(Standing::name))
        };
        let rows = self.conn.all(keyset.push(conditions(Sql::new(SELECT)))).await?;
        let total = self.conn.number(conditions(Sql::new("SELECT count(*)"))).await?.unsigned_abs();
        let position = |row: &MemberRow| {
            let value = match sort.key {
                UserGroupSort::GroupName => KeyValue::Text(fold(&row.group_name)),
                UserGroupSort::CreatedAt => KeyValue::Number(row.created_at),
            };
            (value, row.group_id)
        };
        keyset.page(self.conn.database, rows, (total, true), position, GroupMember::try_from)
    }

    /// A member of a group.
    ///
    /// # Errors
    /// `NotFound` when the user is not in it.
    pub async fn member(&self, id: GroupId, user: UserId) -> Result<GroupMember> {
        let sql = Sql::new(SELECT).push(FROM).push(" AND m.group_id = ").bind(id.0).push(" AND m.user_id = ");
        self.conn.one::<MemberRow>(sql.bind(user.0)).await?.ok_or(Error::NotFound("member"))?.try_into()
    }

    /// What a user is in a group, if they are in it.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn standing(&self, id: GroupId, user: UserId) -> Result<Option<Standing>> {
        let sql = Sql::new("SELECT standing FROM group_members WHERE group_id = ").bind(id.0).push(" AND user_id = ");
        let row = self.conn.one::<StandingRow>(sql.bind(user.0)).await?;
        row.map(|row| standing(&row.standing)).transpose()
    }

    /// The user who is named, if there is one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find_user(&self, named: NamedUser<'_>) -> Result<Option<UserId>> {
        let sql = Sql::new("SELECT id FROM users WHERE ");
        let sql = match named {
            NamedUser::Id(id) => sql.push("id = ").bind(id.0),
            NamedUser::Username(name) => sql.push("username_key = ").bind(fold(name)),
        };
        Ok(self.conn.one::<IdRow>(sql).await?.map(|row| UserId(row.id)))
    }

    /// Groups of a user within the reach of `seen`, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn ids_of_user(&self, user: UserId, seen: &Visibility) -> Result<Vec<GroupId>> {
        let sql = Sql::new("SELECT g.id FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = ");
        let sql = reach::reached(sql.bind(user.0), seen, Some("g.organization_id"), Some("m.user_id"));
        let rows = self.conn.all::<IdRow>(sql.push(" ORDER BY g.id")).await?;
        Ok(rows.into_iter().map(|row| GroupId(row.id)).collect())
    }

    /// Adds a user to a group, which is locked.
    ///
    /// # Errors
    /// `Conflict` when they are in it already.
    pub async fn add_member(
        &self,
        id: GroupId,
        user: UserId,
        username: &str,
        standing: Standing,
        now: Timestamp,
    ) -> Result<()> {
        let sql =
            Sql::new("INSERT INTO group_members (group_id, user_id, username_key, standing, created_at) VALUES (")
                .bind_all([id.0, user.0])
                .push(", ")
                .bind_all([fold(username).as_str(), standing.name()])
                .push(", ")
                .bind(now.micros())
                .push(")");
        self.conn.try_execute(sql).await.map_err(|error| match violated_uniqueness(&error) {
            Some(_) => Rule::GroupMemberExists.into(),
            None => failed(error),
        })?;
        self.count(id, " + 1").await
    }

    /// Stores what a member is.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn set_standing(&self, id: GroupId, user: UserId, standing: Standing) -> Result<()> {
        let sql = Sql::new("UPDATE group_members SET standing = ").bind(standing.name());
        let sql = sql.push(" WHERE group_id = ").bind(id.0).push(" AND user_id = ").bind(user.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Takes a user out of a group, which is locked; whether they were in it.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn remove_member(&self, id: GroupId, user: UserId) -> Result<bool> {
        let sql = Sql::new("DELETE FROM group_members WHERE group_id = ").bind(id.0).push(" AND user_id = ");
        if self.conn.execute(sql.bind(user.0)).await? == 0 {
            return Ok(false);
        }
        self.count(id, " - 1").await?;
        Ok(true)
    }

    async fn count(&self, id: GroupId, change: &str) -> Result<()> {
        let sql = Sql::new("UPDATE groups SET member_count = member_count").push(change).push(" WHERE id = ");
        self.conn.execute(sql.bind(id.0)).await.map(drop)
    }
}

/// Those of the groups `g` with their members `m` that `grant` reaches; one's own groups are all there for oneself.
fn reached(sql: Sql, grant: &Grant) -> Sql {
    reach::reached(sql, grant.visibility(), Some("g.organization_id"), Some("m.user_id"))
}
