//! Saved views of tables.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::saved_views;
use quarterdeck_domain::{
    Page, SavedViewId,
    saved_views::{CreateSavedView, SavedView, SavedViewFilter, SavedViewSort, UpdateSavedView},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::Row,
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Created, Found, NoContent},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_saved_views)
        .service(create_saved_view)
        .service(get_saved_view)
        .service(update_saved_view)
        .service(delete_saved_view);
}

impl Row for SavedView {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "table",
        "name",
        "query",
        "columns",
        "visibility",
        "role",
        "role_id",
        "role_name",
        "organization_id",
        "owner_id",
        "owner_name",
        "created_at",
        "updated_at",
    ];

    fn cells(&self) -> Vec<String> {
        let query = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        vec![
            self.id.to_string(),
            self.table.to_string(),
            self.name.clone(),
            query.join(" "),
            self.columns.as_ref().map(|columns| columns.join(" ")).unwrap_or_default(),
            self.visibility.to_string(),
            self.role.map(|role| role.to_string()).unwrap_or_default(),
            self.role_id.map(|id| id.to_string()).unwrap_or_default(),
            self.role_name.clone().unwrap_or_default(),
            self.organization_id.map(|id| id.to_string()).unwrap_or_default(),
            self.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            self.owner_name.clone().unwrap_or_default(),
            self.created_at.to_string(),
            self.updated_at.to_string(),
        ]
    }
}

/// List saved views
///
/// The own ones and those that are shared with the caller, of tables that the caller may see; whoever may share sees all
/// that are shared as far as that right reaches. By name unless sorted.
#[utoipa::path(tag = "saved_views", operation_id = "list_saved_views", security(("session" = [])),
    params(ListParameters<SavedViewFilter, SavedViewSort>),
    responses((status = 200, description = "A page of saved views", body = Page<SavedView>)))]
#[get("/saved-views")]
async fn list_saved_views(
    caller: Caller<needs::ProfileRead>,
    list: List<SavedViewFilter, SavedViewSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "saved-views", saved_views::list_saved_views).await
}

/// Save a view
///
/// Filters, sort and columns of a table under a name. It is private unless `visibility` says otherwise; sharing it, in an
/// organization or on the platform, needs `saved_view.share` there. What the list of the table would refuse is refused here.
/// One user makes at most 100.
#[utoipa::path(tag = "saved_views", operation_id = "create_saved_view", security(("session" = [])),
    request_body(content = CreateSavedView, description = "The new view"),
    responses((status = 201, description = "The new view", body = SavedView), Conflict))]
#[post("/saved-views")]
async fn create_saved_view(
    caller: Caller<needs::ProfileUpdate>,
    body: Body<CreateSavedView>,
) -> Result<Created<SavedView>> {
    let created = saved_views::create_saved_view(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/saved-views/{}", created.id), created))
}

/// Get a saved view
///
/// A private one is there for its owner alone.
#[utoipa::path(tag = "saved_views", operation_id = "get_saved_view", security(("session" = [])),
    params(("id" = SavedViewId, Path, description = "The view")),
    responses((status = 200, description = "The view", body = SavedView)))]
#[get("/saved-views/{id}")]
async fn get_saved_view(caller: Caller<needs::ProfileRead>, id: Id<SavedViewId>) -> Result<Found<SavedView>> {
    Ok(Found(saved_views::get_saved_view(&caller, id.0).await?))
}

/// Change a saved view
///
/// Its name, its query, its columns, who sees it. A JSON Merge Patch: members that are absent stay as they are. A view that
/// is shared, before or after, needs `saved_view.share` there.
#[utoipa::path(tag = "saved_views", operation_id = "update_saved_view", security(("session" = [])),
    params(("id" = SavedViewId, Path, description = "The view"), IfMatch),
    request_body(content = UpdateSavedView, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed view", body = SavedView), Conflict))]
#[patch("/saved-views/{id}")]
async fn update_saved_view(
    caller: Caller<needs::ProfileUpdate>,
    id: Id<SavedViewId>,
    body: Body<UpdateSavedView>,
    if_match: IfMatch,
) -> Result<Found<SavedView>> {
    Ok(Found(saved_views::update_saved_view(&caller, id.0, &body.0, if_match.0).await?))
}

/// Delete a saved view
///
/// For all who see it. One that is shared needs `saved_view.share` there.
#[utoipa::path(tag = "saved_views", operation_id = "delete_saved_view", security(("session" = [])),
    params(("id" = SavedViewId, Path, description = "The view"), IfMatch),
    responses((status = 204, description = "The view is deleted")))]
#[delete("/saved-views/{id}")]
async fn delete_saved_view(
    caller: Caller<needs::ProfileUpdate>,
    id: Id<SavedViewId>,
    if_match: IfMatch,
) -> Result<NoContent> {
    saved_views::delete_saved_view(&caller, id.0, if_match.0).await?;
    Ok(NoContent)
}
