//! A connection below its requests: what the framework ends without a word gets a problem document here.
//!
//! A head that comes too slowly, the first of a connection or a later one, is answered with 408; the refusals of the
//! parser (400, 431), which have no body, are replaced on their way out. A request is ours, and the
//! [envelope](crate::envelope)'s, once its head has been read.

mod progress;
mod refusal;

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::web::{Bytes, BytesMut, Data};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

pub use self::progress::{Patience, Progress};
use crate::{codes::Syntax, state::State};

/// A TCP connection that the HTTP parser reads from and writes to.
pub struct Connection {
    tcp: TcpStream,
    progress: Progress,
    timer: Pin<Box<Sleep>>,
    /// What is written before anything else.
    unsent: Bytes,
    /// Whether the client has yet to read what was written.
    is_blocked: bool,
    state: Data<State>,
}

impl Connection {
    /// Takes a connection that was accepted just now.
    #[must_use]
    pub fn new(tcp: TcpStream, patience: Patience, state: Data<State>) -> Self {
        let progress = Progress::new(patience);
        let timer = Box::pin(sleep_until(progress.deadline().unwrap_or_else(Instant::now)));
        Self { tcp, progress, timer, unsent: Bytes::new(), is_blocked: false, state }
    }

    /// How far its requests have got, for the envelope around them.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Waits until the next head is overdue; for ever while a request is served.
    fn poll_overdue(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let Some(deadline) = self.progress.deadline() else { return Poll::Pending };
            // A later deadline is seen when the timer ends: most requests need not touch it.
            if deadline < self.timer.deadline() {
                self.timer.as_mut().reset(deadline);
            }
            ready!(self.timer.as_mut().poll(context));
            if deadline <= self.timer.deadline() {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(deadline);
        }
    }

    fn poll_unsent(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            match ready!(Pin::new(&mut self.tcp).poll_write(context, &self.unsent))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.unsent = self.unsent.split_off(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(outcome) = Pin::new(&mut self.tcp).poll_read(context, buffer) {
            if buffer.filled().len() > before {
                self.progress.received();
            } else if buffer.remaining() > 0 {
                self.progress.end();
            }
            return Poll::Ready(outcome);
        }
        ready!(self.poll_overdue(context));
        if self.progress.is_within_head() && !self.is_blocked {
            self.unsent = refusal::write(Syntax::Slow, &self.state);
        }
        // Nothing was read: for the parser the client has ended the connection.
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        self.is_blocked = true;
        ready!(self.poll_unsent(context))?;
        let written = match refusal::find(buffer) {
            Some((answers, kind)) => {
                let mut unsent = BytesMut::from(answers);
                unsent.extend_from_slice(&refusal::write(kind, &self.state));
                self.unsent = unsent.freeze();
                if self.poll_unsent(context)?.is_pending() {
                    return Poll::Ready(Ok(buffer.len()));
                }
                buffer.len()
            }
            None => ready!(Pin::new(&mut self.tcp).poll_write(context, buffer))?,
        };
        self.is_blocked = false;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unsent(context))?;
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unsent(context))?;
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
