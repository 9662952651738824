//! What everybody may know of the platform, signed in or not.

use serde::{Deserialize, Serialize};

use crate::passwords::PasswordRules;

/// The platform: its name, version, features and limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Meta {
    /// Name of the platform, as on the sign-in page.
    #[cfg_attr(feature = "openapi", schema(example = "Quarterdeck"))]
    pub platform_name: String,
    /// Version of Quarterdeck (Semantic Versioning).
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
    /// Commit and profile of the build.
    #[cfg_attr(feature = "openapi", schema(example = "release 1a2b3c4"))]
    pub build: String,
    /// Address of the page that tells whether the platform works; `null` when there is none.
    #[cfg_attr(feature = "openapi", schema(example = "https://status.example.org"))]
    pub status_url: Option<String>,
    /// Message for all pages; `null` when there is none.
    pub banner: Option<Banner>,
    /// Capabilities of this server.
    #[cfg_attr(feature = "openapi", schema(example = json!(["users", "organizations", "sessions"])))]
    pub features: Vec<String>,
    /// Bounds that clients should know.
    pub limits: Limits,
    /// What a new password must satisfy.
    pub password_rules: PasswordRules,
}

/// A message that stands on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Banner {
    /// The text.
    #[cfg_attr(feature = "openapi", schema(example = "Maintenance on Saturday from 06:00 UTC."))]
    pub message: String,
    /// How urgent it is.
    pub level: BannerLevel,
}

crate::names::named! {
    /// How urgent a banner is.
    BannerLevel {
        /// Good to know.
        Info = "info",
        /// Asks for attention.
        Warning = "warning",
        /// Something is wrong.
        Critical = "critical",
    }
}

/// Bounds that clients should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Largest body of a request, in bytes.
    #[cfg_attr(feature = "openapi", schema(example = 1_048_576))]
    pub body_bytes: u64,
    /// Most rows of a page.
    #[cfg_attr(feature = "openapi", schema(example = 500))]
    pub page_rows: u32,
    /// Rows up to which a bulk act is done within the request; larger ones become a job.
    #[cfg_attr(feature = "openapi", schema(example = 100))]
    pub inline_bulk_rows: u32,
}
