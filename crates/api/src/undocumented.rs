//! What the OpenAPI document does not name, an operation does not take: it is refused rather than ignored. Who misspells
//! `plan_id` or sends a digest to an operation without a body should not believe that it was minded.
//!
//! The extractors of [callers](crate::caller) ask here, so that no operation can forget it, and so that 401 and 403 come first.

use std::future::{Ready, ready};

use actix_web::{
    HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    },
};
use futures::future::{Either, LocalBoxFuture};
use serde_json::{Map, Value};

use crate::{
    body,
    codes::Syntax,
    methods::Takes,
    problem::{Fault, Result},
    query, state, tags,
};

/// What is known at once, unless there is a body to look at.
pub type Checked<T> = Either<Ready<Result<T>>, LocalBoxFuture<'static, Result<T>>>;

/// The caller who was `found`, when the request has nothing that its operation does not take.
pub fn check<T: 'static>(found: Result<T>, request: &HttpRequest, payload: &mut Payload) -> Checked<T> {
    let head = found.and_then(|caller| Ok((caller, head(request)?)));
    match head {
        Ok((caller, true)) => {
            let (request, payload) = (request.clone(), payload.take());
            Either::Right(Box::pin(async move { no_body(&request, payload).await.map(|()| caller) }))
        }
        head => Either::Left(ready(head.map(|(caller, _)| caller))),
    }
}

/// Whether there is a body that the operation does not take.
///
/// # Errors
/// 400 when it does not take a query parameter or the precondition.
fn head(request: &HttpRequest) -> Result<bool> {
    // As the router reads it.
    let Some(takes) = state::of(request)?.methods.takes(request.method(), request.match_info().as_str()) else {
        return Ok(false);
    };
    if takes.anything {
        return Ok(false);
    }
    check_query(request.query_string(), takes)?;
    let is_change = request.method() != Method::GET;
    if is_change && !takes.if_match && tags::if_match(request.headers())?.is_some() {
        return Err(Fault::at(Syntax::Header, "/If-Match", "is not minded here: this operation compares no version"));
    }
    Ok(!takes.body && brings_body(request))
}

fn check_query(query: &str, takes: &Takes) -> Result<()> {
    if query.is_empty() {
        return Ok(());
    }
    let parameters = query::parameters(query)?;
    let Some(unknown) = parameters.keys().find(|name| !takes.query.contains(name)) else { return Ok(()) };
    let message = match takes.query.as_slice() {
        [] => "is unknown; this operation takes no parameters".to_owned(),
        known => format!("is unknown; known are {}", known.join(", ")),
    };
    Err(Fault::at(Syntax::Query, format!("/{unknown}"), message))
}

fn brings_body(request: &HttpRequest) -> bool {
    let headers = request.headers();
    headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// An empty object says as much as no body: clients send it out of habit.
async fn no_body(request: &HttpRequest, payload: Payload) -> Result<()> {
    let bytes = body::read(request, payload).await?;
    let is_empty = bytes.is_empty()
        || serde_json::from_slice::<Map<String, Value>>(&bytes).is_ok_and(|members| members.is_empty());
    if is_empty { Ok(()) } else { Err(Fault::at(Syntax::Body, "", "must be empty: this operation takes none")) }
}
