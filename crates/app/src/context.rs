//! What a use-case works with: the application, who acts, and which request it is.

use std::{collections::BTreeMap, sync::Arc};

use quarterdeck_domain::{
    Actor, Grant, Permission, Resource, Result, Timestamp,
    audit::Event,
    policy::{self, ActorKind},
    settings::{SettingSource, Settings},
};
use quarterdeck_store::{ApiKeyCredential, Database, EventContext, Tx};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    actors::{self, ActorCache, Credential, Tables},
    api_keys::{self, KeyUses},
    auth::{Devices, Turns},
    denials::Denials,
    health::HealthState,
    live::LiveFeed,
    model_services::EnvironmentKeys,
    ports::Ports,
    provider_keys::ProviderKeyUses,
    settings::SettingsCache,
    touches::Touches,
};

/// What the operator fixed at the start.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// Version of Quarterdeck.
    pub version: String,
    /// Profile and commit of the build.
    pub build: String,
    /// Address that links are made with when no base URL is set: `http://127.0.0.1:8080`.
    pub fallback_url: String,
    /// Seconds for which an access token holds.
    pub access_token_seconds: i64,
    /// Values of settings fixed from outside, by key.
    pub fixed_settings: BTreeMap<String, FixedSetting>,
    /// Folder whose free space is watched.
    pub data_dir: std::path::PathBuf,
    /// Keys of model services in the environment.
    pub model_keys: EnvironmentKeys,
}

/// A value of a setting that the operator fixed from outside.
#[derive(Debug, Clone)]
pub struct FixedSetting {
    /// The value.
    pub value: Value,
    /// The flag, the environment variable, or the entry of the configuration file.
    pub fixed_by: String,
    /// Which of these it is.
    pub source: SettingSource,
}

/// The application: one for the whole process.
pub struct App {
    /// The database.
    pub db: Database,
    /// Effects.
    pub ports: Ports,
    /// What the operator fixed at the start.
    pub config: AppConfig,
    /// Settings in force.
    pub settings: SettingsCache,
    /// Who the sessions in use belong to.
    pub actors: ActorCache,
    /// Guesses of passwords that are compared now.
    pub turns: Turns,
    /// Devices by user agent.
    pub devices: Devices,
    /// Sessions in use whose time of last use is not yet written.
    pub touches: Touches,
    /// Uses of API keys that are not yet written.
    pub key_uses: KeyUses,
    /// Uses of provider keys that are not yet written.
    pub provider_key_uses: ProviderKeyUses,
    /// Refusals that the log has already.
    pub denials: Denials,
    /// Live changes for the streams.
    pub live: LiveFeed,
    /// What the health checks know of the process.
    pub health: HealthState,
    /// Woken when events wait for their place in the chain.
    pub events_written: Notify,
    /// Woken when a job waits for a worker.
    pub jobs_written: Notify,
}

impl App {
    /// Puts the application together and loads the settings.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn start(db: Database, ports: Ports, config: AppConfig) -> Result<Arc<Self>> {
        let started_at = ports.clock.now();
        let app = Self {
            db,
            ports,
            config,
            settings: SettingsCache::default(),
            actors: ActorCache::default(),
            turns: Turns::default(),
            devices: Devices::default(),
            touches: Touches::default(),
            key_uses: KeyUses::default(),
            provider_key_uses: ProviderKeyUses::default(),
            denials: Denials::default(),
            live: LiveFeed::default(),
            health: HealthState::new(started_at),
            events_written: Notify::new(),
            jobs_written: Notify::new(),
        };
        app.reload_settings().await?;
        Ok(Arc::new(app))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// A new id.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        I::from(self.ports.random.id(self.now()))
    }

    /// The settings in force.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.current()
    }

    /// Address of the platform without a slash at its end, for links.
    pub fn base_url(&self) -> String {
        self.settings().base_url().unwrap_or_else(|| self.config.fallback_url.clone())
    }

    /// What follows from committed events in this process at once; other replicas learn of it from the chain.
    pub(crate) async fn committed(&self, events: &[Event]) -> Result<()> {
        self.apply(events.iter().map(|event| event.action)).await?;
        self.events_written.notify_one();
        Ok(())
    }
}

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// Id of the request, as in logs and answers.
    pub request_id: String,
    /// Address of the client.
    pub address: String,
    /// User agent, cut at 300 characters.
    pub user_agent: String,
    /// The claim of an `Idempotency-Key`, when the request brought one.
    pub idempotency: Option<crate::idempotency::Claim>,
}

/// A request of somebody who is not signed in.
#[derive(Clone)]
pub struct Visitor {
    /// The application.
    pub app: Arc<App>,
    /// The request.
    pub request: RequestInfo,
}

/// A request of a known actor.
#[derive(Clone)]
pub struct Ctx {
    /// The application.
    pub app: Arc<App>,
    /// Who acts.
    pub actor: Actor,
    /// The request.
    pub request: RequestInfo,
    /// The secret of an API key that the request brought.
    pub secret: Option<ApiKeyCredential>,
    /// Whether it is the work of a job, which reads the rights of each row within its transaction, and outlives a sign-out.
    pub is_job: bool,
}

impl Ctx {
    /// The platform itself acts, named `label`.
    pub fn system(app: &Arc<App>, label: &str) -> Self {
        Self {
            app: app.clone(),
            actor: Actor::system(label),
            request: RequestInfo::default(),
            secret: None,
            is_job: false,
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Reads anew what the actor may do, for work that goes on after the request was let in.
    ///
    /// # Errors
    /// `Unauthenticated` when session, key or secret have ended or their user is suspended, `AddressNotAllowed` when the key
    /// may not be used from there any more.
    pub async fn renew(&mut self) -> Result<()> {
        let credential = match self.actor.kind {
            ActorKind::User { session_id, .. } => Credential::Session(session_id),
            ActorKind::ApiKey { id, .. } => Credential::ApiKey(self.secret.unwrap_or(ApiKeyCredential::Id(id))),
            ActorKind::System => return Ok(()),
        };
        let known = self.app.actors.get(&self.app, &credential, self.now()).await?;
        api_keys::admit(&known, &self.request.address)?;
        self.actor.clone_from(&known.actor);
        Ok(())
    }

    /// Asks the decision function.
    ///
    /// # Errors
    /// See [`policy::allow`].
    pub fn allow(&self, permission: Permission, resource: &Resource) -> Result<Grant> {
        let grant = policy::allow(&self.actor, permission, resource)?;
        if let Some(key) = self.actor.api_key_id() {
            self.app.key_uses.note_permission(key, self.now(), permission);
        }
        Ok(grant)
    }

    /// Opens the transaction of a use-case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self) -> Result<Tx> {
        self.app.db.begin().await
    }

    /// The same with the rights that the actor has within `tx`: for a use-case that took its time before it wrote.
    ///
    /// # Errors
    /// `Unauthenticated` when session or key have ended meanwhile or their user is suspended.
    pub async fn within(&self, tx: &Tx) -> Result<Self> {
        let now = self.now();
        let actor = match self.actor.kind {
            _ if self.is_job => return Ok(self.clone()),
            ActorKind::User { session_id, .. } => {
                actors::read(&Tables::from(tx), &self.app.settings(), session_id, now).await?.actor
            }
            ActorKind::ApiKey { id, .. } => {
                let credential = self.secret.unwrap_or(ApiKeyCredential::Id(id));
                api_keys::actor_of(&tx.api_keys(), &credential, now).await?.0
            }
            ActorKind::System => return Ok(self.clone()),
        };
        Ok(Self { actor, ..self.clone() })
    }

    /// Commits a change together with its audit events.
    ///
    /// # Errors
    /// When the database does not take it; then nothing is changed.
    pub async fn commit(&self, tx: Tx, grant: Grant, events: Vec<Event>) -> Result<()> {
        commit(&self.app, tx, grant, self.event_context(), &self.request, events).await
    }

    pub(crate) fn event_context(&self) -> EventContext {
        EventContext::of(&self.actor, &self.request.request_id, &self.request.address, &self.request.user_agent)
    }
}

impl Visitor {
    /// Commits a change by somebody who proved who they are in the request itself.
    ///
    /// # Errors
    /// When the database does not take it; then nothing is changed.
    pub async fn commit(&self, tx: Tx, actor: Option<&Actor>, events: Vec<Event>) -> Result<()> {
        let RequestInfo { request_id, address, user_agent, .. } = &self.request;
        let context = actor.map_or_else(
            || EventContext::anonymous(request_id, address, user_agent),
            |actor| EventContext::of(actor, request_id, address, user_agent),
        );
        let system = policy::allow(&Actor::system("platform"), Permission::ProfileUpdate, &Resource::Platform)?;
        commit(&self.app, tx, system, context, &self.request, events).await
    }
}

async fn commit(
    app: &App,
    tx: Tx,
    grant: Grant,
    context: EventContext,
    request: &RequestInfo,
    events: Vec<Event>,
) -> Result<()> {
    if let Some(claim) = &request.idempotency {
        tx.idempotency().mark_applied(&claim.key).await?;
    }
    let now = app.now();
    let with_ids = events.iter().map(|event| (app.new_id(), event)).collect();
    tx.commit(grant, &context, now, with_ids).await?;
    app.committed(&events).await
}
