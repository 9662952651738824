//! The bin.

use actix_web::{HttpResponse, get, post};
use quarterdeck_app::bin;
use quarterdeck_domain::{
    BinItemId, Page,
    bin::{BinFilter, BinItem, BinSort, RestoreBinItem, RestoredBinItem},
    plans::KindCount,
};

use crate::{
    body::OptionalBody,
    caller::{Caller, needs},
    csv::{Row, optional},
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Found, Json},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_bin_items).service(get_bin_item).service(restore_bin_item);
}

/// Counts as a cell: `membership=3 api_key=1`.
pub fn counts(counts: &[KindCount]) -> String {
    counts.iter().map(|count| format!("{}={}", count.kind, count.count)).collect::<Vec<_>>().join(" ")
}

impl Row for BinItem {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "kind",
        "label",
        "display_name",
        "organization_id",
        "organization_name",
        "contents",
        "reason",
        "deleted_by",
        "deleted_by_name",
        "deleted_at",
        "purge_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.kind.to_string(),
            self.label.clone(),
            self.display_name.clone(),
            optional(self.organization_id.as_ref()),
            self.organization_name.clone().unwrap_or_default(),
            counts(&self.contents),
            self.reason.clone(),
            optional(self.deleted_by.as_ref()),
            self.deleted_by_name.clone(),
            self.deleted_at.to_string(),
            self.purge_at.to_string(),
        ]
    }
}

/// List what is in the bin
///
/// Users and groups that were deleted for a while, and can come back. Newest first unless sorted. Needs `bin.read`.
#[utoipa::path(tag = "bin", operation_id = "list_bin_items", security(("session" = [])),
    params(ListParameters<BinFilter, BinSort>),
    responses((status = 200, description = "A page of what is in the bin", body = Page<BinItem>)))]
#[get("/bin")]
async fn list_bin_items(caller: Caller<needs::BinRead>, list: List<BinFilter, BinSort>) -> Result<HttpResponse> {
    list.answer(caller, "bin", bin::list_bin_items).await
}

/// Get something in the bin
///
/// By the id that it had. Needs `bin.read`.
#[utoipa::path(tag = "bin", operation_id = "get_bin_item", security(("session" = [])),
    params(("id" = BinItemId, Path, description = "What is in the bin")),
    responses((status = 200, description = "What is in the bin", body = BinItem)))]
#[get("/bin/{id}")]
async fn get_bin_item(caller: Caller<needs::BinRead>, id: Id<BinItemId>) -> Result<Found<BinItem>> {
    Ok(Found(bin::get_bin_item(&caller, id.0).await?))
}

/// Bring something back from the bin
///
/// With its id, and all that hung on it: roles, grants, memberships, keys and views of a user; ledger, reservations and
/// members of a group. What needs something else that is in the bin waits for that, whatever comes back first; what needs
/// something that is gone for good is lost. Sessions do not come back. A user whose organization is gone comes back without
/// one. Needs `bin.restore`, which is asked of users with power over others as their deletion is.
#[utoipa::path(tag = "bin", operation_id = "restore_bin_item", security(("session" = [])),
    params(("id" = BinItemId, Path, description = "What is in the bin")),
    request_body(content = Option<RestoreBinItem>, description = "How it comes back"),
    responses((status = 200, description = "What came back", body = RestoredBinItem), Conflict))]
#[post("/bin/{id}/restoration")]
async fn restore_bin_item(
    caller: Caller<needs::BinRestore>,
    id: Id<BinItemId>,
    body: OptionalBody<RestoreBinItem>,
) -> Result<Json<RestoredBinItem>> {
    Ok(Json(bin::restore_bin_item(&caller, id.0, &body.0).await?))
}
