//! Imports of users from CSV.

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, get, http::header::CONTENT_TYPE, post};
use futures::future::LocalBoxFuture;
use quarterdeck_app::{Ctx, user_imports};
use quarterdeck_domain::{
    Page, UserImportId,
    jobs::Job,
    user_imports::{
        ImportColumn, ListUserImportLines, UserImport, UserImportLine, UserImportLineFilter, UserImportLineSort,
        UserImportOptions,
    },
};
use utoipa::ToSchema;

use crate::{
    accept::Format,
    admission, body,
    caller::{Caller, needs},
    csv::{Row, optional},
    document::{errors::Conflict, parameters::ImportOptions},
    limits::Gate,
    listing::{List, ListParameters},
    path::Id,
    problem::{Fault, Result},
    query::Query,
    respond::{Created, Found, JobAnswer},
    routes::Routes,
};

/// Where files are sent to.
pub const PATH: &str = "/api/v1/user-imports";

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_user_import)
        .service(get_user_import)
        .service(list_user_import_lines)
        .service(execute_user_import);
}

/// A file of users: CSV (RFC 4180) in UTF-8, separated by commas or semicolons. The first line names the columns:
/// `username`, and any of `display_name`, `first_name`, `last_name`, `email`, `organization`, `roles`, `status`, `language`,
/// `time_zone`, `country`. At most 10,000 lines and 8 MiB.
#[derive(ToSchema)]
#[schema(value_type = String, example = "username,display_name,email\r\nada.byron,Ada Byron,ada@example.org\r\n")]
pub struct UserFile(Vec<u8>);

impl FromRequest for UserFile {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        body::extract(request, payload, |request, payload| async move {
            let wanted = format!("{} in UTF-8", Format::Csv.media_type());
            let given = body::media_type(&request, &wanted)?;
            if !given.eq_ignore_ascii_case(Format::Csv.media_type()) || !is_utf8(&request) {
                return Err(body::other_media_type(&wanted));
            }
            Ok(Self(body::read(&request, payload).await?.into()))
        })
    }
}

/// Whether the file is said to be in UTF-8, or nothing is said.
fn is_utf8(request: &HttpRequest) -> bool {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = header.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.all(|(_, charset)| charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

impl Row for UserImportLine {
    const COLUMNS: &'static [&'static str] =
        &["line", "outcome", "username", "user_id", "changes", "column", "code", "message"];

    fn cells(&self) -> Vec<String> {
        let changes: Vec<&str> = self.changes.iter().map(|column| ImportColumn::name(*column)).collect();
        vec![
            self.line.to_string(),
            self.outcome.to_string(),
            self.username.clone(),
            optional(self.user_id.as_ref()),
            changes.join(" "),
            optional(self.column.as_ref()),
            optional(self.code.as_ref()),
            optional(self.message.as_ref()),
        ]
    }
}

/// Send a file of users
///
/// A dry run: each line is judged as creating or changing the user by hand would be, and nothing is changed. An empty cell
/// leaves open what a new user begins with, and what others have as it is; passwords are set afterwards, by a reset link. The
/// import can be executed for an hour. That a file was judged is in the audit log. Needs `user.create`, and what the columns of a line need by hand.
#[utoipa::path(tag = "user_imports", operation_id = "create_user_import", security(("session" = [])),
    params(ImportOptions),
    request_body(content = UserFile, content_type = "text/csv", description = "The file"),
    responses((status = 201, description = "What the file would do", body = UserImport)))]
#[post("/user-imports")]
async fn create_user_import(
    caller: Caller<needs::UserCreate>,
    options: Query<UserImportOptions>,
    file: UserFile,
    request: HttpRequest,
) -> Result<Created<UserImport>> {
    let _permit = admission::enter(&request, Gate::Imports, &caller)?;
    let import = user_imports::create_user_import(&caller, &options.0, file.0).await?;
    Ok(Created(format!("{PATH}/{}", import.id), import))
}

/// Get an import of users
///
/// Imports belong to who made them.
#[utoipa::path(tag = "user_imports", operation_id = "get_user_import", security(("session" = [])),
    params(("id" = UserImportId, Path, description = "The import")),
    responses((status = 200, description = "The import", body = UserImport)))]
#[get("/user-imports/{id}")]
async fn get_user_import(caller: Caller<needs::UserCreate>, id: Id<UserImportId>) -> Result<Found<UserImport>> {
    Ok(Found(user_imports::get_user_import(&caller, id.0).await?))
}

/// List the lines of an import of users
///
/// What each would do, or why not, in the order of the file.
#[utoipa::path(tag = "user_imports", operation_id = "list_user_import_lines", security(("session" = [])),
    params(("id" = UserImportId, Path, description = "The import"),
        ListParameters<UserImportLineFilter, UserImportLineSort>),
    responses((status = 200, description = "A page of lines", body = Page<UserImportLine>)))]
#[get("/user-imports/{id}/lines")]
async fn list_user_import_lines(
    caller: Caller<needs::UserCreate>,
    id: Id<UserImportId>,
    list: List<UserImportLineFilter, UserImportLineSort>,
) -> Result<HttpResponse> {
    let lines = async move |ctx: &Ctx, request: &ListUserImportLines| {
        user_imports::list_user_import_lines(ctx, id.0, request).await
    };
    list.answer(caller, "user-import-lines", lines).await
}

/// Execute an import of users
///
/// A job does what the lines say that are to create or change a user, each with the guards and the audit event of the same
/// change by hand, and with the rights that the caller has by then. Its rows have the numbers of the lines. Lines that the
/// dry run refused are left out; what has changed since fails its line alone.
#[utoipa::path(tag = "user_imports", operation_id = "execute_user_import", security(("session" = [])),
    params(("id" = UserImportId, Path, description = "The import")),
    responses((status = 200, description = "The job, which has ended", body = Job),
        (status = 202, description = "The job, which goes on", body = Job), Conflict))]
#[post("/user-imports/{id}/execution")]
async fn execute_user_import(caller: Caller<needs::UserCreate>, id: Id<UserImportId>) -> Result<JobAnswer> {
    Ok(JobAnswer(user_imports::execute_user_import(&caller, id.0).await?))
}
