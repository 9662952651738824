//! Departures: receipts of those who left.

use actix_web::{HttpRequest, HttpResponse, get};
use quarterdeck_app::departures;
use quarterdeck_domain::{
    DepartureId, Page,
    departures::{Departure, DepartureFilter, DepartureSort},
};

use crate::{
    admission,
    caller::{Caller, needs},
    csv::{Row, optional},
    limits::Gate,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::Found,
    routes::Routes,
    user_exports::Archive,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_departures).service(get_departure).service(get_departure_export);
}

impl Row for Departure {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "username",
        "display_name",
        "organization_id",
        "reason",
        "account",
        "state",
        "purge_at",
        "handed_over_to",
        "handed_over_to_name",
        "steps",
        "departed_by",
        "departed_by_name",
        "departed_at",
    ];

    fn cells(&self) -> Vec<String> {
        let steps = self.steps.iter().map(|step| format!("{}={}", step.kind, step.count)).collect::<Vec<_>>();
        vec![
            self.id.to_string(),
            self.user_id.to_string(),
            self.username.clone(),
            self.display_name.clone(),
            optional(self.organization_id.as_ref()),
            self.reason.clone(),
            self.account.to_string(),
            self.state.to_string(),
            optional(self.purge_at.as_ref()),
            optional(self.handed_over_to.as_ref()),
            self.handed_over_to_name.clone().unwrap_or_default(),
            steps.join(" "),
            optional(self.departed_by.as_ref()),
            self.departed_by_name.clone(),
            self.departed_at.to_string(),
        ]
    }
}

/// List departures
///
/// Those who were off-boarded, each with the receipt of what was done. Newest first unless sorted. Needs `bin.read`.
#[utoipa::path(tag = "departures", operation_id = "list_departures", security(("session" = [])),
    params(ListParameters<DepartureFilter, DepartureSort>),
    responses((status = 200, description = "A page of departures", body = Page<Departure>)))]
#[get("/departures")]
async fn list_departures(
    caller: Caller<needs::BinRead>,
    list: List<DepartureFilter, DepartureSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "departures", departures::list_departures).await
}

/// Get a departure
///
/// The receipt: each step with its number, what became of the account, and how it stands today.
#[utoipa::path(tag = "departures", operation_id = "get_departure", security(("session" = [])),
    params(("id" = DepartureId, Path, description = "The departure")),
    responses((status = 200, description = "The departure", body = Departure)))]
#[get("/departures/{id}")]
async fn get_departure(caller: Caller<needs::BinRead>, id: Id<DepartureId>) -> Result<Found<Departure>> {
    Ok(Found(departures::get_departure(&caller, id.0).await?))
}

/// Get the data of somebody who left
///
/// The ZIP that was made before they left, as `GET /users/{id}/export` makes it, for 30 days. Needs `user.export`. It is
/// noted in the audit log.
#[utoipa::path(tag = "departures", operation_id = "get_departure_export", security(("session" = [])),
    params(("id" = DepartureId, Path, description = "The departure")),
    responses((status = 200, description = "The archive", body = Archive, content_type = "application/zip",
        headers(("Content-Disposition" = String, description = "Name for the file: username and date")))))]
#[get("/departures/{id}/export")]
async fn get_departure_export(
    caller: Caller<needs::UserExport>,
    id: Id<DepartureId>,
    request: HttpRequest,
) -> Result<Archive> {
    let _permit = admission::enter(&request, Gate::Exports, &caller)?;
    Ok(Archive(departures::get_departure_export(&caller, id.0).await?))
}
