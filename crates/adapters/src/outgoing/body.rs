//! The body of a request, as it goes out.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use quarterdeck_app::outgoing::{ByteStream, OutgoingBody};

/// A body that counts the pieces that were taken of it.
pub struct Upload {
    bytes: Option<ByteStream>,
    length: Option<u64>,
    sent: Arc<AtomicU64>,
}

impl Upload {
    /// A body, or none.
    pub fn new(body: Option<OutgoingBody>, sent: Arc<AtomicU64>) -> Self {
        match body {
            Some(OutgoingBody { length, bytes }) => Self { bytes: Some(bytes), length, sent },
            None => Self { bytes: None, length: Some(0), sent },
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Some(bytes) = self.bytes.as_mut() else { return Poll::Ready(None) };
        let next = ready!(bytes.as_mut().poll_next(context));
        self.sent.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(next.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    /// As it is before anything was taken: the connection asks then.
    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}
