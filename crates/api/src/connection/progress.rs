//! How far the requests of a connection have got, and how long the next step may take.

use std::{cell::Cell, pin::Pin, rc::Rc, task::Context, task::Poll, time::Duration};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::ServiceResponse,
    web::Bytes,
};
use tokio::{sync::Notify, time::Instant};

/// How long the server waits.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the rest of a head after its first byte, and for the first byte of a new connection.
    pub head: Duration,
    /// For the next request after an answer.
    pub keep_alive: Duration,
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Nothing of the next head has come.
    Idle { until: Instant },
    /// A part of a head has come.
    Head { until: Instant },
    /// A request is served; its body has a time limit of its own.
    Request,
}

/// How far a connection has got; it is shared by the connection and its requests, which live in one thread.
#[derive(Debug, Clone)]
pub struct Progress {
    phase: Rc<Cell<Phase>>,
    patience: Patience,
    ended: Rc<Notify>,
}

impl Progress {
    /// A new connection: its first head should come.
    pub(super) fn new(patience: Patience) -> Self {
        let until = Instant::now() + patience.head;
        Self { phase: Rc::new(Cell::new(Phase::Idle { until })), patience, ended: Rc::default() }
    }

    /// Bytes came from the client.
    pub(super) fn received(&self) {
        if let Phase::Idle { .. } = self.phase.get() {
            self.phase.set(Phase::Head { until: Instant::now() + self.patience.head });
        }
    }

    /// The client has ended the connection.
    pub(super) fn end(&self) {
        self.ended.notify_one();
    }

    /// Waits until the client has ended the connection, for what lasts: the framework goes on without anybody to answer.
    pub fn ended(&self) -> impl Future<Output = ()> + use<> {
        let ended = self.ended.clone();
        async move { ended.notified().await }
    }

    /// When the next step is overdue; never while a request is served.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase.get() {
            Phase::Idle { until } | Phase::Head { until } => Some(until),
            Phase::Request => None,
        }
    }

    /// Whether a part of a head has come.
    pub(super) fn is_within_head(&self) -> bool {
        matches!(self.phase.get(), Phase::Head { .. })
    }

    /// A head has been read: its request is served until the guard goes.
    #[must_use]
    pub fn serve(&self) -> Serving {
        self.phase.set(Phase::Request);
        Serving(self.clone())
    }
}

/// A request is served.
#[derive(Debug)]
pub struct Serving(Progress);

impl Serving {
    /// Goes on until a streamed body has ended; others are written at once.
    #[must_use]
    pub fn until_sent(self, response: ServiceResponse) -> ServiceResponse {
        match response.response().body().size() {
            BodySize::Stream => response.map_body(|_, body| Streamed { body, _serving: self }.boxed()),
            BodySize::None | BodySize::Sized(_) => response,
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.phase.set(Phase::Idle { until: Instant::now() + self.0.patience.keep_alive });
    }
}

/// A body that is served as long as it lives.
struct Streamed {
    body: BoxBody,
    _serving: Serving,
}

impl MessageBody for Streamed {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
