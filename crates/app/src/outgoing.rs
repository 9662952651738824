//! Requests to services outside, as a port: bodies are streams in both directions.

use std::{fmt, io, pin::Pin, time::Duration};

use bytes::Bytes;
use futures::Stream;

use crate::ports::BoxFuture;

/// A body, piece by piece.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A request.
pub struct OutgoingRequest {
    /// Method.
    pub method: String,
    /// Absolute URL, percent-encoded.
    pub url: String,
    /// Headers, but for those of the connection and the length of the body.
    pub headers: Vec<(String, String)>,
    /// Body, if it has one.
    pub body: Option<OutgoingBody>,
    /// Whether it may go to private networks.
    pub allow_local: bool,
    /// Longest silence of the service, before its answer and within it.
    pub silence: Duration,
}

/// The body of a request.
pub struct OutgoingBody {
    /// Its length, where it is known before.
    pub length: Option<u64>,
    /// The body itself.
    pub bytes: ByteStream,
}

/// An answer.
pub struct OutgoingAnswer {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body. Dropped before its end, it ends the connection.
    pub bytes: ByteStream,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum OutgoingFault {
    /// Requests do not go to this address.
    Address,
    /// The service cannot be reached, or does not prove who it is.
    Unreachable(String),
    /// The service ended the connection or does not speak HTTP, or the body of the request broke off.
    Broken(String),
    /// It keeps silent.
    Silent,
}

impl fmt::Display for OutgoingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("requests do not go to this address"),
            Self::Unreachable(why) | Self::Broken(why) => f.write_str(why),
            Self::Silent => f.write_str("no answer came in time"),
        }
    }
}

/// Sends requests. No redirect is followed; the address is looked up once, judged, and then connected to.
pub trait Outgoing: Send + Sync {
    /// Sends a request. Dropped before the answer, it ends the connection.
    fn send(&self, request: OutgoingRequest) -> BoxFuture<'_, Result<OutgoingAnswer, OutgoingFault>>;
}
