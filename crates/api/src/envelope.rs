//! The one middleware around every request: id, span, admission, problem documents, headers, metrics, access log.
//!
//! It is one rather than five because each costs an allocation and a virtual call per request.

use std::{
    future::{Ready, ready},
    rc::Rc,
    time::Instant,
};

use actix_web::{
    Error as WebError, HttpMessage as _, HttpResponse,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{Method, StatusCode},
    web::Data,
};
use futures::future::LocalBoxFuture;
use quarterdeck_domain::{Error, EventId};
use tracing::Instrument as _;

use crate::{
    access_log, admission,
    codes::Syntax,
    connection::Progress,
    events, headers, idempotency,
    limits::{self, Standing},
    metrics::Class,
    problem::Fault,
    request_id::{self, REQUEST_ID, RequestId},
    state::State,
};

/// Wraps every request.
pub struct Envelope(pub Data<State>);

/// The middleware at work.
pub struct EnvelopeService<S> {
    service: Rc<S>,
    state: Data<State>,
}

impl<S> Transform<S, ServiceRequest> for Envelope
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = WebError> + 'static,
{
    type Response = ServiceResponse;
    type Error = WebError;
    type Transform = EnvelopeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EnvelopeService { service: Rc::new(service), state: self.0.clone() }))
    }
}

impl<S> Service<ServiceRequest> for EnvelopeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = WebError> + 'static,
{
    type Response = ServiceResponse;
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<ServiceResponse, WebError>>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let began = Instant::now();
        let serving = request.conn_data::<Progress>().map(Progress::serve);
        let id = match request_id::given(request.headers()) {
            Some(id) => id.to_owned(),
            None => self.state.app.new_id::<EventId>().0.simple().to_string(),
        };
        request.extensions_mut().insert(RequestId(id.clone()));
        let span = access_log::span(&request, &id);
        let method = request.method().clone();
        serve_head(&mut request);
        let (service, state) = (self.service.clone(), self.state.clone());
        let answer = async move {
            let (response, standing) = match admission::admit(&request).await {
                Err(fault) => (idempotency::answer(request, HttpResponse::from_error(fault)), None),
                Ok(standing) if idempotency::applies(&request) => {
                    (idempotency::run(service.as_ref(), request).await?, standing)
                }
                Ok(standing) => (service.call(request).await?, standing),
            };
            let explanation = match response.response().error().and_then(|error| error.as_error::<Fault>()) {
                Some(fault) => admission::note_denial(response.request(), fault).await,
                None => None,
            };
            let response = with_problem(response, &id, explanation);
            let response = with_headers(response, &id, state.behind_tls, standing.as_ref());
            let duration = began.elapsed();
            let class = Class::of(response.request().method(), response.request().path());
            state.metrics.record(class, response.status(), duration);
            access_log::note(&method, response.request(), response.status(), duration);
            Ok(match serving {
                Some(serving) => serving.until_sent(response),
                None => response,
            })
        };
        if span.is_disabled() { Box::pin(answer) } else { Box::pin(answer.instrument(span)) }
    }
}

/// HEAD is GET without the body, which the connection leaves out. A stream has no end to wait for.
fn serve_head(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD && request.path() != events::PATH {
        request.head_mut().method = Method::GET;
    }
}

/// Writes the problem document of a failure.
fn with_problem(response: ServiceResponse, id: &str, explanation: Option<String>) -> ServiceResponse {
    let Some(error) = response.response().error() else { return response };
    let path = response.request().path();
    let answer = match error.as_error::<Fault>() {
        Some(fault) => {
            fault.log();
            fault.response(path, id, explanation)
        }
        None => of_framework(error).response(path, id, None),
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, answer)
}

/// A failure that the framework found.
fn of_framework(error: &WebError) -> Fault {
    match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => Fault::syntax(Syntax::Route, "there is nothing at this path"),
        StatusCode::PAYLOAD_TOO_LARGE => Fault::syntax(Syntax::TooLarge, "the body is too large"),
        status if status.is_client_error() => Fault::syntax(Syntax::Request, "the request is malformed"),
        _ => {
            tracing::error!(%error, "a request failed in the framework");
            Fault::from(Error::internal("the framework failed"))
        }
    }
}

fn with_headers(
    mut response: ServiceResponse,
    id: &str,
    behind_tls: bool,
    standing: Option<&Standing>,
) -> ServiceResponse {
    let kind = headers::kind(response.request().path());
    let all: &mut HttpResponse = response.response_mut();
    headers::add(all.headers_mut(), kind, behind_tls);
    all.headers_mut().insert(REQUEST_ID, request_id::value(id));
    if let Some(standing) = standing {
        limits::add(all.headers_mut(), standing);
    }
    response
}
