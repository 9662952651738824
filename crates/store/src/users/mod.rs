//! Users: reading, listing, writing.

mod condition;
mod list;
mod matching;
mod named;
mod role_bits;
mod row;
mod selection;
mod write;

pub use condition::Condition;
pub(crate) use matching::Matches;
pub(crate) use role_bits::{role_bits, roles_of};

pub use row::time_or_never;
pub use selection::UserSelection;
pub use write::NewUser;
pub(crate) use write::search_key;

use std::collections::HashSet;

use quarterdeck_domain::{
    Error, OrganizationId, Result, Timestamp, UserId,
    roles::Roles,
    text::fold,
    users::{User, UserStatus},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::{Conn, IdRow},
    reach::is_one_of,
    sql::Sql,
};

/// The table of users.
pub struct Users<'a> {
    conn: Conn<'a>,
}

/// What a sign-in is checked against.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Whose.
    pub id: UserId,
    /// Username.
    pub username: String,
    /// Where they belong.
    pub organization_id: Option<OrganizationId>,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// PHC string, if they have a password.
    pub password_hash: Option<String>,
    /// Roles held.
    pub roles: Roles,
    /// Number of the last change.
    pub version: u32,
}

/// Who signed in, as they are now.
#[derive(Debug, Clone)]
pub struct NotedLogin {
    /// Who, and with what.
    pub credentials: Credentials,
    /// Their sessions before this one; unknown on PostgreSQL, where sign-ins at once do not see each other's.
    pub sessions: Option<i64>,
    /// Whether they have role grants, in force or not.
    pub has_grants: bool,
}

/// A user who signs in.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The user.
    pub user: User,
    /// PHC string, if they have a password.
    pub password_hash: Option<String>,
}

#[derive(FromQueryResult)]
struct CandidateRow {
    #[sea_orm(nested)]
    user: row::UserRow,
    password_hash: Option<String>,
}

/// Columns of a [`CredentialsRow`].
const CREDENTIALS: &str = "id, username, organization_id, status, password_hash, role_bits, version";

#[derive(FromQueryResult)]
struct CredentialsRow {
    id: Uuid,
    username: String,
    organization_id: Option<Uuid>,
    status: String,
    password_hash: Option<String>,
    role_bits: i64,
    version: i64,
}

#[derive(FromQueryResult)]
struct NotedLoginRow {
    #[sea_orm(nested)]
    credentials: CredentialsRow,
    sessions: Option<i64>,
    has_grants: bool,
}

impl TryFrom<NotedLoginRow> for NotedLogin {
    type Error = Error;

    fn try_from(row: NotedLoginRow) -> Result<Self> {
        let NotedLoginRow { credentials, sessions, has_grants } = row;
        Ok(Self { credentials: credentials.try_into()?, sessions, has_grants })
    }
}

impl TryFrom<CredentialsRow> for Credentials {
    type Error = Error;

    fn try_from(row: CredentialsRow) -> Result<Self> {
        Ok(Self {
            id: UserId(row.id),
            username: row.username,
            organization_id: row.organization_id.map(OrganizationId),
            status: row.status.parse().map_err(Error::internal)?,
            password_hash: row.password_hash,
            roles: roles_of(row.role_bits),
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
        })
    }
}

impl<'a> Users<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The user.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: UserId, now: Timestamp) -> Result<User> {
        self.find(id, now).await?.ok_or(Error::NotFound("user"))
    }

    /// The user, if there is one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, id: UserId, now: Timestamp) -> Result<Option<User>> {
        let sql = Self::select_user(now).push(" WHERE u.id = ").bind(id.0);
        self.conn.one::<row::UserRow>(sql).await?.map(User::try_from).transpose()
    }

    /// The user for a change: nobody else changes it until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: UserId, now: Timestamp) -> Result<User> {
        if self.conn.is_postgres() {
            self.conn.execute(Sql::new("SELECT 1 FROM users WHERE id = ").bind(id.0).push(" FOR UPDATE")).await?;
        }
        self.get(id, now).await
    }

    /// Makes others wait who would change one of these users, before any of them is changed.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn lock(&self, ids: &[Uuid]) -> Result<()> {
        if self.conn.is_postgres() {
            let sql = Sql::new("SELECT 1 FROM users WHERE id IN (").list(ids, self.conn.backend())?;
            self.conn.execute(sql.push(") ORDER BY id FOR UPDATE")).await?;
        }
        Ok(())
    }

    /// Those of `users` who belong to one of `organizations`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn members_of(
        &self,
        organizations: &[OrganizationId],
        users: &HashSet<UserId>,
    ) -> Result<HashSet<UserId>> {
        let sql = is_one_of(Sql::new("SELECT id FROM users WHERE "), "organization_id", organizations);
        let sql = sql.push(" AND id IN (");
        let rows = self.conn.all::<IdRow>(sql.bind_all(users.iter().map(|id| id.0)).push(")")).await?;
        Ok(rows.into_iter().map(|row| UserId(row.id)).collect())
    }

    fn select_user(now: Timestamp) -> Sql {
        row::push_details(row::select_summary(now), now).push(row::FROM)
    }

    /// Who signs in as `login`, a username or an e-mail address in any case.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find_candidate(&self, login: &str, now: Timestamp) -> Result<Option<Candidate>> {
        let sql = row::push_details(row::select_summary(now), now).push(", u.password_hash").push(row::FROM);
        let column = if login.contains('@') { " WHERE u.email_key = " } else { " WHERE u.username_key = " };
        let row = self.conn.one::<CandidateRow>(sql.push(column).bind(fold(login))).await?;
        row.map(|row| Ok(Candidate { user: row.user.try_into()?, password_hash: row.password_hash })).transpose()
    }

    /// What the sign-in of a known user is checked against.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>> {
        let sql = Sql::new("SELECT ").push(CREDENTIALS).push(" FROM users WHERE id = ").bind(id.0);
        self.credentials_row(sql).await
    }

    async fn credentials_row(&self, sql: Sql) -> Result<Option<Credentials>> {
        self.conn.one::<CredentialsRow>(sql).await?.map(Credentials::try_from).transpose()
    }

    /// How many people are administrators and may sign in.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_active_admins(&self) -> Result<u64> {
        let sql = Sql::new(
            "SELECT count(*) FROM user_roles r JOIN users u ON u.id = r.user_id WHERE r.role = 'admin' AND u.status = 'active' AND u.kind = 'person'",
        );
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// Whether `username` is a former name of somebody else than `user` and reserved at `now`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn is_reserved(&self, username: &str, user: Option<UserId>, now: Timestamp) -> Result<bool> {
        let sql = Sql::new("SELECT count(*) FROM reserved_usernames WHERE username_key = ").bind(fold(username));
        let sql = sql.push(" AND until > ").bind(now.micros()).and_some("user_id <> ", user.map(|user| user.0));
        Ok(self.conn.number(sql).await? > 0)
    }

    /// People who are administrators, for the command line.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn administrators(&self, now: Timestamp) -> Result<Vec<quarterdeck_domain::users::UserSummary>> {
        let sql = row::select_summary(now).push(row::FROM);
        let sql =
            sql.push(" WHERE u.kind = 'person' AND u.id IN (SELECT user_id FROM user_roles WHERE role = 'admin') ORDER BY u.username_key");
        self.conn.all::<row::SummaryRow>(sql).await?.into_iter().map(TryInto::try_into).collect()
    }
}
