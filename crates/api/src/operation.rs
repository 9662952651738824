//! What an operator's machinery asks: is the process there, can it work, how is it doing.

use std::net::IpAddr;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        header::{CONTENT_TYPE, HOST},
        uri::Authority,
    },
    web,
};
use quarterdeck_app::{Ctx, meta};
use quarterdeck_domain::{
    Error,
    error::Unauthenticated,
    health::{CheckOutcome, Health},
    settings::MetricsToken,
};

use crate::{
    caller::{self, Visitor},
    problem::{Fault, Result},
    respond::Json,
    routes::get,
    state::{self, State},
};

/// Adds the routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(get("/healthz", healthz)).service(get("/readyz", readyz)).service(get("/metrics", metrics));
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; charset=utf-8")).body("ok\n")
}

async fn readyz(visitor: Visitor) -> Result<Json<Health>> {
    let health = meta::get_health(&visitor).await?;
    match health.checks.iter().find(|check| check.outcome == CheckOutcome::Fail) {
        Some(check) => Err(Fault::from(Error::Unavailable(part(&check.name)))),
        None => Ok(Json(health)),
    }
}

/// The part that is not available, as a problem names it.
fn part(check: &str) -> &'static str {
    match check {
        "database" => "the database",
        "migrations" => "the schema of the database",
        "audit chain" => "the audit chain",
        "disk" => "room on the disk",
        _ => "a part of the platform",
    }
}

async fn metrics(request: HttpRequest) -> Result<HttpResponse> {
    let state = state::of(&request)?;
    may_read(state, &request)?;
    let ctx = Ctx::system(&state.app, "metrics");
    let overview = meta::get_overview(&ctx).await?;
    let text = state.metrics.text(&overview.counts, &overview.health).map_err(Error::internal)?;
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, content_type)).body(text))
}

/// With the token of the setting; without such a setting from this machine only.
fn may_read(state: &State, request: &HttpRequest) -> Result<()> {
    match state.app.settings().metrics_token() {
        MetricsToken::Set(token) if same(caller::bearer(request)?, &token) => Ok(()),
        MetricsToken::Set(_) | MetricsToken::Unreadable => Err(Unauthenticated::Invalid.into()),
        MetricsToken::Unset => {
            if is_this_machine(caller::address(request, state), request) {
                Ok(())
            } else {
                Err(Unauthenticated::Missing.into())
            }
        }
    }
}

/// A proxy on this machine that is not trusted would make everybody look local, so what proxies add counts against it,
/// and so does another name of the host.
fn is_this_machine(address: IpAddr, request: &HttpRequest) -> bool {
    const OF_PROXIES: [&str; 6] =
        ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_local = host.parse::<Authority>().is_ok_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    });
    address.is_loopback() && is_local && !OF_PROXIES.iter().any(|name| request.headers().contains_key(*name))
}

/// Compares in a time that does not tell where the texts differ.
fn same(given: &str, wanted: &str) -> bool {
    let difference = given.bytes().zip(wanted.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b));
    given.len() == wanted.len() && std::hint::black_box(difference) == 0
}
