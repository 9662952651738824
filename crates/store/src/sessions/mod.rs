//! Sessions. A session that ended is deleted: the audit log remembers it.

mod ending;

pub use ending::SessionScope;

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Page, Result, SessionId, Timestamp, UserId, Visibility,
    audit::OUTSIDER,
    role_grants::HeldGrant,
    roles::Roles,
    sessions::{ClientKind, DEFAULT_SORT, ListSessions, Session, SessionFilter, SessionSort},
    text::fold,
    users::UserStatus,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    role_grants::{has_grants, held_by},
    sql::Sql,
    users::roles_of,
};

/// The table of sessions.
pub struct Sessions<'a> {
    conn: Conn<'a>,
}

/// A session that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Id.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// The session that it began in and ends with, when somebody acts as the user.
    pub parent_id: Option<SessionId>,
    /// Kind of client.
    pub client: ClientKind,
    /// Whether it was made with "remember me".
    pub remembered: bool,
    /// Address of the client.
    pub address: String,
    /// User agent as sent.
    pub user_agent: String,
    /// Device as read from it.
    pub device: String,
    /// Seconds without use after which it ends.
    pub idle_seconds: i64,
    /// When it begins.
    pub created_at: Timestamp,
    /// When it ends in any case.
    pub absolute_expires_at: Timestamp,
}

/// Who a session belongs to and what they may do: read on each request.
#[derive(Debug, Clone)]
pub struct ActorRow {
    /// Whose session it is.
    pub user_id: UserId,
    /// The session that it began in, when somebody acts as the user.
    pub parent_id: Option<SessionId>,
    /// Username.
    pub username: String,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Roles held.
    pub roles: Roles,
    /// Role grants in force.
    pub grants: Vec<HeldGrant>,
    /// Where they belong.
    pub organization_id: Option<OrganizationId>,
    /// Whether a new password is due.
    pub must_change_password: bool,
    /// When the password was last given.
    pub authenticated_at: Timestamp,
    /// When the session ends unless it is used.
    pub expires_at: Timestamp,
    /// When it ends in any case.
    pub absolute_expires_at: Timestamp,
}

/// What a refresh is checked against.
#[derive(Debug, Clone)]
pub struct RefreshRow {
    /// Whose session it is.
    pub user_id: UserId,
    /// The session that it began in, when somebody acts as the user.
    pub parent_id: Option<SessionId>,
    /// Kind of client.
    pub client: ClientKind,
    /// Whether it was made with "remember me".
    pub remembered: bool,
    /// Number of the refresh token in force.
    pub generation: u32,
    /// When the session ends unless it is used.
    pub expires_at: Timestamp,
    /// When it ends in any case.
    pub absolute_expires_at: Timestamp,
}

#[derive(FromQueryResult)]
struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    username: String,
    display_name: String,
    role_bits: i64,
    client: String,
    address: String,
    device: String,
    user_agent: String,
    remembered: bool,
    impersonator: Option<String>,
    impersonator_organization_id: Option<Uuid>,
    created_at: i64,
    authenticated_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

#[derive(FromQueryResult)]
struct RawActorRow {
    user_id: Uuid,
    parent_id: Option<Uuid>,
    username: String,
    status: String,
    role_bits: i64,
    organization_id: Option<Uuid>,
    has_grants: bool,
    must_change_password: bool,
    authenticated_at: i64,
    expires_at: i64,
    absolute_expires_at: i64,
}

#[derive(FromQueryResult)]
struct RawRefreshRow {
    user_id: Uuid,
    parent_id: Option<Uuid>,
    client: String,
    remembered: bool,
    refresh_generation: i64,
    expires_at: i64,
    absolute_expires_at: i64,
}

const SELECT: &str = "SELECT s.id, s.user_id, u.username, u.display_name, u.role_bits, s.client, s.address, s.device, \
    s.user_agent, s.remembered, i.impersonator_name AS impersonator, \
    b.organization_id AS impersonator_organization_id, s.created_at, s.authenticated_at, s.last_seen_at, s.expires_at \
    FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN impersonations i ON i.id = s.id \
    LEFT JOIN users b ON b.id = i.impersonator_id WHERE s.expires_at > ";

impl SessionRow {
    /// The session as somebody sees it who sees so far: who of outside acts in it, from where, is for its user.
    fn session(mut self, seen: &Visibility, current: Option<SessionId>) -> Result<Session> {
        let home = self.impersonator_organization_id.map(OrganizationId);
        if self.impersonator.is_some() && !seen.covers(home, Some(UserId(self.user_id))) {
            self.impersonator = Some(OUTSIDER.to_owned());
            [&mut self.address, &mut self.device, &mut self.user_agent].into_iter().for_each(String::clear);
        }
        Ok(Session {
            id: SessionId(self.id),
            user_id: UserId(self.user_id),
            username: self.username,
            display_name: self.display_name,
            roles: roles_of(self.role_bits),
            client: self.client.parse().map_err(Error::internal)?,
            address: self.address,
            device: self.device,
            user_agent: self.user_agent,
            remembered: self.remembered,
            impersonator: self.impersonator,
            is_current: current == Some(SessionId(self.id)),
            created_at: Timestamp::from_micros(self.created_at),
            authenticated_at: Timestamp::from_micros(self.authenticated_at),
            last_seen_at: Timestamp::from_micros(self.last_seen_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

impl<'a> Sessions<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Stores a new session.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, session: &NewSession) -> Result<()> {
        let now = session.created_at;
        let expires = now.plus_seconds(session.idle_seconds).min(session.absolute_expires_at);
        let sql = Sql::new(
            "INSERT INTO sessions (id, user_id, client, remembered, refresh_generation, address, user_agent, device, \
            idle_seconds, created_at, authenticated_at, last_seen_at, absolute_expires_at, expires_at, parent_id) VALUES (",
        )
        .bind_all([session.id.0, session.user_id.0])
        .push(", ")
        .bind(session.client.name())
        .push(", ")
        .bind(session.remembered)
        .push(", 0, ")
        .bind_all([session.address.as_str(), session.user_agent.as_str(), session.device.as_str()])
        .push(", ")
        .bind_all([
            session.idle_seconds,
            now.micros(),
            now.micros(),
            now.micros(),
            session.absolute_expires_at.micros(),
            expires.micros(),
        ])
        .push(", ")
        .bind(session.parent_id.map(|id| id.0))
        .push(")");
        self.conn.execute_later(sql).await
    }

    /// Who the session belongs to, unless it has ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find_actor(&self, id: SessionId, now: Timestamp) -> Result<Option<ActorRow>> {
        let sql = Sql::new(
            "SELECT s.user_id, s.parent_id, u.username, u.status, u.organization_id, u.must_change_password, s.authenticated_at, \
             s.expires_at, s.absolute_expires_at, u.role_bits, ",
        )
        .push(&has_grants("u.id"))
        .push(" AS has_grants FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ")
        .bind(id.0)
        .push(" AND s.expires_at > ")
        .bind(now.micros());
        let Some(row) = self.conn.one::<RawActorRow>(sql).await? else { return Ok(None) };
        let user_id = UserId(row.user_id);
        Ok(Some(ActorRow {
            user_id,
            parent_id: row.parent_id.map(SessionId),
            username: row.username,
            status: row.status.parse().map_err(Error::internal)?,
            roles: roles_of(row.role_bits),
            grants: if row.has_grants { held_by(&self.conn, user_id, now).await? } else { Vec::new() },
            organization_id: row.organization_id.map(OrganizationId),
            must_change_password: row.must_change_password,
            authenticated_at: Timestamp::from_micros(row.authenticated_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            absolute_expires_at: Timestamp::from_micros(row.absolute_expires_at),
        }))
    }

    /// What a refresh is checked against; nobody else refreshes until this transaction ends.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find_for_refresh(&self, id: SessionId, now: Timestamp) -> Result<Option<RefreshRow>> {
        let sql = Sql::new("SELECT user_id, parent_id, client, remembered, refresh_generation, expires_at, absolute_expires_at FROM sessions WHERE id = ")
            .bind(id.0)
            .push(" AND expires_at > ")
            .bind(now.micros())
            .push(if self.conn.is_postgres() { " FOR UPDATE" } else { "" });
        let row = self.conn.one::<RawRefreshRow>(sql).await?;
        row.map(|row| {
            Ok(RefreshRow {
                user_id: UserId(row.user_id),
                parent_id: row.parent_id.map(SessionId),
                client: row.client.parse().map_err(Error::internal)?,
                remembered: row.remembered,
                generation: u32::try_from(row.refresh_generation).unwrap_or(u32::MAX),
                expires_at: Timestamp::from_micros(row.expires_at),
                absolute_expires_at: Timestamp::from_micros(row.absolute_expires_at),
            })
        })
        .transpose()
    }

    /// Stores the number of the refresh token in force and notes the use.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn rotate(&self, id: SessionId, generation: u32, address: &str, now: Timestamp) -> Result<()> {
        let sql = Sql::new("UPDATE sessions SET refresh_generation = ").bind(i64::from(generation));
        let sql = touched(sql.push(", address = ").bind(address).push(", "), now);
        self.conn.execute(sql.push(" WHERE id = ").bind(id.0)).await.map(drop)
    }

    /// Notes that the password was given again; whether there is such a session.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn authenticate(&self, id: SessionId, now: Timestamp) -> Result<bool> {
        let sql = Sql::new("UPDATE sessions SET authenticated_at = ").bind(now.micros());
        let sql = sql.push(" WHERE id = ").bind(id.0).push(" AND expires_at > ").bind(now.micros());
        Ok(self.conn.execute(sql).await? > 0)
    }

    /// Notes the last use of sessions and their users, and moves the end of idle time.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn touch(&self, uses: &[(SessionId, UserId, Timestamp)]) -> Result<()> {
        for (session, user, at) in uses {
            let sql = touched(Sql::new("UPDATE sessions SET "), *at).push(" WHERE id = ").bind(session.0);
            self.conn.execute(sql.push(" AND last_seen_at < ").bind(at.micros())).await?;
            let sql = Sql::new("UPDATE users SET last_seen_at = ").bind(at.micros()).push(" WHERE id = ").bind(user.0);
            self.conn.execute(sql.push(" AND last_seen_at < ").bind(at.micros())).await?;
        }
        Ok(())
    }

    /// A page of the sessions that have not ended and that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(
        &self,
        grant: &Grant,
        request: &ListSessions,
        current: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Page<Session>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let column = match sort.key {
            SessionSort::CreatedAt => "s.created_at",
            SessionSort::LastSeenAt => "s.last_seen_at",
        };
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (column, "s.id"))?;
        let sql = conditions(Sql::new(SELECT).bind(now.micros()), grant, &request.filter);
        let rows = self.conn.all::<SessionRow>(keyset.push(sql)).await?;
        let count = Sql::new("SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.expires_at > ")
            .bind(now.micros());
        let total = self.conn.number(conditions(count, grant, &request.filter)).await?.unsigned_abs();
        let position = |row: &SessionRow| {
            (
                KeyValue::Number(if sort.key == SessionSort::CreatedAt { row.created_at } else { row.last_seen_at }),
                row.id,
            )
        };
        keyset.page(self.conn.database, rows, (total, true), position, |row| row.session(grant.visibility(), current))
    }

    /// The session, unless it has ended, as somebody sees it who sees so far.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(
        &self,
        id: SessionId,
        seen: &Visibility,
        current: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Session> {
        let sql = Sql::new(SELECT).bind(now.micros()).push(" AND s.id = ").bind(id.0);
        self.conn.one::<SessionRow>(sql).await?.ok_or(Error::NotFound("session"))?.session(seen, current)
    }
}

/// Goes on with the columns of a use at `now`.
fn touched(sql: Sql, now: Timestamp) -> Sql {
    let at = now.micros();
    sql.push("last_seen_at = ")
        .bind(at)
        .push(", expires_at = CASE WHEN absolute_expires_at < ")
        .bind(at)
        .push(" + idle_seconds * 1000000 THEN absolute_expires_at ELSE ")
        .bind(at)
        .push(" + idle_seconds * 1000000 END")
}

fn conditions(sql: Sql, grant: &Grant, filter: &SessionFilter) -> Sql {
    let sql = reached(sql, grant.visibility(), Some("u.organization_id"), Some("s.user_id"));
    let sql = sql
        .and_some("s.user_id = ", filter.user_id.map(|id| id.0))
        .and_some("u.organization_id = ", filter.organization_id.map(|id| id.0))
        .and_some("s.client = ", filter.client.map(quarterdeck_domain::sessions::ClientKind::name));
    match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => sql.push(" AND (").contains("u.search_key", &fold(q)).push(" OR s.address = ").bind(q).push(")"),
        None => sql,
    }
}
