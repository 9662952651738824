//! `Idempotency-Key`: a POST that is sent twice is carried out once and answered the same.

use std::sync::Arc;

use crate::{
    admission,
    body::{self, Buffered},
    headers,
    problem::Result,
};
use actix_web::{
    Error as WebError, HttpMessage as _, HttpResponse,
    body::{BoxBody, MessageBody as _},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION},
    },
};
use quarterdeck_app::{
    App, Ctx,
    idempotency::{self, Begin, Claim, StoredResponse},
};
use quarterdeck_domain::Actor;

/// Header with the key.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Header of an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Headers that belong to the answer.
const KEPT: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];

/// Whether the request brings a key to an operation that minds it: every POST of somebody signed in.
pub fn applies(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.headers().contains_key(&KEY) && takes_key(request.path())
}

/// Whether POST at `path` minds a key: everything but signing in and set-up, where nobody is known yet, and what is passed on
/// to model services, whose own the key is.
pub fn takes_key(path: &str) -> bool {
    let is_left_out = |rest: &str| rest == "setup" || rest.starts_with("auth/") || rest.starts_with("model-services/");
    path.strip_prefix("/api/v1/").is_some_and(|rest| !is_left_out(rest))
}

/// Carries the request out, or answers as before.
///
/// # Errors
/// Those of the inner service.
pub async fn run<S>(service: &S, mut request: ServiceRequest) -> Result<ServiceResponse, WebError>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = WebError>,
{
    let actor = |ctx: &Ctx| (ctx.app.clone(), ctx.actor.clone());
    // Nobody is signed in: the handler answers 401.
    let Some((app, actor)) = admission::look(request.request(), actor) else {
        return service.call(request).await;
    };
    match begin(&app, &actor, &mut request).await {
        Err(fault) => Ok(answer(request, HttpResponse::from_error(fault))),
        Ok(Begin::Replay(stored)) => Ok(answer(request, replay(stored))),
        Ok(Begin::Fresh(claim)) => {
            request.extensions_mut().insert(claim.clone());
            let response = service.call(request).await?;
            Ok(complete(&app, &claim, response).await)
        }
    }
}

/// Unlike `ServiceRequest::into_response`, it keeps the error that the envelope writes the problem document of.
pub fn answer(request: ServiceRequest, response: HttpResponse) -> ServiceResponse {
    ServiceResponse::new(request.into_parts().0, response)
}

async fn begin(app: &Arc<App>, actor: &Actor, request: &mut ServiceRequest) -> Result<Begin> {
    let key = headers::single(request.headers(), &KEY, "Idempotency-Key")?;
    let key = key.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let payload = request.take_payload();
    let bytes = body::read(request.request(), payload).await?;
    let begun = idempotency::begin(app, actor, request.path(), &key, (request.query_string(), &bytes)).await?;
    request.extensions_mut().insert(Buffered(bytes));
    Ok(begun)
}

fn replay(stored: StoredResponse) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK));
    for (name, value) in &stored.headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    response.insert_header((REPLAYED, "true")).body(stored.body)
}

/// Keeps the answer of a success, and gives the key back otherwise: then nothing was done.
async fn complete(app: &Arc<App>, claim: &Claim, response: ServiceResponse) -> ServiceResponse {
    if !response.status().is_success() {
        note(idempotency::abandon(app, claim).await);
        return response;
    }
    let (request, response) = response.into_parts();
    let (head, content) = response.into_parts();
    let Ok(content) = content.try_into_bytes() else {
        note(idempotency::abandon(app, claim).await);
        return ServiceResponse::new(request, head.set_body(BoxBody::new(())));
    };
    let headers: Vec<(String, String)> = KEPT
        .iter()
        .filter_map(|name| {
            Some((name.to_string(), head.headers().get(name).map(HeaderValue::to_str)?.ok()?.to_owned()))
        })
        .collect();
    note(idempotency::finish(app, claim, head.status().as_u16(), &headers, &content).await);
    ServiceResponse::new(request, head.set_body(BoxBody::new(content)))
}

/// The work is done, so its answer is given even when the note of it fails.
fn note(outcome: quarterdeck_domain::Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "the answer of an idempotent request was not kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_minded_where_somebody_is_signed_in() {
        assert!(
            takes_key("/api/v1/users") && takes_key("/api/v1/plans/1/execution") && takes_key("/api/v1/me/password")
        );
        assert!(!takes_key("/api/v1/auth/login") && !takes_key("/api/v1/setup") && !takes_key("/login"));
        assert!(!takes_key("/api/v1/model-services/openai/v1/responses"));
    }
}
