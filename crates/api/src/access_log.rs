//! One line of log per request, and the span that carries its id. Queries are left out: they may hold names.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    dev::ServiceRequest,
    http::{Method, StatusCode},
};
use quarterdeck_domain::Actor;
use tracing::{Span, field};

use crate::request_id;

/// The span of a request; its fields are written only when somebody listens.
pub fn span(request: &ServiceRequest, id: &str) -> Span {
    tracing::info_span!(
        "request",
        request.id = id,
        trace.id = request_id::trace_id(request.headers()).map(field::display),
        http.method = %request.method(),
        http.path = request.path(),
        user.id = field::Empty,
        impersonator.id = field::Empty,
    )
}

/// Puts into the span who acts as whom, when somebody acts as somebody else.
pub fn name(actor: &Actor) {
    if let (Some(user), Some(by)) = (actor.user_id(), &actor.impersonator) {
        Span::current().record("user.id", field::display(user)).record("impersonator.id", field::display(by.id));
    }
}

/// Notes the answer: changes and refusals at `info`, plain reads at `debug`.
pub fn note(method: &Method, request: &HttpRequest, status: StatusCode, duration: Duration) {
    let (status, duration_us) = (status.as_u16(), u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    let is_read = matches!(*method, Method::GET | Method::HEAD) && status < 400;
    if is_read {
        tracing::debug!(target: "quarterdeck::access", status, duration_us, "{method} {}", request.path());
    } else {
        tracing::info!(target: "quarterdeck::access", status, duration_us, "{method} {}", request.path());
    }
}
