//! Requests to services outside: HTTP/1.1 over a connection of their own, by TLS unless the service is on this machine.
//!
//! The connection is opened here rather than by a client library with a pool: the address that was judged is the address
//! that is connected to, and what is dropped ends with its connection.

mod body;
mod connect;

#[cfg(test)]
mod tests;

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::stream;
use hyper::{
    Request, Response, Uri,
    body::{Body as _, Incoming},
    client::conn::http1,
    header::HOST,
};
use hyper_util::rt::TokioIo;
use quarterdeck_app::{
    outgoing::{ByteStream, Outgoing, OutgoingAnswer, OutgoingFault, OutgoingRequest},
    ports::BoxFuture,
};
use rustls::pki_types::CertificateDer;
use tokio::{task::JoinHandle, time::timeout};
use tokio_rustls::TlsConnector;

use body::Upload;

/// Longest time until a connection is there, TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// Sends requests.
pub struct HttpOutgoing {
    tls: TlsConnector,
}

impl HttpOutgoing {
    /// Trusts the authorities that browsers trust, and `further` ones.
    ///
    /// # Errors
    /// When one of the further ones is none.
    pub fn new(further: &[CertificateDer<'static>]) -> io::Result<Self> {
        Ok(Self { tls: connect::connector(further)? })
    }

    async fn carry_out(&self, request: OutgoingRequest) -> Result<OutgoingAnswer, OutgoingFault> {
        let uri: Uri = request.url.parse().map_err(|_| OutgoingFault::Address)?;
        let opening = connect::open(&self.tls, &uri, request.allow_local);
        let wire = timeout(CONNECT, opening).await.map_err(|_| unreachable("there was no connection in time"))??;
        let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await.map_err(|error| broken(&error))?;
        let task = Task(tokio::spawn(async move {
            // Its failure is that of the request or of the answer.
            let _ = connection.await;
        }));
        let (silence, sent) = (request.silence, Arc::<AtomicU64>::default());
        let sending = sender.send_request(of(request, &uri, &sent)?);
        let answer = answered(sending, &sent, silence).await?;
        let headers = answer.headers().iter();
        Ok(OutgoingAnswer {
            status: answer.status().as_u16(),
            headers: headers.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect(),
            bytes: received(answer.into_body(), task, silence),
        })
    }
}

impl Outgoing for HttpOutgoing {
    fn send(&self, request: OutgoingRequest) -> BoxFuture<'_, Result<OutgoingAnswer, OutgoingFault>> {
        Box::pin(self.carry_out(request))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors come by value from map_err")]
fn unreachable(why: impl ToString) -> OutgoingFault {
    OutgoingFault::Unreachable(why.to_string())
}

fn broken(error: &hyper::Error) -> OutgoingFault {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    OutgoingFault::Broken(format!("{error}{cause}"))
}

/// The request as it goes out; `sent` counts the pieces of its body.
fn of(request: OutgoingRequest, uri: &Uri, sent: &Arc<AtomicU64>) -> Result<Request<Upload>, OutgoingFault> {
    let authority = uri.authority().ok_or(OutgoingFault::Address)?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut builder = Request::builder().method(request.method.as_str()).uri(target).header(HOST, authority.as_str());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let body = Upload::new(request.body, sent.clone());
    builder.body(body).map_err(|error| OutgoingFault::Broken(error.to_string()))
}

/// Waits for the head of the answer: as long as the service keeps silent and takes nothing of the body either.
async fn answered(
    sending: impl Future<Output = hyper::Result<Response<Incoming>>>,
    sent: &AtomicU64,
    silence: Duration,
) -> Result<Response<Incoming>, OutgoingFault> {
    let mut sending = pin!(sending);
    loop {
        let before = sent.load(Ordering::Relaxed);
        match timeout(silence, &mut sending).await {
            Ok(outcome) => return outcome.map_err(|error| broken(&error)),
            Err(_) if sent.load(Ordering::Relaxed) != before => {}
            Err(_) => return Err(OutgoingFault::Silent),
        }
    }
}

/// The connection at work; it ends with this.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body of the answer; too long a silence within it is an error.
fn received(body: Incoming, task: Task, silence: Duration) -> ByteStream {
    Box::pin(stream::unfold(Some((body, task)), move |under_way| async move {
        let (mut body, task) = under_way?;
        loop {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
            match timeout(silence, frame).await {
                Ok(None) => return None,
                Ok(Some(Ok(frame))) => {
                    // Trailers are not passed on.
                    if let Ok(piece) = frame.into_data() {
                        return Some((Ok(piece), Some((body, task))));
                    }
                }
                Ok(Some(Err(error))) => return Some((Err(io::Error::other(error)), None)),
                Err(_) => return Some((Err(io::ErrorKind::TimedOut.into()), None)),
            }
        }
    }))
}
