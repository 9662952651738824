//! The application without HTTP, in the test's own process: the same database, a clock that stands until it is moved.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use quarterdeck_adapters::{KeyFile, KeySource, LiveKeys, PasswordCost, SystemClock, ports};
use quarterdeck_app::{App, AppConfig, Ctx, RequestInfo, model_services::EnvironmentKeys, ports::Clock};
use quarterdeck_domain::{
    Actor, Timestamp, UserId,
    policy::{ActorKind, Authentication},
    sessions::ClientKind,
    users::{CreateUser, User},
};
use quarterdeck_store::{Connect, Database, NewSession};
use tempfile::TempDir;

use crate::{
    ADMIN,
    database::{Backend, Prepared, prepare},
};

/// A clock that stands until it is moved.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Moves it ahead.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// Seconds for which the sessions of [`Platform::acting`] live: longer than any test moves the clock.
const SESSION_SECONDS: i64 = 1_000 * 86_400;

/// The application with a database of its own, which has the administrator [`ADMIN`].
pub struct Platform {
    /// The application.
    pub app: Arc<App>,
    /// Its clock.
    pub clock: ManualClock,
    _database: Prepared,
    _dir: TempDir,
}

impl Platform {
    /// Puts the application together on a copy of the template.
    pub async fn start(backend: Backend) -> Self {
        let dir = TempDir::new().unwrap();
        let database = prepare(backend, dir.path());
        let key = |name: &str| KeySource::File(KeyFile::new(dir.path().join("keys").join(name)));
        let keys = LiveKeys::load(key("signing.key"), key("sealing.key")).unwrap();
        let file = format!("sqlite://{}?mode=rwc", dir.path().join("quarterdeck.db").display());
        let url = database.url.clone().unwrap_or(file);
        let db = Database::connect(Connect { url, connections: 2, cursor_keys: keys.cursor_keys() }).await.unwrap();
        let clock = ManualClock(Arc::new(AtomicI64::new(SystemClock.now().micros())));
        let mut ports = ports(keys, PasswordCost::TEST).unwrap();
        ports.clock = Box::new(clock.clone());
        let config = AppConfig {
            version: "test".to_owned(),
            build: "test".to_owned(),
            fallback_url: "http://127.0.0.1".to_owned(),
            access_token_seconds: 600,
            fixed_settings: std::collections::BTreeMap::new(),
            data_dir: dir.path().to_owned(),
            model_keys: EnvironmentKeys::default(),
        };
        let app = App::start(db, ports, config).await.unwrap();
        Self { app, clock, _database: database, _dir: dir }
    }

    /// What the administrator works with.
    pub async fn admin(&self) -> Ctx {
        let found = self.app.db.users().find_candidate(ADMIN, self.clock.now()).await.unwrap();
        self.acting(found.expect("the administrator").user.summary.id).await
    }

    /// What a user works with, in a session of their own: the rights that they have now, kept as they are.
    pub async fn acting(&self, id: UserId) -> Ctx {
        let now = self.clock.now();
        let user = self.app.db.users().get(id, now).await.unwrap();
        let session = NewSession {
            id: self.app.new_id(),
            user_id: id,
            parent_id: None,
            client: ClientKind::Cli,
            remembered: false,
            address: String::new(),
            user_agent: String::new(),
            device: String::new(),
            idle_seconds: SESSION_SECONDS,
            created_at: now,
            absolute_expires_at: now.plus_seconds(SESSION_SECONDS),
        };
        let tx = self.app.db.begin().await.unwrap();
        tx.sessions().insert(&session).await.unwrap();
        tx.commit_bookkeeping().await.unwrap();
        let actor = Actor {
            kind: ActorKind::User { id, session_id: session.id },
            label: user.summary.username,
            roles: user.summary.roles,
            grants: self.app.db.role_grants().held_by(id, now).await.unwrap().into(),
            organization_id: user.summary.organization_id,
            authentication: Authentication::Recent,
            impersonator: None,
        };
        Ctx { app: self.app.clone(), actor, request: RequestInfo::default(), secret: None, is_job: false }
    }

    /// Creates a user without a password.
    pub async fn user(&self, admin: &Ctx, body: CreateUser) -> User {
        let body = CreateUser { password: None, ..body };
        quarterdeck_app::users::create_user(admin, &body).await.unwrap()
    }
}
