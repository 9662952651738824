//! What is measured: a file for each suite.

mod access;
mod imports;
mod lists;
mod logins;
mod memberships;
mod reads;
mod revocation;
mod scale;
mod size;
mod writes;

use anyhow::{Context as _, Result};

pub use self::{
    access::access, imports::imports, lists::lists, logins::logins, memberships::memberships, reads::reads,
    revocation::revocation, scale::scale, size::size, writes::writes,
};
use crate::{
    load::{Load, Target, run},
    subject::Subject,
};

/// Users of most suites.
const USERS: u64 = 100_000;

fn load(base: &str, script: &str, connections: u32, seconds: u32) -> Result<Load> {
    run(&Target { base, script, connections, seconds })
}

/// Rounds of loads that are compared with each other.
const ROUNDS: u32 = 4;

/// Answers a second of each load, in several rounds of all: a machine seldom keeps its pace from one load to the next.
fn in_turn<const N: usize>(loads: [&dyn Fn() -> Result<Load>; N]) -> Result<[f64; N]> {
    let mut rates = [0.0; N];
    for _ in 0..ROUNDS {
        for (rate, load) in rates.iter_mut().zip(loads) {
            *rate += load()?.per_second / f64::from(ROUNDS);
        }
    }
    Ok(rates)
}

fn ids(server: &Subject, token: &str) -> Result<Vec<String>> {
    of_users(server, token, "id", "")
}

/// One field of 500 users.
fn of_users(server: &Subject, token: &str, field: &str, query: &str) -> Result<Vec<String>> {
    let page = server.get(&format!("/api/v1/users?limit=500{query}"), token)?;
    let items = page["items"].as_array().context("items")?;
    Ok(items.iter().filter_map(|user| user[field].as_str().map(str::to_owned)).collect())
}

/// The path of the `page`th page of the list at `path`.
fn late_page(server: &Subject, token: &str, path: &str, page: u32) -> Result<String> {
    let mut at = path.to_owned();
    for _ in 1..page {
        let answer = server.get(&at, token)?;
        at = format!("{path}&cursor={}", answer["next_cursor"].as_str().context("cursor")?);
    }
    Ok(at)
}
