//! The access token in memory: whose session it is, and how it is replaced.

use std::cell::{Cell, RefCell};

use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Error, Problem,
    auth::{RefreshToken, Tokens},
    error::Unauthenticated,
};

use super::{current, turn};
use crate::transport::api;

/// Seconds before its expiry at which an access token is replaced.
const MARGIN_SECONDS: f64 = 30.0;

struct Token {
    value: String,
    expires_at: f64,
    /// What it is replaced by while this tab acts as somebody else; that of the own session is in a cookie.
    refresh_token: Option<String>,
}

type Flight = Shared<LocalBoxFuture<'static, Result<(), ClientError>>>;

thread_local! {
    static TOKEN: RefCell<Option<Token>> = const { RefCell::new(None) };
    static FLIGHT: RefCell<Option<Flight>> = const { RefCell::new(None) };
    static HAND: Cell<u32> = const { Cell::new(0) };
}

/// The number of the session in hand: another one after each change of who acts. What was begun with one must not go on
/// with the token of another.
#[must_use]
pub fn in_hand() -> u32 {
    HAND.get()
}

/// Lets go of the session in hand.
pub(super) fn change_hands() {
    HAND.set(HAND.get().wrapping_add(1));
    TOKEN.with_borrow_mut(|token| *token = None);
    FLIGHT.with_borrow_mut(|slot| *slot = None);
}

/// Takes the tokens of the session in hand.
pub(super) fn keep(tokens: &Tokens) {
    let expires_at = js_sys::Date::now() + (f64::from(tokens.expires_in) - MARGIN_SECONDS) * 1_000.0;
    let (value, refresh_token) = (tokens.access_token.clone(), tokens.refresh_token.clone());
    TOKEN.with_borrow_mut(|slot| *slot = Some(Token { value, expires_at, refresh_token }));
}

/// The access token in hand, whatever its age.
#[must_use]
pub fn token() -> Option<String> {
    TOKEN.with_borrow(|token| token.as_ref().map(|token| token.value.clone()))
}

/// An access token that holds for a while: the one in hand, or a refreshed one.
pub async fn fresh_token() -> Option<String> {
    let hand = in_hand();
    let expires_at = TOKEN.with_borrow(|token| token.as_ref().map(|token| token.expires_at))?;
    if js_sys::Date::now() > expires_at {
        // A refresh that fails for want of a connection leaves the old token to try.
        let _kept = refresh().await;
    }
    token().filter(|_| in_hand() == hand)
}

/// Replaces the access token by means of the cookie. Callers at the same time share one request, and tabs take turns.
///
/// # Errors
/// When the session has ended or the server cannot be reached.
pub async fn refresh() -> Result<(), ClientError> {
    let flight = FLIGHT
        .with_borrow_mut(|slot| slot.get_or_insert_with(|| turn::take(refresh_now).boxed_local().shared()).clone());
    let outcome = flight.await;
    FLIGHT.with_borrow_mut(|slot| *slot = None);
    outcome
}

async fn refresh_now() -> Result<(), ClientError> {
    let (session, hand) = (current(), in_hand());
    if session.is_some_and(|session| session.interrupted.get_untracked()) {
        return Err(signed_out());
    }
    let refresh_token = TOKEN.with_borrow(|token| token.as_ref().and_then(|token| token.refresh_token.clone()));
    let outcome = api().refresh_session(&RefreshToken { refresh_token }).await;
    if in_hand() != hand {
        return Err(signed_out());
    }
    match (outcome, session) {
        (Ok(tokens), Some(session)) => session.take(tokens).await,
        (Ok(tokens), None) => {
            keep(&tokens);
            Ok(())
        }
        (Err(error), session) => {
            if let (true, Some(session)) = (has_ended(&error), session) {
                session.ended_by_itself();
            }
            Err(error)
        }
    }
}

/// Whether there is no session any more. A server that is busy or out of order says nothing on that.
pub(super) fn has_ended(error: &ClientError) -> bool {
    error.problem().is_some_and(|problem| matches!(problem.status, 401 | 403))
}

fn signed_out() -> ClientError {
    ClientError::Problem(Box::new(Problem::new(&Error::Unauthenticated(Unauthenticated::Missing), "", "")))
}
