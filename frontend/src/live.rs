//! Live changes: server-sent events read by `fetch`, because `EventSource` cannot send the `Authorization` header.

mod news;
mod parser;

use std::cell::Cell;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use quarterdeck_client::{Method, Request};
use quarterdeck_domain::audit::LiveChange;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use self::news::News;
pub use self::news::{at_rest, on_change};
use crate::{session, transport};

/// Longest wait between two attempts, in milliseconds.
const LONGEST_WAIT: u32 = 30_000;

/// The stream of changes, for all components.
#[derive(Clone, Copy)]
pub struct Live {
    connected: RwSignal<bool>,
}

/// How far the stream was read.
#[derive(Debug, Default)]
struct Place {
    /// The id of the last event.
    resume: Option<String>,
    /// Whether it was open before.
    was_open: bool,
    /// Whether what is shown may be out of date although no event was missed.
    is_unsure: bool,
}

thread_local! {
    static GENERATION: Cell<u32> = const { Cell::new(0) };
}

impl Live {
    /// A stream that is not yet open.
    #[must_use]
    pub fn new() -> Self {
        Self { connected: RwSignal::new(true) }
    }

    /// Whether changes arrive at the moment; the bar says so when they do not.
    #[must_use]
    pub const fn connected(self) -> RwSignal<bool> {
        self.connected
    }

    /// Opens the stream and keeps it open until [`Live::close`].
    pub fn open(self) {
        let generation = next_generation();
        crate::browser::spawn(async move {
            let mut place = Place::default();
            let mut failures = 0;
            while GENERATION.get() == generation {
                match self.read(generation, &mut place).await {
                    Ok(()) => failures = 0,
                    Err(_) => {
                        failures += 1;
                        // What was read meanwhile may have failed.
                        place.is_unsure |= place.was_open;
                    }
                }
                if GENERATION.get() != generation {
                    return;
                }
                // One lost connection is normal when a server restarts; only the second is worth a word.
                self.connected.set(failures < 2);
                TimeoutFuture::new(wait(failures)).await;
            }
        });
    }

    /// Ends the stream.
    pub fn close(self) {
        next_generation();
        self.connected.set(true);
    }

    async fn read(self, generation: u32, place: &mut Place) -> Result<(), JsValue> {
        let mut request = Request::new(Method::Get, "/api/v1/events".to_owned());
        request.headers.push(("accept", "text/event-stream".to_owned()));
        request.headers.extend(place.resume.clone().map(|id| ("last-event-id", id)));
        let token = session::fresh_token().await;
        let response = transport::start(&request, token.as_deref(), None).await?;
        if response.status() == 401 {
            let _signed_out = session::refresh().await;
        }
        if !response.ok() {
            return Err(JsValue::from(response.status()));
        }
        self.connected.set(true);
        if std::mem::replace(&mut place.was_open, true) && (place.is_unsure || place.resume.is_none()) {
            news::tell(&News::Gap);
        }
        place.is_unsure = false;
        let stream = response.body().ok_or(JsValue::NULL)?;
        let reader = stream.get_reader().dyn_into::<web_sys::ReadableStreamDefaultReader>()?;
        let decoder = web_sys::TextDecoder::new()?;
        let options = web_sys::TextDecodeOptions::new();
        options.set_stream(true);
        let mut parser = parser::Parser::default();
        while GENERATION.get() == generation {
            let chunk = JsFuture::from(reader.read()).await?;
            if js_sys::Reflect::get(&chunk, &"done".into())?.is_truthy() {
                return Ok(());
            }
            let bytes = js_sys::Reflect::get(&chunk, &"value".into())?.dyn_into::<js_sys::Uint8Array>()?;
            let text = decoder.decode_with_js_u8_array_and_options(&bytes, &options)?;
            for event in parser.feed(&text) {
                place.resume = event.id.or(place.resume.take());
                if event.name == "gap" {
                    news::tell(&News::Gap);
                } else if let Ok(change) = quarterdeck_client::read::<LiveChange>(event.data.as_bytes()) {
                    news::gather(change);
                }
            }
        }
        let _closed = reader.cancel();
        Ok(())
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

fn next_generation() -> u32 {
    GENERATION.set(GENERATION.get().wrapping_add(1));
    GENERATION.get()
}

/// Milliseconds to wait after so many failures in a row.
const fn wait(failures: u32) -> u32 {
    let doubled = 1_000_u32 << if failures > 5 { 5 } else { failures };
    if doubled > LONGEST_WAIT { LONGEST_WAIT } else { doubled }
}
