//! Soft delays after failed sign-ins, kept over restarts.
//!
//! A delay belongs to a pair of account and address, or to an address alone, never to an account alone: nobody can
//! lock an administrator out from elsewhere. Nor from the same address, when many share it: the delay of an address does
//! not hold for a pair that has signed in, nor for an account that was just unlocked.

use std::net::IpAddr;

use quarterdeck_domain::{Error, Result, Timestamp, text::fold, users::UserSummary};
use quarterdeck_store::{Delay, Tx};

use super::turns::Turn;
use crate::App;

/// Seconds after which failures are forgotten.
pub const FORGET_FAILURES_SECONDS: i64 = 3_600;
/// Failures of a pair that cost nothing.
pub const FREE_PAIR: u32 = 5;
/// Failures of an address that cost nothing.
const FREE_ADDRESS: u32 = 50;
/// Longest delay of a pair, in seconds.
const MAX_PAIR_SECONDS: i64 = 300;
/// Longest delay of an address, in seconds.
const MAX_ADDRESS_SECONDS: i64 = 60;

/// Seconds for which a pair that signed in is known.
pub const KNOWN_PAIR_SECONDS: i64 = 90 * 86_400;
/// Seconds after which a pair that signs in again is noted again: a write less for each sign-in in between.
const NOTE_AGAIN_SECONDS: i64 = 86_400;
/// Seconds for which an unlocked account is free of the delays of addresses.
const UNLOCKED_SECONDS: i64 = 3_600;

/// A guess that may be compared. It has its turn, which is held until the guess is judged and counted.
pub struct Guess {
    _turn: Turn,
    /// Whether the pair has failures to forget.
    has_failures: bool,
    /// When the pair last signed in, as far as it is noted.
    known_at: Option<Timestamp>,
}

/// The keys that guesses of a password are counted by.
pub struct DelayKeys {
    pair: String,
    address: String,
    known: String,
    unlocked: String,
}

impl DelayKeys {
    /// Of a guess for `login` from `address`.
    pub fn new(login: &str, address: &str) -> Self {
        let prefix = address_prefix(address);
        let unlocked = unlocked_key(login);
        Self {
            pair: format!("{}{prefix}", account_prefix(login)),
            address: format!("address|{prefix}"),
            known: format!("{unlocked}{prefix}"),
            unlocked,
        }
    }

    /// Waits for a turn, and refuses the guess while a delay lasts.
    pub async fn begin(&self, app: &App) -> Result<Guess> {
        let turn = app.turns.take(&self.pair).await?;
        let keys = [&self.pair, &self.address, &self.known, &self.unlocked].map(String::as_str);
        let ([pair, address, known, unlocked], now) = (app.db.sign_in_delays().get(keys).await?, app.now());
        refuse(pair_delay(pair, now))?;
        let is_known = noted_within(known, KNOWN_PAIR_SECONDS, now) || noted_within(unlocked, UNLOCKED_SECONDS, now);
        if !is_known {
            refuse(remaining(address, FREE_ADDRESS, MAX_ADDRESS_SECONDS, 10, now))?;
        }
        Ok(Guess { _turn: turn, has_failures: pair.failures > 0, known_at: known.last_failure_at })
    }

    /// Notes that the attempt failed.
    pub async fn fail(&self, tx: &Tx, now: Timestamp) -> Result<()> {
        let forget = now.plus_seconds(-FORGET_FAILURES_SECONDS);
        tx.sign_in_delays().add(&self.pair, now, forget).await?;
        tx.sign_in_delays().add(&self.address, now, forget).await
    }

    /// Notes that the attempt succeeded: the failures of the pair are forgotten, and it is known.
    pub async fn succeed(&self, tx: &Tx, guess: &Guess, now: Timestamp) -> Result<()> {
        if guess.has_failures {
            tx.sign_in_delays().clear(&self.pair).await?;
        }
        if guess.known_at.is_none_or(|at| now.seconds_since(at) >= NOTE_AGAIN_SECONDS) {
            tx.sign_in_delays().know(&self.known, now).await?;
        }
        Ok(())
    }
}

/// Lifts all delays of a user, by username and by e-mail address, and those of addresses for an hour; whether there were
/// any of the user.
pub async fn unlock(tx: &Tx, user: &UserSummary, now: Timestamp) -> Result<bool> {
    let mut lifted = 0;
    for login in [Some(&user.username), user.email.as_ref()].into_iter().flatten() {
        lifted += tx.sign_in_delays().clear_prefix(&account_prefix(login)).await?;
        tx.sign_in_delays().know(&unlocked_key(login), now).await?;
    }
    Ok(lifted > 0)
}

fn account_prefix(login: &str) -> String {
    format!("account|{}|", fold(login))
}

fn unlocked_key(login: &str) -> String {
    format!("known|{}|", fold(login))
}

/// The address, or the network of 64 bits that an IPv6 client has to itself.
fn address_prefix(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

/// Seconds that are left of the delay: 1, 2, 4… for each `step` failures beyond the free ones.
fn remaining(delay: Delay, free: u32, max: i64, step: u32, now: Timestamp) -> i64 {
    let Some(last) = delay.last_failure_at else { return 0 };
    let since = now.seconds_since(last);
    if delay.failures < free || since >= FORGET_FAILURES_SECONDS {
        return 0;
    }
    let wait = 2_i64.saturating_pow((delay.failures - free) / step).min(max);
    (wait - since).max(0)
}

/// Whether a success was noted within `seconds`.
fn noted_within(noted: Delay, seconds: i64, now: Timestamp) -> bool {
    noted.last_failure_at.is_some_and(|at| now.seconds_since(at) < seconds)
}

fn pair_delay(delay: Delay, now: Timestamp) -> i64 {
    remaining(delay, FREE_PAIR, MAX_PAIR_SECONDS, 1, now)
}

fn refuse(seconds: i64) -> Result<()> {
    match u32::try_from(seconds) {
        Ok(seconds @ 1..) => Err(Error::RateLimited { retry_after_seconds: seconds }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_their_bound() {
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let left = |failures| pair_delay(Delay { failures, last_failure_at: Some(now) }, now);
        assert_eq!([4, 5, 6, 8, 68, 200].map(left), [0, 1, 2, 8, 300, 300]);
    }

    #[test]
    fn ipv6_counts_by_network() {
        assert_eq!(address_prefix("2001:db8:1:2:3:4:5:6"), address_prefix("2001:db8:1:2:ffff::1"));
        assert_ne!(address_prefix("192.0.2.1"), address_prefix("192.0.2.2"));
    }
}
