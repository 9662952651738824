//! Writing users. An update names only the columns that change: SQLite then leaves the other indexes alone.

use quarterdeck_domain::{
    Error, OrganizationId, Result, Timestamp, UserId,
    error::Rule,
    roles::Roles,
    text::{USERNAME_RESERVED_DAYS, fold},
    users::{Contact, Seat, User, UserKind, UserStatus, UserSummary},
};
use sea_orm::{DbErr, Value};

use super::{CREDENTIALS, NotedLogin, NotedLoginRow, Users, role_bits::role_bits};
use crate::{
    conn::{failed, violated_uniqueness},
    role_grants::has_grants,
    sql::Sql,
};

/// A user that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Id.
    pub id: UserId,
    /// Who acts by it.
    pub kind: UserKind,
    /// Username.
    pub username: String,
    /// Full name.
    pub display_name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Why the status is what it is.
    pub status_reason: String,
    /// Roles.
    pub roles: Roles,
    /// Organization.
    pub organization_id: Option<OrganizationId>,
    /// Language tag.
    pub language: Option<String>,
    /// Time zone.
    pub time_zone: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// PHC string of the password, if they have one.
    pub password_hash: Option<String>,
    /// Whether the next sign-in asks for a new password.
    pub must_change_password: bool,
    /// Whether they take a seat of their organization.
    pub seat: Seat,
    /// Last sign-in.
    pub last_login_at: Option<Timestamp>,
    /// When the account is made.
    pub created_at: Timestamp,
}

const INSERT: &str = "INSERT INTO users (id, kind, username, username_key, display_name, display_name_key, email, email_key, \
    search_key, status, status_reason, organization_id, role_bits, first_name, last_name, language, time_zone, country, \
    password_hash, password_changed_at, must_change_password, seat, last_login_at, last_seen_at, version, created_at, updated_at) VALUES ";

/// Rows of one statement of a bulk load. SQLite looks for each value's name among all names of the statement, so that
/// long statements cost more for each row: 500 rows took three quarters of the time of a load for that alone.
const BULK_ROWS: usize = 40;

/// What searches look through.
pub(crate) fn search_key(username: &str, display_name: &str, email: Option<&str>) -> String {
    fold(&format!("{username}\n{display_name}\n{}", email.unwrap_or_default()))
}

fn values(user: &NewUser) -> Vec<Value> {
    let created = user.created_at.micros();
    let last_login = user.last_login_at.map_or(0, Timestamp::micros);
    vec![
        user.id.0.into(),
        user.kind.name().into(),
        user.username.as_str().into(),
        fold(&user.username).into(),
        user.display_name.as_str().into(),
        fold(&user.display_name).into(),
        user.email.clone().into(),
        user.email.as_deref().map(fold).unwrap_or_default().into(),
        search_key(&user.username, &user.display_name, user.email.as_deref()).into(),
        user.status.name().into(),
        user.status_reason.as_str().into(),
        user.organization_id.map(|id| id.0).into(),
        role_bits(user.roles).into(),
        user.first_name.as_str().into(),
        user.last_name.as_str().into(),
        user.language.clone().into(),
        user.time_zone.clone().into(),
        user.country.clone().into(),
        user.password_hash.clone().into(),
        user.password_hash.as_ref().map_or(0, |_| created).into(),
        user.must_change_password.into(),
        user.seat.name().into(),
        last_login.into(),
        last_login.into(),
        1_i64.into(),
        created.into(),
        created.into(),
    ]
}

/// Which rule a violated uniqueness stands for.
fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(index) if index.contains("email") => Rule::EmailTaken.into(),
        Some(index) if index.contains("username") => Rule::UsernameTaken.into(),
        _ => failed(error),
    }
}

impl Users<'_> {
    /// Stores a new user.
    ///
    /// # Errors
    /// `Conflict` when username or e-mail address are taken.
    pub async fn insert(&self, user: &NewUser) -> Result<()> {
        let sql = Sql::new(INSERT).push("(").bind_all(values(user)).push(")");
        self.conn.try_execute(sql).await.map_err(taken)?;
        self.insert_roles([(user.id, user.roles)]).await
    }

    /// Stores many new users at once.
    ///
    /// # Errors
    /// `Conflict` when a username or an e-mail address is taken; then the transaction is lost.
    pub async fn insert_many(&self, users: &[NewUser]) -> Result<()> {
        for users in users.chunks(BULK_ROWS) {
            let sql = users.iter().enumerate().fold(Sql::new(INSERT), |sql, (index, user)| {
                sql.push(if index == 0 { "(" } else { ", (" }).bind_all(values(user)).push(")")
            });
            self.conn.try_execute(sql).await.map_err(taken)?;
            self.insert_roles(users.iter().map(|user| (user.id, user.roles))).await?;
        }
        Ok(())
    }

    async fn insert_roles(&self, users: impl IntoIterator<Item = (UserId, Roles)>) -> Result<()> {
        let mut sql = Sql::new("INSERT INTO user_roles (user_id, role) VALUES ");
        let mut first = true;
        for (user, roles) in users {
            for role in roles.iter() {
                sql = sql.push(if first { "(" } else { ", (" }).bind(user.0).push(", ").bind(role.name()).push(")");
                first = false;
            }
        }
        if first { Ok(()) } else { self.conn.execute(sql).await.map(drop) }
    }

    /// Stores what differs between `before` and `after`, and gives the user as it is then. A reset link does not outlive
    /// what its maker's right to make it hung on.
    ///
    /// # Errors
    /// `Conflict` when username or e-mail address are taken.
    pub async fn save(&self, before: &User, after: &User, now: Timestamp) -> Result<User> {
        let mut columns = Columns::new(now);
        let (old, new) = (&before.summary, &after.summary);
        if old.username != new.username {
            columns.set("username", new.username.as_str()).set("username_key", fold(&new.username));
            self.reserve(old.id, &old.username, now).await?;
            let sql = Sql::new("UPDATE group_members SET username_key = ").bind(fold(&new.username));
            self.conn.execute(sql.push(" WHERE user_id = ").bind(old.id.0)).await?;
        }
        if old.display_name != new.display_name {
            columns.set("display_name", new.display_name.as_str()).set("display_name_key", fold(&new.display_name));
        }
        if old.email != new.email {
            columns
                .set("email", new.email.clone())
                .set("email_key", new.email.as_deref().map(fold).unwrap_or_default());
        }
        let search =
            |user: &User| search_key(&user.summary.username, &user.summary.display_name, user.summary.email.as_deref());
        columns.differing("search_key", &search(before), search(after));
        columns.differing("status", &old.status.name(), new.status.name());
        columns.differing("status_reason", &before.status_reason.as_str(), after.status_reason.as_str());
        let micros = |time: Option<Timestamp>| time.map_or(0, Timestamp::micros);
        columns.differing("status_changed_at", &micros(before.status_changed_at), micros(after.status_changed_at));
        columns.differing("organization_id", &old.organization_id.map(|id| id.0), new.organization_id.map(|id| id.0));
        columns.differing("organization_label", &before.organization_label.as_str(), after.organization_label.as_str());
        columns.differing("role_bits", &role_bits(old.roles), role_bits(new.roles));
        columns.differing("first_name", &before.first_name.as_str(), after.first_name.as_str());
        columns.differing("last_name", &before.last_name.as_str(), after.last_name.as_str());
        columns.differing("language", &before.language.clone(), after.language.clone());
        columns.differing("time_zone", &before.time_zone.clone(), after.time_zone.clone());
        columns.differing("country", &before.country.clone(), after.country.clone());
        if before.subdivisions != after.subdivisions {
            columns.set("subdivisions", serde_json::to_string(&after.subdivisions).map_err(Error::internal)?);
        }
        let contact = |user: &User| user.contact.clone().unwrap_or_default();
        let (Contact { location, platform_url, phone }, new_contact) = (contact(before), contact(after));
        columns.differing("location", &location, new_contact.location);
        columns.differing("platform_url", &platform_url, new_contact.platform_url);
        columns.differing("phone", &phone, new_contact.phone);
        columns.differing("must_change_password", &before.must_change_password, after.must_change_password);
        columns.differing("seat", &before.seat.name(), after.seat.name());
        self.conn.try_execute(columns.sql.push(" WHERE id = ").bind(old.id.0)).await.map_err(taken)?;
        if old.roles != new.roles {
            self.conn.execute(Sql::new("DELETE FROM user_roles WHERE user_id = ").bind(old.id.0)).await?;
            self.insert_roles([(old.id, new.roles)]).await?;
        }
        let link_holds = old.roles == new.roles
            && old.organization_id == new.organization_id
            && old.email == new.email
            && old.status == new.status;
        if !link_holds {
            self.remove_reset_links(old.id).await?;
        }
        let mut saved = after.clone();
        saved.summary.version += 1;
        saved.updated_at = now;
        Ok(saved)
    }

    /// Keeps the name that `user` gives up for the days of the rule, and frees it when it comes back.
    async fn reserve(&self, user: UserId, former: &str, now: Timestamp) -> Result<()> {
        let until = now.plus_seconds(USERNAME_RESERVED_DAYS * 86_400).micros();
        let sql = Sql::new("INSERT INTO reserved_usernames (username_key, user_id, until) VALUES (");
        let sql = sql.bind(fold(former)).push(", ").bind(user.0).push(", ").bind(until);
        let sql =
            sql.push(") ON CONFLICT (username_key) DO UPDATE SET user_id = excluded.user_id, until = excluded.until");
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes the links that were made for what the user was until now.
    async fn remove_reset_links(&self, id: UserId) -> Result<()> {
        self.conn.execute(Sql::new("DELETE FROM one_time_tokens WHERE user_id = ").bind(id.0)).await.map(drop)
    }

    /// Stores a new password; the version grows, and reset links stop working.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn set_password(&self, id: UserId, hash: &str, must_change: bool, now: Timestamp) -> Result<()> {
        let mut columns = Columns::new(now);
        columns
            .set("password_hash", hash)
            .set("password_changed_at", now.micros())
            .set("must_change_password", must_change);
        self.conn.execute(columns.sql.push(" WHERE id = ").bind(id.0)).await?;
        self.remove_reset_links(id).await
    }

    /// Stores the same password hashed anew; nothing else changes.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn rehash_password(&self, id: UserId, former: &str, hash: &str) -> Result<()> {
        let sql = Sql::new("UPDATE users SET password_hash = ").bind(hash).push(" WHERE id = ").bind(id.0);
        self.conn.execute(sql.push(" AND password_hash = ").bind(former)).await.map(drop)
    }

    /// Notes a sign-in, and what the user signs in with now, which nobody else changes until this transaction ends; the
    /// version stays.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn note_login(&self, id: UserId, now: Timestamp) -> Result<Option<NotedLogin>> {
        let sql = Sql::new("UPDATE users SET last_login_at = ")
            .bind(now.micros())
            .push(", last_seen_at = ")
            .bind(now.micros())
            .push(" WHERE id = ")
            .bind(id.0)
            .push(" RETURNING ")
            .push(CREDENTIALS)
            .push(", ")
            .push(&has_grants("users.id"))
            .push(" AS has_grants, ");
        let sql = match self.conn.is_postgres() {
            true => sql.push("CAST(NULL AS BIGINT)"),
            false => sql
                .push("(SELECT count(*) FROM sessions s WHERE s.user_id = users.id AND s.expires_at > ")
                .bind(now.micros())
                .push(")"),
        };
        self.conn.one::<NotedLoginRow>(sql.push(" AS sessions")).await?.map(TryInto::try_into).transpose()
    }

    /// Deletes a user with roles, sessions and one-time tokens; the username stays reserved.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, user: &UserSummary, now: Timestamp) -> Result<()> {
        self.conn.execute(Sql::new("DELETE FROM users WHERE id = ").bind(user.id.0)).await?;
        self.reserve(user.id, &user.username, now).await
    }

    /// Frees usernames whose reservation has run out.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep_reservations(&self, now: Timestamp) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM reserved_usernames WHERE until <= ").bind(now.micros())).await
    }
}

/// The columns of an update, beginning with those that every change touches.
struct Columns {
    sql: Sql,
}

impl Columns {
    fn new(now: Timestamp) -> Self {
        Self { sql: Sql::new("UPDATE users SET version = version + 1, updated_at = ").bind(now.micros()) }
    }

    fn set(&mut self, column: &str, value: impl Into<Value>) -> &mut Self {
        let sql = std::mem::take(&mut self.sql);
        self.sql = sql.push(", ").push(column).push(" = ").bind(value);
        self
    }

    fn differing<T: PartialEq + Into<Value>>(&mut self, column: &str, before: &T, after: T) {
        if *before != after {
            self.set(column, after);
        }
    }
}
