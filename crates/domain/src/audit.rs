//! Audit events: who did what to whom, when, from where; chained by hash.

mod action;
mod filter;
mod narrow;

pub use action::Action;
pub use filter::AuditFilter;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ApiKeyId, EventId, OrganizationId, Permission, SessionId, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
};

named! {
    /// How it ended.
    Outcome {
        /// It was done.
        Success = "success",
        /// It failed.
        Failure = "failure",
        /// It was refused.
        Denied = "denied",
    }
}

named! {
    /// Kind of actor.
    ActorType {
        /// A signed-in person.
        User = "user",
        /// A script with an API key.
        ApiKey = "api_key",
        /// The platform itself or an operator on its command line.
        System = "system",
        /// Nobody known: a failed sign-in, a set-up.
        Anonymous = "anonymous",
    }
}

named! {
    /// Kind of the thing that an event is about.
    TargetType {
        /// A user.
        User = "user",
        /// An organization.
        Organization = "organization",
        /// A session.
        Session = "session",
        /// An API key.
        ApiKey = "api_key",
        /// A provider key.
        ProviderKey = "provider_key",
        /// A custom role.
        Role = "role",
        /// A saved view.
        SavedView = "saved_view",
        /// A group.
        Group = "group",
        /// A setting; its id is the key.
        Setting = "setting",
        /// A plan.
        Plan = "plan",
        /// A job.
        Job = "job",
        /// An operation of the API; its label is the method and the path.
        Operation = "operation",
        /// The platform.
        Platform = "platform",
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventActor {
    /// Kind of actor.
    pub kind: ActorType,
    /// The user, if a person acted, by hand or by an API key.
    pub id: Option<UserId>,
    /// Username, or the name of the part of the platform.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub label: String,
}

/// Who acted as somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventImpersonator {
    /// The user; `null` for who sees no more than their own organization, of somebody of outside.
    pub id: Option<UserId>,
    /// Username.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub label: String,
}

/// What was acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventTarget {
    /// Kind of thing.
    pub kind: TargetType,
    /// Its id, or the key of a setting.
    #[cfg_attr(feature = "openapi", schema(example = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"))]
    pub id: String,
    /// Its name at that time.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub label: String,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Name of the field.
    #[cfg_attr(feature = "openapi", schema(example = "display_name"))]
    pub field: String,
    /// Value until then; `null` when there was none. Never a secret.
    #[cfg_attr(feature = "openapi", schema(example = "Bob"))]
    pub before: Value,
    /// Value from then on.
    #[cfg_attr(feature = "openapi", schema(example = "Robert"))]
    pub after: Value,
}

impl Change {
    /// A change of `field`, or nothing when both values are the same.
    pub fn of<T: Serialize + PartialEq>(field: &str, before: &T, after: &T) -> Option<Self> {
        (before != after).then(|| Self {
            field: field.to_owned(),
            before: serde_json::to_value(before).unwrap_or_default(),
            after: serde_json::to_value(after).unwrap_or_default(),
        })
    }
}

/// What a use-case reports; the commit adds who, when and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// To what.
    pub target: EventTarget,
    /// To which organization the target belongs; its administrators see the event.
    pub organization_id: Option<OrganizationId>,
    /// Why, in the actor's words.
    pub reason: String,
    /// Which fields changed.
    pub changes: Vec<Change>,
}

impl Event {
    /// Something was done to `target`.
    #[must_use]
    pub fn new(action: Action, target: EventTarget) -> Self {
        Self {
            action,
            outcome: Outcome::Success,
            target,
            organization_id: None,
            reason: String::new(),
            changes: Vec::new(),
        }
    }

    /// The same, of a thing within `organization`.
    #[must_use]
    pub fn within(mut self, organization: Option<OrganizationId>) -> Self {
        self.organization_id = organization;
        self
    }

    /// The same, for a reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// The same, with changed fields.
    #[must_use]
    pub fn with(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// Whether counts of users or of organizations may differ after it.
    #[must_use]
    pub const fn touches_counts(&self) -> bool {
        self.action.touches_counts()
    }

    /// The same, with another outcome.
    #[must_use]
    pub const fn ending(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// An audit event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Id.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// Permission that allowed it, or that was missing.
    pub permission: Permission,
    /// Who.
    pub actor: EventActor,
    /// Who acted in truth, when somebody acted as the actor.
    pub impersonator: Option<EventImpersonator>,
    /// To what.
    pub target: EventTarget,
    /// To which organization the target belongs.
    pub organization_id: Option<OrganizationId>,
    /// Why, in the actor's words.
    #[cfg_attr(feature = "openapi", schema(example = "left the company"))]
    pub reason: String,
    /// Which fields changed.
    pub changes: Vec<Change>,
    /// Address of the request.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.7"))]
    pub address: String,
    /// User agent of the request.
    #[cfg_attr(feature = "openapi", schema(example = "curl/8.10.1"))]
    pub user_agent: String,
    /// Id of the request, as in the logs.
    #[cfg_attr(feature = "openapi", schema(example = "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e"))]
    pub request_id: String,
    /// Session of the request.
    pub session_id: Option<SessionId>,
    /// API key of the request.
    pub api_key_id: Option<ApiKeyId>,
    /// Place in the chain; `null` for the moment until the event is chained.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1042))]
    pub sequence: Option<u64>,
    /// SHA-256 over this event and the hash of the one before it, in hexadecimal.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    )]
    pub hash: Option<String>,
}

/// What somebody of outside is called.
pub const OUTSIDER: &str = "administrator";

named! {
    /// What events can be sorted by.
    AuditSort {
        /// When.
        At = "at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<AuditSort> = Sort::descending(AuditSort::At);

/// Which page of which events is asked for.
pub type ListAuditEvents = ListRequest<AuditFilter, AuditSort>;

/// A change as it is streamed live: enough to know what to read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveChange {
    /// Place in the chain; the id of the server-sent event.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1042))]
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Action,
    /// Who.
    pub actor: EventActor,
    /// To what.
    pub target: EventTarget,
}
