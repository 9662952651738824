//! Requests over `fetch`: adds the access token, refreshes it before it expires and once after a 401, and asks for the
//! password where a sensitive act wants it again.

use leptos::prelude::*;
use quarterdeck_client::{Client, ClientError, Method, Request, Response, Transport};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::session;

/// Base of the routes of signing in; the server minds no key of a request there.
const AUTH: &str = "/api/v1/auth/";

/// The client that every screen uses.
pub type Api = Client<FetchTransport>;

/// The client of the server that this page came from.
#[must_use]
pub const fn api() -> Api {
    Client::new(FetchTransport)
}

/// Sends by the browser's `fetch`.
#[derive(Debug, Clone, Copy, Default)]
pub struct FetchTransport;

impl Transport for FetchTransport {
    async fn send(&self, mut request: Request) -> Result<Response, ClientError> {
        if request.method == Method::Post && !request.path.starts_with(AUTH) {
            request.headers.extend(random_key().map(|key| ("idempotency-key", key)));
        }
        if is_cookie_route(&request.path) || is_open_route(&request.path) {
            return fetch(&request, None).await;
        }
        let hand = session::in_hand();
        let response = authorized(&request).await?;
        let is_sensitive = response.nothing().is_err_and(|error| error.code() == "step-up-required");
        if is_sensitive && session::confirm().await && session::in_hand() == hand {
            authorized(&request).await
        } else {
            Ok(response)
        }
    }
}

/// Sends with the access token, once more with another one when that does not hold any more: of the same session.
async fn authorized(request: &Request) -> Result<Response, ClientError> {
    let hand = session::in_hand();
    let token = session::fresh_token().await;
    let response = fetch(request, token.as_deref()).await?;
    if response.status != 401 || token.is_none() {
        return Ok(response);
    }
    match session::refresh().await {
        Ok(()) if session::in_hand() == hand => fetch(request, session::token().as_deref()).await,
        _ => Ok(response),
    }
}

/// Fetches a list in another format than JSON, as `text/csv`; `path` is below `/api/v1`.
///
/// # Errors
/// When the server cannot be reached or answers with a problem.
pub async fn download(path: &str, media_type: &str) -> Result<Vec<u8>, ClientError> {
    let mut request = Request::new(Method::Get, format!("/api/v1{path}"));
    request.headers.push(("accept", media_type.to_owned()));
    let response = FetchTransport.send(request).await?;
    response.nothing()?;
    Ok(response.body)
}

/// Routes that work by the refresh cookie; the server wants proof there that the page is its own.
fn is_cookie_route(path: &str) -> bool {
    path.starts_with(AUTH) && path != "/api/v1/auth/step-up"
}

/// Routes that need nobody to be signed in.
fn is_open_route(path: &str) -> bool {
    matches!(path, "/api/v1/meta" | "/api/v1/setup")
}

async fn fetch(request: &Request, token: Option<&str>) -> Result<Response, ClientError> {
    let unreachable = |error: JsValue| ClientError::Transport(words(&error));
    let response = start(request, token, None).await.map_err(unreachable)?;
    let body = JsFuture::from(response.array_buffer().map_err(unreachable)?).await.map_err(unreachable)?;
    Ok(Response { status: response.status(), body: js_sys::Uint8Array::new(&body).to_vec() })
}

/// Sends a request and gives the answer as soon as its head is there.
pub(crate) async fn start(
    request: &Request,
    token: Option<&str>,
    signal: Option<&web_sys::AbortSignal>,
) -> Result<web_sys::Response, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    if let Some(token) = token {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    if is_cookie_route(&request.path) {
        headers.set("x-quarterdeck-csrf", "1")?;
    }
    let options = web_sys::RequestInit::new();
    options.set_method(request.method.as_str());
    options.set_headers(&headers);
    options.set_credentials(web_sys::RequestCredentials::SameOrigin);
    options.set_cache(web_sys::RequestCache::NoStore);
    options.set_signal(signal);
    if let Some(body) = &request.body {
        options.set_body(&js_sys::Uint8Array::from(body.as_slice()));
    }
    JsFuture::from(window().fetch_with_str_and_init(&request.path, &options)).await?.dyn_into()
}

/// A random key that lets the server recognise a request that is sent twice.
fn random_key() -> Option<String> {
    let crypto = js_sys::Reflect::get(&window(), &"crypto".into()).ok()?;
    let fill = js_sys::Reflect::get(&crypto, &"getRandomValues".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    let bytes = js_sys::Uint8Array::new_with_length(16);
    fill.call1(&crypto, &bytes).ok()?;
    Some(bytes.to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| String::from(error.message()))
}
