//! Sessions: where somebody is signed in.

use serde::{Deserialize, Serialize};

use crate::{
    Error, FieldError, OrganizationId, Result, SessionId, Timestamp, UserId,
    audit::OUTSIDER,
    names::named,
    page::{ListRequest, Sort},
    roles::Roles,
    text,
};

/// A sign-in session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// Username of that user.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Display name of that user.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// Roles of that user.
    pub roles: Roles,
    /// Kind of client.
    pub client: ClientKind,
    /// Address of the last request.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.7"))]
    pub address: String,
    /// Device as read from the user agent: "Firefox on Linux".
    #[cfg_attr(feature = "openapi", schema(example = "Firefox on Linux"))]
    pub device: String,
    /// User agent as sent, cut at 300 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")
    )]
    pub user_agent: String,
    /// Whether it was made with "remember me".
    pub remembered: bool,
    /// Whether it is the session of this request.
    pub is_current: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// Username of who acts here as the user, if it is somebody else.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub impersonator: Option<String>,
    /// When the password was last given.
    pub authenticated_at: Timestamp,
    /// Last use.
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used again, and at the latest.
    pub expires_at: Timestamp,
}

impl Session {
    /// Takes out who acts here as the user, and from where.
    pub fn hide_impersonator(&mut self) {
        if let Some(name) = &mut self.impersonator {
            OUTSIDER.clone_into(name);
            for text in [&mut self.address, &mut self.device, &mut self.user_agent] {
                text.clear();
            }
        }
    }
}

named! {
    /// Kind of client that signed in.
    ClientKind {
        /// A browser: the refresh token travels in a cookie.
        Browser = "browser",
        /// A script: the refresh token travels in the body.
        Cli = "cli",
    }
}

/// Which sessions are meant; only those that have not ended are listed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SessionFilter {
    /// Part of the username or display name in any case, or an address.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "ada")
    )]
    pub q: Option<String>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// Of which organization's users.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Kind of client.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub client: Option<ClientKind>,
}

impl SessionFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What sessions can be sorted by.
    SessionSort {
        /// When it began.
        CreatedAt = "created_at",
        /// Last use.
        LastSeenAt = "last_seen_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<SessionSort> = Sort::descending(SessionSort::CreatedAt);

/// Which page of which sessions is asked for.
pub type ListSessions = ListRequest<SessionFilter, SessionSort>;

/// Which sessions of one user are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UserSessionFilter {
    /// Kind of client.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub client: Option<ClientKind>,
}

/// Which page of which sessions of one user is asked for.
pub type ListUserSessions = ListRequest<UserSessionFilter, SessionSort>;

impl ListUserSessions {
    /// The same page of the sessions of `user`, among those of all.
    #[must_use]
    pub fn of(&self, user: UserId) -> ListSessions {
        let filter = SessionFilter { user_id: Some(user), client: self.filter.client, ..SessionFilter::default() };
        ListSessions { filter, sort: self.sort, page: self.page.clone() }
    }
}

named! {
    /// Whose sessions end.
    RevocationScope {
        /// Everybody's, but for the session of this request.
        AllButMine = "all_but_mine",
        /// Of all users who are no administrators.
        NonAdmins = "non_admins",
        /// Of one organization's users.
        Organization = "organization",
        /// Of one user.
        User = "user",
        /// Everybody's, the session of this request included.
        All = "all",
    }
}

/// An order to end sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"scope": "all_but_mine"})))]
#[serde(deny_unknown_fields)]
pub struct RevokeSessions {
    /// Whose.
    #[serde(default = "all_but_mine")]
    #[cfg_attr(feature = "openapi", schema(default = "all_but_mine"))]
    pub scope: RevocationScope,
    /// The organization, with the scope `organization`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The user, with the scope `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

const fn all_but_mine() -> RevocationScope {
    RevocationScope::AllButMine
}

impl RevokeSessions {
    /// Checks that the scope has what it needs and nothing else.
    ///
    /// # Errors
    /// `Invalid` at the field that is missing or too much.
    pub fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        let mut judge = |needed: bool, given: bool, pointer: &str| match (needed, given) {
            (true, false) => faults.push(FieldError::new(pointer, "required", "is needed with this scope")),
            (false, true) => faults.push(FieldError::new(pointer, "not-allowed", "does not go with this scope")),
            _ => {}
        };
        judge(self.scope == RevocationScope::Organization, self.organization_id.is_some(), "/organization_id");
        judge(self.scope == RevocationScope::User, self.user_id.is_some(), "/user_id");
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// How many sessions ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevokedSessions {
    /// Sessions that ended by this request.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 14))]
    pub revoked: u64,
}

/// How long sessions live and how many one user may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRules {
    /// Seconds without use after which a session ends.
    pub idle_seconds: i64,
    /// Seconds after which it ends in any case.
    pub absolute_seconds: i64,
    /// Idle seconds with "remember me".
    pub remembered_idle_seconds: i64,
    /// Absolute seconds with "remember me".
    pub remembered_absolute_seconds: i64,
    /// Sessions of one user; the oldest ends when there is one more.
    pub max_per_user: i64,
}
