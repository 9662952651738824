//! The answer to what is no HTTP, with a problem document instead of an empty body.

use std::time::SystemTime;

use actix_web::{
    body::MessageBody as _,
    http::header::HttpDate,
    web::{Bytes, BytesMut},
};
use quarterdeck_domain::EventId;

use crate::{
    codes::Syntax,
    headers::{self, Kind},
    problem::Fault,
    request_id::{self, REQUEST_ID},
    state::State,
};

/// More than a refusal of the parser has.
const LONGEST: usize = 200;

/// Finds a refusal of the parser at the end of what it writes: the answers before it, and what it refuses.
///
/// It is known by its three headers: every answer of ours has more, and no body of ours has an empty line within.
pub fn find(written: &[u8]) -> Option<(&[u8], Syntax)> {
    if !written.ends_with(b"\r\n\r\n") {
        return None;
    }
    let last = written.len().saturating_sub(LONGEST);
    let tail = std::str::from_utf8(&written[last..]).ok()?;
    let begin = tail.rfind("HTTP/1.1 4")?;
    let mut lines = tail[begin..].trim_end().split("\r\n");
    let status = lines.next()?;
    let is_bare =
        lines.all(|line| line == "content-length: 0" || line == "connection: close" || line.starts_with("date: "));
    let kind = match status.get(9..12)? {
        "400" => Syntax::Request,
        "431" => Syntax::HeadTooLarge,
        _ => return None,
    };
    is_bare.then_some((&written[..last + begin], kind))
}

/// Writes and counts the answer, after which the connection is closed.
pub fn write(kind: Syntax, state: &State) -> Bytes {
    let id = state.app.new_id::<EventId>().0.simple().to_string();
    let detail = match kind {
        Syntax::Slow => "the head of the request did not come in time",
        Syntax::HeadTooLarge => "the head of the request has more than 128 kB or more than 96 headers",
        _ => "the head of the request breaks the rules of HTTP",
    };
    let mut response = Fault::syntax(kind, detail).response("", &id, None);
    let status = response.status();
    state.metrics.record_refusal(status);
    tracing::info!(target: "quarterdeck::access", status = status.as_u16(), request.id = id, "{detail}");
    let headers = response.headers_mut();
    headers::add(headers, Kind::Data, state.behind_tls);
    headers.insert(REQUEST_ID, request_id::value(&id));
    let (head, body) = response.into_parts();
    let body = body.try_into_bytes().unwrap_or_default();
    let (length, date) = (body.len(), HttpDate::from(SystemTime::from(state.app.now().date_time())));
    let first = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\ndate: {date}\r\n");
    let mut bytes = BytesMut::from(first.as_bytes());
    for (name, value) in head.headers() {
        bytes.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&body);
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found() {
        let bare = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: Sat, 21 Nov 2026 14:53:48 GMT\r\n\r\n";
        assert_eq!(find(bare), Some((b"".as_slice(), Syntax::Request)));
        let large = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\ndate: Sat, 21 Nov 2026 14:53:48 GMT\r\n\r\n";
        let before = [b"{\"a\":1}".as_slice(), large].concat();
        assert_eq!(find(&before), Some((b"{\"a\":1}".as_slice(), Syntax::HeadTooLarge)));
    }

    #[test]
    fn what_is_ours_is_left_alone() {
        for ours in [
            b"".as_slice(),
            b"\r\n\r\n",
            b"HTTP/1.1 204 No Content\r\nx-request-id: a\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-request-id: a\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            b"HTTP/1.1 4\r\n\r\n",
        ] {
            assert_eq!(find(ours), None);
        }
    }
}
