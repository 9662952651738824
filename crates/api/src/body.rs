//! Bodies: read within limits of size and time, of the media type and the shape that the operation takes.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    },
    web::{Bytes, BytesMut},
};
use futures::{StreamExt as _, future::LocalBoxFuture};
use quarterdeck_app::meta::BODY_BYTES;
use quarterdeck_domain::{Error, user_imports::MAX_BYTES};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    codes::Syntax,
    json,
    problem::{Fault, Result},
    user_imports, words,
};

/// Media type of bodies.
pub const JSON: &str = "application/json";
/// Media type of changes (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// Longest time that a body may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A body that was read before, in the request's extensions.
#[derive(Debug, Clone)]
pub struct Buffered(pub Bytes);

/// Has `read` the request for as long as its body takes.
pub fn extract<T, F>(
    request: &HttpRequest,
    payload: &mut Payload,
    read: impl FnOnce(HttpRequest, Payload) -> F,
) -> LocalBoxFuture<'static, Result<T>>
where
    F: Future<Output = Result<T>> + 'static,
{
    Box::pin(read(request.clone(), payload.take()))
}

/// The JSON body of a request.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + Serialize + 'static> FromRequest for Body<T> {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        extract(request, payload, |request, payload| async move {
            check_media_type(&request)?;
            checked(&read(&request, payload).await?).map(Self)
        })
    }
}

/// The JSON body of a request that may come without one.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Serialize + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        extract(request, payload, |request, payload| async move {
            let bytes = read(&request, payload).await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            check_media_type(&request)?;
            checked(&bytes).map(Self)
        })
    }
}

fn checked<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T> {
    let given = json::value(bytes)?;
    let body = json::typed(&given, Syntax::Body)?;
    check_shape(&given, &body)?;
    Ok(body)
}

fn check_media_type(request: &HttpRequest) -> Result<()> {
    let is_patch = request.method() == Method::PATCH;
    let wanted = if is_patch { "application/merge-patch+json or application/json" } else { JSON };
    let given = media_type(request, wanted)?;
    if given.eq_ignore_ascii_case(JSON) || (is_patch && given.eq_ignore_ascii_case(MERGE_PATCH)) {
        return Ok(());
    }
    Err(other_media_type(wanted))
}

/// The media type of the body, without parameters.
///
/// # Errors
/// 415 when the body is compressed, or not said to be anything.
pub fn media_type<'a>(request: &'a HttpRequest, wanted: &str) -> Result<&'a str> {
    let headers = request.headers();
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(Fault::syntax(Syntax::MediaType, "the body must not be compressed"));
    }
    let Some(given) = headers.get(CONTENT_TYPE) else {
        return Err(Fault::syntax(Syntax::MediaType, format!("the body must be {wanted}; Content-Type is missing")));
    };
    Ok(given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim())
}

/// That the body is said to be something else than what is `wanted`.
pub fn other_media_type(wanted: &str) -> Fault {
    Fault::syntax(Syntax::MediaType, format!("the body must be {wanted}; Content-Type names something else"))
}

/// Reads the whole body, unless it was read before.
///
/// # Errors
/// 408 when it takes too long, 413 when it is too large, 400 when the connection breaks the protocol.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes> {
    if let Some(Buffered(bytes)) = request.extensions().get::<Buffered>() {
        return Ok(bytes.clone());
    }
    let limit = limit(request);
    if announced(request).is_some_and(|bytes| bytes > limit) {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(TIMEOUT, collect(payload, limit)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Fault::syntax(Syntax::Slow, "the body did not arrive within 10 seconds")),
    }
}

/// Most bytes of the body: a file of users has more than other requests.
fn limit(request: &HttpRequest) -> u64 {
    if request.path() == user_imports::PATH { MAX_BYTES } else { BODY_BYTES }
}

/// What `Content-Length` says.
fn announced(request: &HttpRequest) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: u64) -> Fault {
    Fault::syntax(Syntax::TooLarge, format!("the body has more than {limit} bytes"))
}

async fn collect(mut payload: Payload, limit: u64) -> Result<Bytes> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Fault::syntax(Syntax::Request, "the body ended before its length"))?;
        if body.len() + chunk.len() > most {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Refuses what serde takes beyond the schema: an array for an object, an object for a name.
fn check_shape(given: &Value, body: &impl Serialize) -> Result<()> {
    let is_flat = given.as_object().is_some_and(|members| !members.values().any(is_container));
    if is_flat {
        return Ok(());
    }
    let understood = serde_json::to_value(body).map_err(Error::internal)?;
    match misshapen(given, &understood) {
        Some(pointer) => {
            let is_list = given.pointer(&pointer).is_some_and(Value::is_array);
            let message = if is_list { "must not be a list" } else { "must not be an object" };
            Err(Fault::at(Syntax::Body, pointer, message))
        }
        None => Ok(()),
    }
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

/// Pointer to the first array or object that was not understood as one.
fn misshapen(given: &Value, understood: &Value) -> Option<String> {
    let below = |key: &str, given, understood| {
        misshapen(given, understood).map(|rest| format!("/{}{rest}", words::escape(key)))
    };
    match (given, understood) {
        (Value::Object(given), Value::Object(understood)) => {
            given.iter().find_map(|(key, value)| below(key, value, understood.get(key)?))
        }
        (Value::Array(given), Value::Array(understood)) if given.len() == understood.len() => {
            given.iter().zip(understood).enumerate().find_map(|(index, (a, b))| below(&index.to_string(), a, b))
        }
        // A set of names, some of them twice.
        (Value::Array(given), Value::Array(_)) => given.iter().position(is_container).map(|index| format!("/{index}")),
        (Value::Array(_) | Value::Object(_), _) => Some(String::new()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{plans::CreatePlan, settings::UpdateSettings, users::UpdateUser};

    use super::*;

    fn shape<T: DeserializeOwned + Serialize>(body: &str) -> Option<String> {
        let given = json::value(body.as_bytes()).ok().unwrap();
        let parsed: T =
            json::typed(&given, Syntax::Body).ok().unwrap_or_else(|| panic!("serde refuses {body} already"));
        let fault = check_shape(&given, &parsed).err()?;
        fault.problem("/", "r1").errors.first().map(|error| error.pointer.clone())
    }

    #[test]
    fn containers_are_what_they_look_like() {
        let of = |pointer: &str| Some(pointer.to_owned());
        assert_eq!(shape::<UpdateUser>("[]"), of(""));
        assert_eq!(shape::<UpdateUser>(r#"{"contact":["a","","c"]}"#), of("/contact"));
        assert_eq!(shape::<UpdateUser>(r#"{"status":{"active":null}}"#), of("/status"));
        assert_eq!(shape::<UpdateUser>(r#"{"roles":[{"admin":null}]}"#), of("/roles/0"));
        let id = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e";
        assert_eq!(shape::<CreatePlan>(&format!(r#"{{"action":["delete_users",{{"ids":["{id}"]}}]}}"#)), of("/action"));
        for good in [r#"{"roles":["user","admin","user"]}"#, r#"{"contact":{"phone":"1"}}"#, "{}"] {
            assert_eq!(shape::<UpdateUser>(good), None, "{good}");
        }
        assert_eq!(
            shape::<CreatePlan>(&format!(r#"{{"action":{{"kind":"delete_users","selection":{{"ids":["{id}"]}}}}}}"#)),
            None
        );
        assert_eq!(shape::<UpdateSettings>(r#"{"values":{"a":[1,{"b":[]}],"c":{}}}"#), None);
    }
}
