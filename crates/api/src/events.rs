//! The stream of live changes: server-sent events (HTML Living Standard, section 9.2).

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    get,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName},
    web::Bytes,
};
use futures::{StreamExt as _, stream};
use quarterdeck_app::live::{self, Live};
use quarterdeck_domain::audit::LiveChange;

use crate::{
    admission,
    caller::{Caller, needs},
    codes::Syntax,
    limits::Gate,
    problem::{Fault, Result},
    routes::Routes,
    state,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(stream_events);
}

/// Path of the stream.
pub const PATH: &str = "/api/v1/events";

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Milliseconds after which a client that lost the stream comes back.
const RETRY: &str = "retry: 2000\n\n";

/// Where the stream is taken up again.
pub struct LastEventId(Option<u64>);

impl FromRequest for LastEventId {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(last_event_id(request).map(Self))
    }
}

fn last_event_id(request: &HttpRequest) -> Result<Option<u64>> {
    let Some(value) = request.headers().get(LAST_EVENT_ID) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let fault = || Fault::at(Syntax::Header, "/Last-Event-ID", "must be the id of an event of this stream");
    text.parse().ok().filter(|_| digits).map(Some).ok_or_else(fault)
}

/// Stream live changes
///
/// Server-sent events, one for each change that the caller may see: `id` is the place in the audit chain, `event` is
/// `change`, `data` is a `LiveChange` as JSON. A quiet stream sends a comment every 15 seconds. With `Last-Event-ID`
/// it goes on behind that event; when more than 1,000 changes have happened since, an event `gap` says so first: read anew
/// what you keep. It ends when the session or the key ends. Needs
/// `profile.read`.
#[utoipa::path(tag = "events", operation_id = "stream_events", security(("session" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received", pattern = "^[0-9]{1,18}$", nullable = false)),
    responses((status = 200, description = "The stream", body = LiveChange, content_type = "text/event-stream")))]
#[get("/events")]
async fn stream_events(
    caller: Caller<needs::ProfileRead>,
    after: LastEventId,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let permit = admission::enter(&request, Gate::Streams, &caller)?;
    let closing = state::of(&request)?.closing.wait();
    let changes = live::subscribe(&caller, after.0).map(move |change| {
        let _open = &permit;
        Ok(write(&change))
    });
    let begin = stream::iter([Ok::<_, Fault>(Bytes::from_static(RETRY.as_bytes()))]);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(begin.chain(changes).take_until(Box::pin(closing))))
}

/// An event, or a comment as a sign of life.
fn write(live: &Live) -> Bytes {
    let text = match live {
        Live::Change(change) => serde_json::to_string(change)
            .ok()
            .map(|data| format!("id: {}\nevent: change\ndata: {data}\n\n", change.sequence)),
        Live::Gap(sequence) => Some(format!("id: {sequence}\nevent: gap\ndata: {{}}\n\n")),
        Live::Quiet => None,
    };
    text.map_or_else(|| Bytes::from_static(b": still here\n\n"), Bytes::from)
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{
        Timestamp,
        audit::{Action, ActorType, EventActor, EventTarget, TargetType},
    };

    use super::*;

    #[test]
    fn an_event_is_three_lines() {
        let change = LiveChange {
            sequence: 7,
            at: Timestamp::EPOCH,
            action: Action::UserCreated,
            actor: EventActor { kind: ActorType::System, id: None, label: "line\nbreak".to_owned() },
            target: EventTarget { kind: TargetType::User, id: "1".to_owned(), label: "bob".to_owned() },
        };
        let text = String::from_utf8(write(&Live::Change(change)).to_vec()).unwrap();
        assert!(text.starts_with("id: 7\nevent: change\ndata: {") && text.ends_with("}\n\n"));
        assert_eq!(text.lines().count(), 4);
        assert_eq!(&write(&Live::Quiet)[..1], b":");
    }
}
