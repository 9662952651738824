//! The way to a model service and back, piece by piece in both directions.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING},
    },
    rt,
    web::{Bytes, Payload},
};
use futures::StreamExt as _;
use quarterdeck_app::{
    model_services::{self, ModelAnswer, ModelRequest},
    outgoing::OutgoingBody,
};
use quarterdeck_domain::model_services::ModelProvider;
use tokio::{sync::mpsc, time::timeout};

use super::{headers, target::target};
use crate::{
    admission,
    caller::Caller,
    codes::Syntax,
    connection::Progress,
    limits::Gate,
    problem::{Fault, Result},
};

/// Largest body that is passed on.
const BODY_BYTES: u64 = 32 * 1024 * 1024;
/// Longest time between two pieces of a body.
const PAUSE: Duration = Duration::from_secs(30);
/// Pieces of a body that wait for the service.
const WAITING: usize = 2;

/// Whose key the request went out with.
const KEY: HeaderName = HeaderName::from_static("x-model-key");
/// Tells proxies in front of the platform to hold nothing back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Passes a request on to `provider`, and its answer back.
///
/// # Errors
/// 409 when nothing is sent there or no key works, 429 when too many are under way, 502 and 504 when no answer comes that could
/// be passed on; 408 and 413 for the body.
pub async fn pass<N>(
    caller: Caller<N>,
    provider: ModelProvider,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let ctx = caller.into_inner();
    let permit = admission::enter(request, Gate::ModelRequests, &ctx)?;
    let target = target(request.match_info().get("path").unwrap_or_default(), request.query_string())?;
    let fault = Arc::<Broken>::default();
    let body = body(request, payload, fault.clone())?;
    let sending = ModelRequest {
        method: request.method().to_string(),
        target,
        headers: headers::outward(request.headers()),
        body,
    };
    let ended = || Fault::syntax(Syntax::Request, "the client has ended the connection");
    let sent = tokio::select! {
        sent = model_services::send(&ctx, provider, sending) => sent,
        () = gone(request) => return Err(ended()),
    };
    // What was wrong with the body says more than what became of the request by it.
    let answer = sent.map_err(|error| fault.take().unwrap_or_else(|| error.into()))?;
    let ModelAnswer { status, headers, bytes, source } = answer;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
    for header in headers::inward(headers) {
        response.append_header(header);
    }
    response.insert_header((KEY, source.name())).insert_header((BUFFERING, "no"));
    let bytes = bytes.map(move |piece| {
        let _under_way = &permit;
        piece
    });
    Ok(response.streaming(bytes.take_until(Box::pin(gone(request)))))
}

/// Waits until the client has ended the connection: what nobody waits for is not asked for any longer.
fn gone(request: &HttpRequest) -> impl Future<Output = ()> + use<> {
    let ended = request.conn_data::<Progress>().map(Progress::ended);
    async move {
        match ended {
            Some(ended) => ended.await,
            None => std::future::pending().await,
        }
    }
}

/// Why the body of a request broke off.
#[derive(Default)]
struct Broken(Mutex<Option<Fault>>);

impl Broken {
    fn set(&self, fault: Fault) -> io::Error {
        let error = io::Error::other(fault.to_string());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        error
    }

    fn take(&self) -> Option<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The body of the request, if it has one. It is read by the thread of its connection and sent by any.
fn body(request: &HttpRequest, mut payload: Payload, broken: Arc<Broken>) -> Result<Option<OutgoingBody>> {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.unwrap_or(0) == 0 && !headers.contains_key(TRANSFER_ENCODING) {
        return Ok(None);
    }
    if length.is_some_and(|length| length > BODY_BYTES) {
        return Err(too_large());
    }
    let (sender, mut receiver) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    rt::spawn(async move {
        let mut read = 0;
        while let Some(piece) = piece(&mut payload, &mut read).await {
            let is_last = piece.is_err();
            // The service may have answered already, without all of the body.
            if sender.send(piece.map_err(|fault| broken.set(fault))).await.is_err() || is_last {
                return;
            }
        }
    });
    let bytes = futures::stream::poll_fn(move |context| receiver.poll_recv(context));
    Ok(Some(OutgoingBody { length, bytes: Box::pin(bytes) }))
}

/// The next piece of a body of which `read` bytes were read.
async fn piece(payload: &mut Payload, read: &mut u64) -> Option<Result<Bytes>> {
    let slow = || Fault::syntax(Syntax::Slow, "nothing of the body arrived for 30 seconds");
    let cut = |_| Fault::syntax(Syntax::Request, "the body ended before its length");
    let Ok(next) = timeout(PAUSE, payload.next()).await else { return Some(Err(slow())) };
    let piece = next?.map_err(cut);
    *read += piece.as_ref().map_or(0, |piece| piece.len() as u64);
    Some(if *read > BODY_BYTES { Err(too_large()) } else { piece })
}

fn too_large() -> Fault {
    Fault::syntax(Syntax::TooLarge, format!("the body has more than {BODY_BYTES} bytes"))
}
