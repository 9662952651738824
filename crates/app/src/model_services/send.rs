//! A request to a model service: goes out with the first key that works, and its answer is passed on as it comes.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use quarterdeck_domain::{
    Permission, ProviderKeyId, Resource, Result,
    error::{ModelServiceFault, Rule},
    model_services::{KeySource, KeyStanding, ModelProvider},
};
use tokio::time::{Instant, timeout_at};

use super::{keys, look};
use crate::{
    App, Ctx,
    outgoing::{ByteStream, OutgoingAnswer, OutgoingBody, OutgoingFault, OutgoingRequest},
};

/// Largest answer that is passed on.
const ANSWER_BYTES: u64 = 256 * 1024 * 1024;
/// Longest time that an answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(3_600);
/// Time between two looks at whether the actor may still use the service.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A request as the client sends it, without what is for this platform alone.
pub struct ModelRequest {
    /// Method.
    pub method: String,
    /// Path and query below the address of the service, percent-encoded, without a slash before it.
    pub target: String,
    /// Headers that are passed on.
    pub headers: Vec<(String, String)>,
    /// Body, if it has one.
    pub body: Option<OutgoingBody>,
}

/// An answer to be passed on.
pub struct ModelAnswer {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body.
    pub bytes: ByteStream,
    /// Whose key the request went out with.
    pub source: KeySource,
}

/// Sends a request to the service of `provider`, and gives its answer as soon as it begins.
///
/// # Errors
/// `Forbidden` without `model_service.use`, `Conflict` when nothing is sent there or no key works, `ModelService` when no
/// answer comes that could be passed on.
pub async fn send(ctx: &Ctx, provider: ModelProvider, request: ModelRequest) -> Result<ModelAnswer> {
    let keys = keys(ctx, Some(provider)).await?;
    let endpoint = ctx.app.settings().model_endpoint(provider).ok_or(Rule::ModelServiceOff)?;
    let first = look(ctx, provider, &keys).into_iter().find(|found| found.candidate.standing == KeyStanding::Used);
    let (source, secret) =
        first.and_then(|found| Some((found.candidate.source, found.secret?))).ok_or(Rule::NoProviderKey)?;
    let key = keys.iter().find(|key| key.source == source).map(|key| key.id);
    let meter = Meter { app: ctx.app.clone(), key, sent: Arc::default(), received: 0 };
    let (name, value) = provider.credential(&secret);
    let mut headers = request.headers;
    headers.retain(|(given, _)| given != name);
    headers.push((name.to_owned(), value));
    let outgoing = OutgoingRequest {
        method: request.method,
        url: format!("{}/{}", endpoint.url, request.target),
        headers,
        body: request.body.map(|body| counted(body, meter.sent.clone())),
        allow_local: endpoint.allow_local,
        silence: Duration::from_secs(endpoint.silence_seconds.into()),
    };
    let answer = ctx.app.ports.outgoing.send(outgoing).await.map_err(|fault| {
        tracing::warn!(%provider, %fault, "a request to a model service came to nothing");
        fault_of(&fault)
    })?;
    check(&answer)?;
    let OutgoingAnswer { status, headers, bytes } = answer;
    Ok(ModelAnswer { status, headers, bytes: passed_on(ctx, meter, bytes), source })
}

const fn fault_of(fault: &OutgoingFault) -> ModelServiceFault {
    match fault {
        OutgoingFault::Address => ModelServiceFault::Address,
        OutgoingFault::Unreachable(_) => ModelServiceFault::Unreachable,
        OutgoingFault::Broken(_) => ModelServiceFault::Broken,
        OutgoingFault::Silent => ModelServiceFault::Silent,
    }
}

/// A way to another address is not followed, nor left to a client that would go there without the key.
fn check(answer: &OutgoingAnswer) -> Result<(), ModelServiceFault> {
    let length = answer.headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| str::from_utf8(value).ok()?.parse::<u64>().ok());
    match answer.status {
        304 => Ok(()),
        300..=399 => Err(ModelServiceFault::Redirect),
        _ if length.is_some_and(|length| length > ANSWER_BYTES) => Err(ModelServiceFault::TooLarge),
        200..=599 => Ok(()),
        _ => Err(ModelServiceFault::Broken),
    }
}

/// What goes through one request; noted for its key when the request is over, in whatever way.
struct Meter {
    app: Arc<App>,
    key: Option<ProviderKeyId>,
    sent: Arc<AtomicU64>,
    received: u64,
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let sent = self.sent.load(Ordering::Relaxed);
            self.app.provider_key_uses.note(key, self.app.now(), sent, self.received);
        }
    }
}

fn counted(body: OutgoingBody, sent: Arc<AtomicU64>) -> OutgoingBody {
    let bytes = body.bytes.inspect(move |piece| {
        if let Ok(piece) = piece {
            sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
        }
    });
    OutgoingBody { bytes: Box::pin(bytes), ..body }
}

/// An answer under way.
struct Passing {
    ctx: Ctx,
    meter: Meter,
    bytes: ByteStream,
    until: Instant,
    looked_at: Instant,
}

/// The answer piece by piece: within its limits, and for as long as the actor may use the service.
fn passed_on(ctx: &Ctx, meter: Meter, bytes: ByteStream) -> ByteStream {
    let now = Instant::now();
    let passing = Passing { ctx: ctx.clone(), meter, bytes, until: now + ANSWER_TIME, looked_at: now };
    Box::pin(stream::unfold(Some(passing), |passing| async {
        let mut passing = passing?;
        match passing.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(passing))),
            Ok(None) => None,
            // The client sees that the answer is cut short.
            Err(error) => Some((Err(error), None)),
        }
    }))
}

impl Passing {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let next = timeout_at(self.until, self.bytes.next()).await;
        let piece = next.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.transpose()?;
        let Some(piece) = piece else { return Ok(None) };
        self.meter.received += piece.len() as u64;
        if self.meter.received > ANSWER_BYTES {
            return Err(io::Error::other("the answer is larger than what is passed on"));
        }
        if self.looked_at.elapsed() >= LOOK_AGAIN {
            self.ctx.renew().await.map_err(io::Error::other)?;
            self.ctx.allow(Permission::ModelServiceUse, &Resource::List).map_err(io::Error::other)?;
            self.looked_at = Instant::now();
        }
        Ok(Some(piece))
    }
}
