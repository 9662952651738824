//! Who sends a request. [`Caller`] is the only way to a [`Ctx`]; rights are read afresh each time.
//!
//! They are known at once, by the [admission](crate::admission): a handler that takes its caller first answers 401 before
//! it looks at anything else of the request.

use std::{
    future::{Ready, ready},
    net::IpAddr,
    ops::Deref,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::AUTHORIZATION, http::header::USER_AGENT,
};
use quarterdeck_app::{Ctx, RequestInfo, idempotency::Claim};
use quarterdeck_domain::error::Unauthenticated;

use crate::{
    address, admission,
    problem::{Fault, Result},
    request_id,
    state::{self, State},
};

/// Characters of a user agent that are kept.
const USER_AGENT_MAX: usize = 300;

/// Somebody signed in, whose password is not due.
pub struct Caller(Ctx);

/// Somebody signed in, even if a new password is due.
pub struct PasswordChanger(Ctx);

/// Anybody.
pub struct Visitor(quarterdeck_app::Visitor);

impl Deref for Caller {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.0
    }
}

impl Caller {
    /// The context itself, for answers that outlive the handler.
    #[must_use]
    pub fn into_inner(self) -> Ctx {
        self.0
    }
}

impl Deref for PasswordChanger {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.0
    }
}

impl Deref for Visitor {
    type Target = quarterdeck_app::Visitor;

    fn deref(&self) -> &quarterdeck_app::Visitor {
        &self.0
    }
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admission::take(request).and_then(|identified| Ok(Self(identified.ready()?))))
    }
}

impl FromRequest for PasswordChanger {
    type Error = Fault;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admission::take(request).map(|identified| Self(identified.ctx)))
    }
}

impl FromRequest for Visitor {
    type Error = Fault;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visitor = || {
            let app = state::of(request)?.app.clone();
            Ok(Self(quarterdeck_app::Visitor { app, request: info(request)? }))
        };
        ready(visitor())
    }
}

/// The access token of the `Authorization` header (RFC 6750, section 2.1).
///
/// # Errors
/// `Unauthenticated` when there is none: another scheme is none.
pub fn bearer(request: &HttpRequest) -> Result<&str> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let (scheme, token) = header.and_then(|text| text.split_once(' ')).ok_or(Unauthenticated::Missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Unauthenticated::Missing.into()) }
}

/// The client's address.
#[must_use]
pub fn address(request: &HttpRequest, state: &State) -> IpAddr {
    address::client(request.peer_addr().map(|peer| peer.ip()), request.headers(), &state.trusted_proxies)
}

/// Where the request came from.
///
/// # Errors
/// `Internal` when the server was put together without a state.
pub fn info(request: &HttpRequest) -> Result<RequestInfo> {
    let state = state::of(request)?;
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(RequestInfo {
        request_id: request_id::of(request),
        address: address(request, state).to_string(),
        user_agent: user_agent.chars().take(USER_AGENT_MAX).collect(),
        idempotency: request.extensions().get::<Claim>().cloned(),
    })
}
