//! Audit events. Their chain is in [`crate::audit_chain`].

use quarterdeck_domain::{
    Actor, ApiKeyId, Error, EventId, Grant, OrganizationId, Page, Permission, Result, SessionId, Timestamp, UserId,
    audit::{
        ActorType, AuditEvent, AuditFilter, AuditSort, DEFAULT_SORT, Event, EventActor, EventImpersonator, EventTarget,
        ListAuditEvents,
    },
    page::Sort,
    policy::ActorKind,
};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::{
    audit_reach::AuditReach,
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
};

/// The table of audit events.
pub struct AuditEvents<'a> {
    pub(crate) conn: Conn<'a>,
}

/// Who and which request caused the events of a commit.
#[derive(Debug, Clone)]
pub struct EventContext {
    actor: EventActor,
    impersonator: Option<EventImpersonator>,
    /// The session or the API key that the request came by.
    credential: Option<Uuid>,
    request_id: String,
    address: String,
    user_agent: String,
}

impl EventContext {
    /// A known actor.
    #[must_use]
    pub fn of(actor: &Actor, request_id: &str, address: &str, user_agent: &str) -> Self {
        let id = actor.user_id();
        let (kind, credential) = match actor.kind {
            ActorKind::User { session_id, .. } => (ActorType::User, Some(session_id.0)),
            ActorKind::ApiKey { id, .. } => (ActorType::ApiKey, Some(id.0)),
            ActorKind::System => (ActorType::System, None),
        };
        let event_actor = EventActor { kind, id, label: actor.label.clone() };
        let by = actor.impersonator.as_ref();
        let impersonator = by.map(|by| EventImpersonator { id: Some(by.id), label: by.label.clone() });
        Self { credential, impersonator, ..Self::new(event_actor, request_id, address, user_agent) }
    }

    /// Nobody known.
    #[must_use]
    pub fn anonymous(request_id: &str, address: &str, user_agent: &str) -> Self {
        let actor = EventActor { kind: ActorType::Anonymous, id: None, label: "anonymous".to_owned() };
        Self::new(actor, request_id, address, user_agent)
    }

    fn new(actor: EventActor, request_id: &str, address: &str, user_agent: &str) -> Self {
        Self {
            actor,
            impersonator: None,
            credential: None,
            request_id: request_id.to_owned(),
            address: address.to_owned(),
            user_agent: user_agent.to_owned(),
        }
    }
}

/// An event with its place in the chain.
#[derive(Debug, Clone)]
pub struct SealedEvent {
    /// Place in the chain.
    pub sequence: u64,
    /// The event.
    pub event: AuditEvent,
}

/// Columns of a [`Row`].
pub(crate) const COLUMNS: &str = "e.id, e.at, e.action, e.outcome, e.permission, e.actor_kind, e.actor_id, e.actor_label, e.target_kind, \
    e.target_id, e.target_label, e.organization_id, e.reason, e.changes, e.address, e.user_agent, e.request_id, e.session_id, \
    e.impersonator_id, e.impersonator_label, e.sequence, e.hash";

/// An event as it is stored.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Row {
    pub id: Uuid,
    pub at: i64,
    pub action: String,
    pub outcome: String,
    pub permission: String,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_label: String,
    pub target_kind: String,
    pub target_id: String,
    pub target_label: String,
    pub organization_id: Option<Uuid>,
    pub reason: String,
    pub changes: String,
    pub address: String,
    pub user_agent: String,
    pub request_id: String,
    /// The session, or the API key where the actor is one.
    pub session_id: Option<Uuid>,
    pub impersonator_id: Option<Uuid>,
    pub impersonator_label: Option<String>,
    pub sequence: Option<i64>,
    pub hash: Option<String>,
}

impl TryFrom<Row> for AuditEvent {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let kind = row.actor_kind.parse().map_err(Error::internal)?;
        let (session, api_key) = match kind {
            ActorType::ApiKey => (None, row.session_id),
            _ => (row.session_id, None),
        };
        Ok(Self {
            id: EventId(row.id),
            at: Timestamp::from_micros(row.at),
            action: row.action.parse().map_err(Error::internal)?,
            outcome: row.outcome.parse().map_err(Error::internal)?,
            permission: row.permission.parse().map_err(Error::internal)?,
            actor: EventActor { kind, id: row.actor_id.map(UserId), label: row.actor_label },
            impersonator: row.impersonator_id.map(|id| EventImpersonator {
                id: Some(UserId(id)),
                label: row.impersonator_label.unwrap_or_default(),
            }),
            target: EventTarget {
                kind: row.target_kind.parse().map_err(Error::internal)?,
                id: row.target_id,
                label: row.target_label,
            },
            organization_id: row.organization_id.map(OrganizationId),
            reason: row.reason,
            changes: serde_json::from_str(&row.changes).map_err(Error::internal)?,
            address: row.address,
            user_agent: row.user_agent,
            request_id: row.request_id,
            session_id: session.map(SessionId),
            api_key_id: api_key.map(ApiKeyId),
            sequence: row.sequence.map(i64::unsigned_abs),
            hash: row.hash,
        })
    }
}

impl TryFrom<Row> for SealedEvent {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self { sequence: row.sequence.unwrap_or_default().unsigned_abs(), event: row.try_into()? })
    }
}

const INSERT: &str = "INSERT INTO audit_events (id, at, action, outcome, permission, actor_kind, actor_id, actor_label, \
    target_kind, target_id, target_label, organization_id, reason, changes, address, user_agent, request_id, session_id, \
    impersonator_id, impersonator_label) VALUES ";

/// Events of one statement.
const BULK_ROWS: usize = 40;

fn values(
    id: EventId,
    permission: Permission,
    context: &EventContext,
    now: Timestamp,
    event: &Event,
) -> Result<Vec<Value>> {
    Ok(vec![
        id.0.into(),
        now.micros().into(),
        event.action.name().into(),
        event.outcome.name().into(),
        permission.name().into(),
        context.actor.kind.name().into(),
        context.actor.id.map(|id| id.0).into(),
        context.actor.label.as_str().into(),
        event.target.kind.name().into(),
        event.target.id.as_str().into(),
        event.target.label.as_str().into(),
        event.organization_id.map(|id| id.0).into(),
        event.reason.as_str().into(),
        serde_json::to_string(&event.changes).map_err(Error::internal)?.into(),
        context.address.as_str().into(),
        context.user_agent.as_str().into(),
        context.request_id.as_str().into(),
        context.credential.into(),
        context.impersonator.as_ref().and_then(|by| by.id).map(|id| id.0).into(),
        context.impersonator.as_ref().map(|by| by.label.as_str()).into(),
    ])
}

impl<'a> AuditEvents<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Stores the events of a commit.
    pub(crate) async fn insert(
        &self,
        permission: Permission,
        context: &EventContext,
        now: Timestamp,
        events: &[(EventId, &Event)],
    ) -> Result<()> {
        for events in events.chunks(BULK_ROWS) {
            let mut sql = Sql::new(INSERT);
            for (index, (id, event)) in events.iter().enumerate() {
                sql = sql.push(if index == 0 { "(" } else { ", (" });
                sql = sql.bind_all(values(*id, permission, context, now, event)?).push(")");
            }
            self.conn.execute_later(sql).await?;
        }
        Ok(())
    }

    /// A page of the events that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListAuditEvents) -> Result<Page<AuditEvent>> {
        self.page(grant, request, |sql| reached_by(sql, grant)).await
    }

    /// A page of the events that `user` caused, and of those about them. `grant` is what this is asked by.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list_of_user(
        &self,
        user: UserId,
        grant: &Grant,
        request: &ListAuditEvents,
    ) -> Result<Page<AuditEvent>> {
        let own = AuditReach::of_user(user);
        self.page(grant, request, |sql| own.push(sql)).await
    }

    /// A page of those among them that `grant` reaches: what others may know of a user.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list_about_user(
        &self,
        user: UserId,
        grant: &Grant,
        request: &ListAuditEvents,
    ) -> Result<Page<AuditEvent>> {
        let about = AuditReach::of_user(user);
        self.page(grant, request, |sql| reached_by(about.push(sql), grant)).await
    }

    async fn page(
        &self,
        grant: &Grant,
        request: &ListAuditEvents,
        reach: impl Fn(Sql) -> Sql,
    ) -> Result<Page<AuditEvent>> {
        let sort: Sort<AuditSort> = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("e.at", "e.id"))?;
        let select = format!("SELECT {COLUMNS} FROM audit_events e WHERE TRUE");
        let rows = self.conn.all::<Row>(keyset.push(conditions(reach(Sql::new(&select)), &request.filter))).await?;
        let count = Sql::new("SELECT count(*) FROM (SELECT 1 FROM audit_events e WHERE TRUE");
        let count = conditions(reach(count), &request.filter).push(" LIMIT 10001) AS counted");
        let counted = self.conn.number(count).await?;
        let total = (counted.min(10_000).unsigned_abs(), counted <= 10_000);
        keyset.page(self.conn.database, rows, total, |row| (KeyValue::Number(row.at), row.id), AuditEvent::try_from)
    }

    /// The event, if `grant` reaches it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, grant: &Grant, id: EventId) -> Result<AuditEvent> {
        let select = format!("SELECT {COLUMNS} FROM audit_events e WHERE e.id = ");
        let sql = reached_by(Sql::new(&select).bind(id.0), grant);
        self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("audit event"))?.try_into()
    }

    /// Sealed events behind the sequence number `after`, in order; at most 500.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sealed_after(&self, after: u64) -> Result<Vec<SealedEvent>> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        self.rows_after(after, 500).await?.into_iter().map(SealedEvent::try_from).collect()
    }

    /// Sealed events behind the sequence number `after`, up to `until`, that `reach` includes, in order; at most `limit`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn reached_after(
        &self,
        reach: &AuditReach,
        after: u64,
        until: u64,
        limit: u32,
    ) -> Result<Vec<SealedEvent>> {
        let bound = |sequence| i64::try_from(sequence).unwrap_or(i64::MAX);
        let select = format!("SELECT {COLUMNS} FROM audit_events e WHERE e.sequence > ");
        let sql = Sql::new(&select).bind(bound(after)).push(" AND e.sequence <= ").bind(bound(until));
        let sql = reach.push(sql).push(" ORDER BY e.sequence").limit(i64::from(limit));
        self.conn.all::<Row>(sql).await?.into_iter().map(SealedEvent::try_from).collect()
    }

    /// The last sequence number; 0 when there is none.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn last_sequence(&self) -> Result<u64> {
        let sql = Sql::new("SELECT coalesce(max(sequence), 0) FROM audit_events WHERE sequence IS NOT NULL");
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    pub(crate) async fn rows_after(&self, after: i64, limit: i64) -> Result<Vec<Row>> {
        let select = format!("SELECT {COLUMNS} FROM audit_events e WHERE e.sequence > ");
        self.conn.all(Sql::new(&select).bind(after).push(" ORDER BY e.sequence").limit(limit)).await
    }

    /// Events that wait for their place in the chain.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn pending(&self) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM audit_events WHERE sequence IS NULL");
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }
}

fn reached_by(sql: Sql, grant: &Grant) -> Sql {
    reached(sql, grant.visibility(), Some("e.organization_id"), Some("e.actor_id"))
}

fn conditions(sql: Sql, filter: &AuditFilter) -> Sql {
    let sql = match (filter.session_id, filter.api_key_id) {
        (None, None) => sql,
        (Some(session), None) => sql.push(" AND e.actor_kind <> 'api_key' AND e.session_id = ").bind(session.0),
        (None, Some(key)) => sql.push(" AND e.actor_kind = 'api_key' AND e.session_id = ").bind(key.0),
        // No request comes by both.
        (Some(_), Some(_)) => sql.push(" AND FALSE"),
    };
    sql.and_some("e.actor_id = ", filter.actor_id.map(|id| id.0))
        .and_some("e.impersonator_id = ", filter.impersonator_id.map(|id| id.0))
        .and_some("e.actor_kind = ", filter.actor_kind.map(ActorType::name))
        .and_some("e.action = ", filter.action.map(quarterdeck_domain::audit::Action::name))
        .and_some("e.target_kind = ", filter.target_kind.map(quarterdeck_domain::audit::TargetType::name))
        .and_some("e.target_id = ", filter.target_id.as_deref())
        .and_some("e.organization_id = ", filter.organization_id.map(|id| id.0))
        .and_some("e.outcome = ", filter.outcome.map(quarterdeck_domain::audit::Outcome::name))
        .and_some("e.request_id = ", filter.request_id.as_deref())
        .and_some("e.at >= ", filter.after.map(Timestamp::micros))
        .and_some("e.at < ", filter.before.map(Timestamp::micros))
}
