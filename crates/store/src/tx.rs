//! The transaction of a use-case: what changes and the audit events of it are committed together or not at all.

use quarterdeck_domain::{EventId, Grant, Result, Timestamp, audit::Event};
use sea_orm::DatabaseTransaction;

use crate::{
    audit::{AuditEvents, EventContext},
    conn::{Conn, Later, failed},
    database::{CHANNEL, Database},
    sql::Sql,
};

/// An open transaction. Dropped without a commit, it changes nothing.
pub struct Tx {
    transaction: DatabaseTransaction,
    later: Later,
    database: Database,
}

impl Tx {
    pub(crate) fn new(transaction: DatabaseTransaction, database: Database) -> Self {
        Self { transaction, later: Later::default(), database }
    }

    pub(crate) fn conn(&self) -> Conn<'_> {
        Conn::transaction(&self.transaction, &self.later, &self.database)
    }

    /// Commits the change with its audit events. The grant is the proof that somebody asked whether it is allowed.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when the database refuses; then nothing is changed.
    pub async fn commit(
        self,
        grant: Grant,
        context: &EventContext,
        now: Timestamp,
        events: Vec<(EventId, &Event)>,
    ) -> Result<()> {
        let touches_counts = events.iter().any(|(_, event)| event.touches_counts());
        AuditEvents::new(self.conn()).insert(grant.permission(), context, now, &events).await?;
        if self.conn().is_postgres() && !events.is_empty() {
            self.conn().execute(Sql::new("SELECT pg_notify(").bind(CHANNEL).push(", '')")).await?;
        }
        let database = self.database.clone();
        self.commit_bookkeeping().await?;
        if touches_counts {
            database.counts_changed();
        }
        Ok(())
    }

    /// Commits what is no change in the sense of the audit: times of last use, delays, leases, plans.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when the database refuses; then nothing is changed.
    pub async fn commit_bookkeeping(self) -> Result<()> {
        self.conn().flush().await.map_err(failed)?;
        self.transaction.commit().await.map_err(failed)
    }

    /// Begins a step that can be undone alone.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when the database refuses.
    pub async fn begin_step(&self) -> Result<()> {
        self.conn().execute(Sql::new("SAVEPOINT step")).await.map(drop)
    }

    /// Ends the step; unless it is kept, what was done since it began is undone.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when the database refuses.
    pub async fn end_step(&self, keep: bool) -> Result<()> {
        if !keep {
            self.conn().execute(Sql::new("ROLLBACK TO SAVEPOINT step")).await?;
        }
        self.conn().execute(Sql::new("RELEASE SAVEPOINT step")).await.map(drop)
    }

    /// Makes concurrent transactions of one `subject` wait for each other until they commit. SQLite has one writer
    /// anyway; PostgreSQL takes an advisory lock.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when the database refuses.
    pub async fn serialize(&self, subject: Subject) -> Result<()> {
        let conn = self.conn();
        if conn.is_postgres() {
            conn.execute(Sql::new("SELECT pg_advisory_xact_lock(").bind(subject as i64).push(")")).await?;
        }
        Ok(())
    }
}

/// What transactions are made to wait for.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// Who is an active administrator.
    Administrators = 0x0071_6400,
    /// The end of the audit chain.
    AuditChain,
    /// Set-up.
    SetUp,
    /// The keys that the database goes with.
    Keys,
    /// Settings, which must not contradict each other.
    Settings,
    /// How many API keys a user has.
    ApiKeys,
}

macro_rules! repositories {
    ($($(#[$doc:meta])* $name:ident: $type:ident),+ $(,)?) => {
        impl Tx {
            $($(#[$doc])* #[must_use] pub fn $name(&self) -> crate::$type<'_> { crate::$type::new(self.conn()) })+
        }

        impl Database {
            $($(#[$doc])* #[must_use] pub fn $name(&self) -> crate::$type<'_> { crate::$type::new(self.read()) })+
        }
    };
}

repositories! {
    /// Users.
    users: Users,
    /// Organizations.
    organizations: Organizations,
    /// Avatar images of organizations.
    avatars: Avatars,
    /// Groups and who is in them.
    groups: Groups,
    /// Ledgers of allocations.
    allocations: Allocations,
    /// Sessions.
    sessions: Sessions,
    /// Who acts as whom.
    impersonations: Impersonations,
    /// API keys.
    api_keys: ApiKeys,
    /// The inventory of credentials.
    credentials: CredentialInventory,
    /// Provider keys.
    provider_keys: ProviderKeys,
    /// Custom roles.
    roles: CustomRoles,
    /// Saved views.
    saved_views: SavedViews,
    /// Grants of roles.
    role_grants: RoleGrants,
    /// One-time tokens.
    one_time_tokens: OneTimeTokens,
    /// Delays after failed sign-ins.
    sign_in_delays: SignInDelays,
    /// Settings.
    settings: SettingVersions,
    /// Plans.
    plans: Plans,
    /// Imports of users.
    user_imports: UserImports,
    /// What is in the bin.
    bin: Bin,
    /// Receipts of those who left.
    departures: Departures,
    /// Jobs.
    jobs: Jobs,
    /// Idempotency keys.
    idempotency: IdempotencyKeys,
    /// Counts for the first page.
    overview: OverviewNumbers,
    /// What the key rings prove themselves by.
    key_checks: KeyChecks,
    /// Audit events.
    audit: AuditEvents,
}
