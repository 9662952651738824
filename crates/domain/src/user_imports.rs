//! Imports of users from CSV: what each line would do is shown before anything is done.

use serde::{Deserialize, Serialize};

use crate::{
    JobId, OrganizationId, Timestamp, UserId, UserImportId,
    names::named,
    page::{ListRequest, Sort},
    plans::PlanState,
};

/// Most lines of a file, its header aside.
pub const MAX_LINES: usize = 10_000;
/// Most bytes of a file.
pub const MAX_BYTES: u64 = 8 << 20;
/// Seconds for which an import can be executed.
pub const IMPORT_TTL_SECONDS: i64 = 3_600;

named! {
    /// What becomes of a line about somebody who is there already.
    OnExisting {
        /// It is refused.
        Refuse = "refuse",
        /// The user is changed as the line says.
        Update = "update",
        /// The user stays as they are.
        Skip = "skip",
    }
}

/// Nobody is changed unless it is said.
impl Default for OnExisting {
    fn default() -> Self {
        Self::Refuse
    }
}

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserImportOptions {
    /// What becomes of a line about somebody who is there already; `refuse` when absent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub on_existing: Option<OnExisting>,
    /// Organization of new users whose line names none; without it that of who imports, if they administer one only.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
}

named! {
    /// A column of a file. Others are refused, and so is a file without `username`.
    ImportColumn {
        /// Name to sign in with; in any case, it tells who is there already.
        Username = "username",
        /// Full name; of a new user, first and last name when empty.
        DisplayName = "display_name",
        /// First name.
        FirstName = "first_name",
        /// Last name.
        LastName = "last_name",
        /// E-mail address.
        Email = "email",
        /// Organization, by its short name.
        Organization = "organization",
        /// Roles, separated by spaces, commas or `|`.
        Roles = "roles",
        /// Whether they may sign in: `active` or `suspended`.
        Status = "status",
        /// Language tag (BCP 47).
        Language = "language",
        /// Time zone (IANA name).
        TimeZone = "time_zone",
        /// Country (ISO 3166-1 alpha-2).
        Country = "country",
    }
}

impl ImportColumn {
    /// The column of a field of a user.
    #[must_use]
    pub fn of_field(field: &str) -> Option<Self> {
        match field {
            "organization_id" => Some(Self::Organization),
            field => field.parse().ok(),
        }
    }
}

named! {
    /// What a line would do.
    ImportOutcome {
        /// Create a user.
        Create = "create",
        /// Change a user.
        Update = "update",
        /// Nothing: the user is so already, or is to be left alone.
        Unchanged = "unchanged",
        /// Nothing: it is refused; see code and message.
        Refuse = "refuse",
    }
}

/// How many lines would do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportCounts {
    /// Users that are created.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 240))]
    pub create: u64,
    /// Users that change.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 12))]
    pub update: u64,
    /// Lines that change nothing.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 3))]
    pub unchanged: u64,
    /// Lines that are refused.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1))]
    pub refuse: u64,
}

impl ImportCounts {
    /// Counts one more line.
    pub const fn add(&mut self, outcome: ImportOutcome) {
        match outcome {
            ImportOutcome::Create => self.create += 1,
            ImportOutcome::Update => self.update += 1,
            ImportOutcome::Unchanged => self.unchanged += 1,
            ImportOutcome::Refuse => self.refuse += 1,
        }
    }

    /// How many lines have `outcome`.
    #[must_use]
    pub const fn of(&self, outcome: ImportOutcome) -> u64 {
        match outcome {
            ImportOutcome::Create => self.create,
            ImportOutcome::Update => self.update,
            ImportOutcome::Unchanged => self.unchanged,
            ImportOutcome::Refuse => self.refuse,
        }
    }

    /// Lines that an execution carries out.
    #[must_use]
    pub const fn to_do(&self) -> u64 {
        self.create + self.update
    }
}

/// A file of users, judged line by line. Nothing was changed by that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserImport {
    /// Id.
    pub id: UserImportId,
    /// Whether it can be executed.
    pub state: PlanState,
    /// What becomes of lines about somebody who is there already.
    pub on_existing: OnExisting,
    /// Organization of new users whose line names none.
    pub organization_id: Option<OrganizationId>,
    /// How many lines would do what.
    pub counts: ImportCounts,
    /// When the file was sent.
    pub created_at: Timestamp,
    /// Until when it can be executed.
    pub expires_at: Timestamp,
    /// The job that carries it out.
    pub job_id: Option<JobId>,
}

/// What one line would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserImportLine {
    /// Line of the file; the header is line 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 2))]
    pub line: u64,
    /// What it would do.
    pub outcome: ImportOutcome,
    /// The username that it names, or the beginning of it.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// The user; a new one is to have this id.
    pub user_id: Option<UserId>,
    /// Columns whose value is given or differs.
    pub changes: Vec<ImportColumn>,
    /// The column that it is refused for, when it is one.
    pub column: Option<ImportColumn>,
    /// Stable code of the reason, when it is refused.
    #[cfg_attr(feature = "openapi", schema(example = "username-taken"))]
    pub code: Option<String>,
    /// The reason.
    pub message: Option<String>,
}

/// Which lines are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserImportLineFilter {
    /// What they would do.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub outcome: Option<ImportOutcome>,
}

named! {
    /// What lines can be sorted by.
    UserImportLineSort {
        /// Line of the file.
        Line = "line",
    }
}

/// In the order of the file.
pub const DEFAULT_LINE_SORT: Sort<UserImportLineSort> = Sort::ascending(UserImportLineSort::Line);

/// Which page of which lines is asked for.
pub type ListUserImportLines = ListRequest<UserImportLineFilter, UserImportLineSort>;
