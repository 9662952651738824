//! The head of the document: what it is, how one signs in, what the tags mean.

use quarterdeck_domain::{FieldError, Problem, saved_views::ViewRelation, settings::FixedSetting};
use utoipa::{
    PartialSchema as _, ToSchema as _,
    openapi::{
        ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::{Tag, TagBuilder},
    },
};

const DESCRIPTION: &str = "\
Administers the people of a platform: users, organizations, groups, sessions, API keys, settings.

Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer`; scripts send the secret of an API \
key there, which does what its scopes name. Errors are problem documents \
(RFC 9457) with a stable `code`, catalogued at `/api/docs/errors`. Lists are paged by an opaque cursor and answer as JSON, \
CSV or JSON lines by `Accept`, compressed for who takes gzip. A change is a JSON Merge Patch (RFC 7396): what is absent stays, \
`null` removes or empties what may be empty. It may be guarded by `If-Match`; a GET of one resource with `If-None-Match` \
answers 304 while nothing in it differs. A POST of somebody signed in with an `Idempotency-Key` is carried out once, however \
often it is sent. A parameter or a body that an operation does not name is refused, not passed over. Times are RFC 3339 in UTC, \
durations seconds, sizes bytes.";

const TAGS: [(&str, &str); 25] = [
    ("platform", "The platform itself: name, version, condition, first page."),
    ("setup", "First-run set-up."),
    ("auth", "Signing in and out, and choosing a new password by a link."),
    ("me", "The own account and its sessions."),
    ("users", "Accounts, of people and of machines."),
    ("user_imports", "Files of users: judged line by line first, then carried out."),
    ("service_accounts", "Accounts of machines: no password, no sign-in, API keys alone."),
    ("sessions", "Where people are signed in."),
    ("api_keys", "Credentials of scripts: some of their owner's permissions, and an end."),
    ("credentials", "Whatever somebody can act by: an inventory of keys, sessions and reset links."),
    ("provider_keys", "Secrets of people, organizations and the platform for model services."),
    ("model_services", "The way to model services, by the first key that works."),
    ("access", "Why somebody may, or may not, do something."),
    ("roles", "What people may do: permissions, custom roles, and grants of roles."),
    ("saved_views", "Filters, sort and columns of tables under a name, for oneself or for others."),
    ("bin", "What was deleted and can come back."),
    ("departures", "People who left: the receipt of each step, and their data."),
    ("organizations", "Whom users belong to."),
    ("groups", "People who share an allocation."),
    ("allocations", "What groups may use: a ledger of what is granted, reserved and used."),
    ("plans", "Destructive and bulk acts: shown in exact numbers first, then executed."),
    ("jobs", "Long work in the background, with an outcome for each row."),
    ("audit", "Who did what to whom, when and from where."),
    ("settings", "Typed settings with their sources and history."),
    ("events", "Live changes."),
];

/// The document without operations.
pub fn document() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache License 2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Quarterdeck")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).tags(Some(TAGS.map(tag))).components(Some(components().build())).build()
}

fn tag((name, description): (&str, &str)) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}

fn components() -> ComponentsBuilder {
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The access token of a session. It holds 10 minutes; rights are read on each request."))
        .build();
    let api_key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("qdk")
        .description(Some("The secret of an API key. It does what its scopes name and its owner may do at that time."))
        .build();
    ComponentsBuilder::new()
        .schema(Problem::name(), Problem::schema())
        .schema(FieldError::name(), FieldError::schema())
        .schema(FixedSetting::name(), FixedSetting::schema())
        // Of a parameter alone, so that no body brings it along.
        .schema(<ViewRelation as utoipa::ToSchema>::name(), ViewRelation::schema())
        .security_scheme("session", SecurityScheme::Http(session))
        .security_scheme("api_key", SecurityScheme::Http(api_key))
}
