//! What is kept: repositories over SQLite and PostgreSQL, one transaction per use-case, the audit chain.
//!
//! Rows never leave this crate: repositories take and give the domain's types. A list takes the [`Grant`] of the
//! decision function and narrows the query by it; a commit takes one too, and stores the audit events with the change.
//!
//! [`Grant`]: quarterdeck_domain::Grant

mod allocations;
mod api_keys;
mod audit;
mod audit_chain;
mod audit_reach;
mod avatars;
mod bin;
mod bulk_load;
mod conn;
mod credentials;
mod cursor;
mod database;
mod departures;
mod groups;
mod idempotency;
mod impersonations;
mod jobs;
mod key_checks;
mod one_time_tokens;
mod organizations;
mod overview;
mod packed;
mod plans;
mod provider_keys;
mod reach;
mod role_grants;
mod roles;
mod saved_views;
mod sessions;
mod settings;
mod sign_in_delays;
mod sql;
mod tx;
mod user_imports;
mod users;

pub use allocations::{Allocations, RecentUse, StoredBalance};
pub use api_keys::{ApiKeyActorRow, ApiKeyCredential, ApiKeyUse, ApiKeys, NewApiKey};
pub use audit::{AuditEvents, EventContext, SealedEvent};
pub use audit_chain::{ClosedSection, Head, Verification};
pub use audit_reach::AuditReach;
pub use avatars::{Avatar, Avatars};
pub use bin::{Bin, BinDeletion, NewBinItem, RestoredRows, StoredBinItem};
pub use credentials::CredentialInventory;
pub use database::{Changes, Connect, Database, WayBack};
pub use departures::{Departures, NewDepartureExport, StoredDeparture};
pub use groups::{GroupContents, GroupView, Groups, GroupsOf};
pub use idempotency::{Claimed, IdempotencyKeys};
pub use impersonations::Impersonations;
pub use jobs::{ClaimedJob, Jobs, NewJob, RowResult};
pub use key_checks::{KeyChecks, KeyProofs};
pub use one_time_tokens::{OneTimeToken, OneTimeTokens, TokenPurpose};
pub use organizations::Organizations;
pub use overview::OverviewNumbers;
pub use plans::{Plans, StoredPlan, Target};
pub use provider_keys::{NewProviderKey, ProviderKeyUse, ProviderKeys, SealedKey};
pub use role_grants::{EndedGrant, NewRoleGrant, RoleGrants};
pub use roles::CustomRoles;
pub use saved_views::{NamedView, SavedViews, ViewSight};
pub use sessions::{ActorRow, NewSession, RefreshRow, SessionScope, Sessions};
pub use settings::{NewSettingVersion, SettingVersions, StoredSetting};
pub use sign_in_delays::{Delay, SignInDelays};
pub use tx::{Subject, Tx};
pub use user_imports::{ImportOrders, StoredUserImport, StoredUserImportLine, UserImports};
pub use users::{Candidate, Condition, Credentials, NewUser, NotedLogin, UserSelection, Users};
