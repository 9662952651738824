//! The chain of audit events.
//!
//! A commit stores its events at once, without a place in the chain: writers never queue behind the chain's end. One
//! sealer at a time then gives each event its sequence number and a keyed hash over the event and the hash before it, so
//! that no event can be changed, taken out or put between others without breaking the hashes from there on, and nobody
//! who has the database alone can make them anew. The head of the chain is kept beside it under a hash of its own, so
//! that events missing at the end are noticed as well. It is there before the first event, made together with the proofs
//! of the keys: where it is missing or does not hold, nothing is sealed any more. See docs/adr/0005-audit-chain.md.

mod sections;

use std::fmt;

use hmac::{Hmac, Mac as _};
use quarterdeck_domain::{Error, Result};
use sea_orm::FromQueryResult;
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    audit::{AuditEvents, COLUMNS, Row},
    database::Database,
    sql::Sql,
    tx::{Subject, Tx},
};

pub use sections::ClosedSection;

/// Hash before the first event.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Events that get their place in one transaction.
const SEAL_BATCH: i64 = 200;
/// Most events that get their place by one statement.
const MOST_PLACED: usize = 64;
/// Events that are read at once to be verified.
const VERIFY_BATCH: i64 = 1_000;

/// The end of the chain: the sequence number of its last event, and that event's hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Sequence number of the last event.
    pub sequence: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "a head is a number, a colon and 64 hexadecimal digits, as `audit verify` prints it";
        let (sequence, hash) = text.split_once(':').ok_or(expected)?;
        let is_hash = hash.len() == GENESIS.len() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let sequence = sequence.parse().ok().filter(|_| is_hash).ok_or(expected)?;
        Ok(Self { sequence, hash: hash.to_ascii_lowercase() })
    }
}

/// Outcome of a walk along the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The last event up to which every hash holds.
    pub head: Head,
    /// The part of the log before, which cannot be verified.
    pub closed: Option<ClosedSection>,
    /// Whether that part differs from what it was when it was closed.
    pub closed_is_changed: bool,
    /// The first sequence number whose hash does not hold, or that is missing.
    pub broken_at: Option<u64>,
    /// Events that wait for their place.
    pub pending: u64,
}

#[derive(FromQueryResult)]
struct HeadRow {
    sequence: i64,
    hash: String,
    tag: String,
}

/// Keys of the chain, the newest first, and which of them fitted last.
struct Keys {
    keys: Vec<Hmac<Sha256>>,
    last: usize,
}

impl Keys {
    fn of(database: &Database) -> Result<Self> {
        let derived = |key: &Vec<u8>| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Error::internal)?;
            mac.update(b"quarterdeck audit chain");
            Hmac::<Sha256>::new_from_slice(&mac.finalize().into_bytes()).map_err(Error::internal)
        };
        let keys = database.cursor_keys().iter().map(derived).collect::<Result<Vec<_>>>()?;
        if keys.is_empty() { Err(Error::internal("no key for the audit chain")) } else { Ok(Self { keys, last: 0 }) }
    }

    /// The hash of `parts` by the newest key.
    fn sign(&self, parts: &[&str]) -> String {
        keyed_hash(&self.keys[0], parts)
    }

    /// Whether `hash` is that of `parts` by any key.
    fn fits(&mut self, parts: &[&str], hash: &str) -> bool {
        let fitting = |index: &usize| keyed_hash(&self.keys[*index], parts) == hash;
        let found = Some(self.last).filter(fitting).or_else(|| (0..self.keys.len()).find(fitting));
        self.last = found.unwrap_or(self.last);
        found.is_some()
    }
}

/// HMAC-SHA-256 over the parts, each behind its length; in hexadecimal.
fn keyed_hash(key: &Hmac<Sha256>, parts: &[&str]) -> String {
    let mut mac = key.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    hex::encode(mac.finalize().into_bytes())
}

/// What the hash of an event is made of: the hash before it, the sequence number and every column; those of an impersonator
/// where there is one, as events from before there were any have none.
fn with_parts<T>(row: &Row, before: &str, sequence: i64, then: impl FnOnce(&[&str]) -> T) -> T {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let (sequence, event, at) = (sequence.to_string(), row.id.to_string(), row.at.to_string());
    let (actor, organization, session) = (id(row.actor_id), id(row.organization_id), id(row.session_id));
    let impersonator = id(row.impersonator_id);
    let mut parts = vec![
        before,
        &sequence,
        &event,
        &at,
        &row.action,
        &row.outcome,
        &row.permission,
        &row.actor_kind,
        &actor,
        &row.actor_label,
        &row.target_kind,
        &row.target_id,
        &row.target_label,
        &organization,
        &row.reason,
        &row.changes,
        &row.address,
        &row.user_agent,
        &row.request_id,
        &session,
    ];
    if row.impersonator_id.is_some() {
        parts.extend([&impersonator, row.impersonator_label.as_deref().unwrap_or_default()]);
    }
    then(&parts)
}

/// What the tag of the head is made of.
fn with_head<T>(sequence: i64, hash: &str, then: impl FnOnce(&[&str]) -> T) -> T {
    then(&["head", &sequence.to_string(), hash])
}

const NO_HEAD: &str = "the head of the audit chain is missing or was not written by these keys; no event is sealed until \
    a backup is put back: quarterdeck audit verify";
const HEAD: &str = "SELECT sequence, hash, tag FROM audit_head ORDER BY sequence DESC LIMIT 1";

impl AuditEvents<'_> {
    /// Walks the whole chain and looks at each hash, from the last section that was closed on. A `noted` head, kept
    /// elsewhere, must be one of its events.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn verify(&self, noted: Option<&Head>) -> Result<Verification> {
        let mut keys = Keys::of(self.conn.database)?;
        // Before the walk: events that get their place meanwhile are behind this head.
        let head = self.head(&mut keys).await?;
        // Whatever has a number counts, also one below the first.
        let (mut last, mut hash, mut after) = (0, GENESIS.to_owned(), i64::MIN);
        let (mut closed, mut closed_is_changed, mut broken_at) = (None, false, None);
        if let Some(section) = self.section(&mut keys).await? {
            closed_is_changed = !self.is_unchanged(&section).await?;
            closed = Some(section.closed());
            (last, hash, after) = (section.last_sequence, section.last_hash, section.last_sequence);
        }
        if let Some(noted) = noted.filter(|noted| (1..=last.unsigned_abs()).contains(&noted.sequence))
            && !self.has(noted).await?
        {
            broken_at = Some(noted.sequence);
        }
        while broken_at.is_none() {
            let rows = self.rows_after(after, VERIFY_BATCH).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let (expected, found) = (last + 1, row.hash.clone().unwrap_or_default());
                let is_noted =
                    noted.is_none_or(|noted| noted.sequence != expected.unsigned_abs() || noted.hash == found);
                if row.sequence != Some(expected)
                    || !is_noted
                    || !with_parts(&row, &hash, expected, |parts| keys.fits(parts, &found))
                {
                    broken_at = Some(expected.unsigned_abs());
                    break;
                }
                (last, hash, after) = (expected, found, expected);
            }
        }
        let reaches = |end: u64| last.unsigned_abs() >= end;
        let is_whole = head.is_some_and(|head| reaches(head.sequence.unsigned_abs()));
        if !(is_whole && noted.is_none_or(|noted| reaches(noted.sequence))) {
            broken_at = broken_at.or(Some(last.unsigned_abs() + 1));
        }
        let head = Head { sequence: last.unsigned_abs(), hash };
        Ok(Verification { head, closed, closed_is_changed, broken_at, pending: self.pending().await? })
    }

    /// Whether the end of the chain is there and was written by one of the keys.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn has_head(&self) -> Result<bool> {
        Ok(self.head(&mut Keys::of(self.conn.database)?).await?.is_some())
    }

    /// The end of the chain, if it is there and holds.
    async fn head(&self, keys: &mut Keys) -> Result<Option<HeadRow>> {
        let head = self.conn.one::<HeadRow>(Sql::new(HEAD)).await?;
        Ok(head.filter(|head| with_head(head.sequence, &head.hash, |parts| keys.fits(parts, &head.tag))))
    }
}

impl Tx {
    /// Begins the chain of a log that has no event yet.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn begin_chain(&self) -> Result<()> {
        self.write_head(&Keys::of(self.conn().database)?, 0, GENESIS).await
    }

    async fn write_head(&self, keys: &Keys, sequence: i64, hash: &str) -> Result<()> {
        let tag = with_head(sequence, hash, |parts| keys.sign(parts));
        let sql = Sql::new("INSERT INTO audit_head (sequence, hash, tag) VALUES (").bind(sequence).push(", ");
        self.conn().execute(sql.bind_all([hash, tag.as_str()]).push(")")).await.map(drop)
    }

    /// Gives waiting events their place in the chain; how many. To be committed as bookkeeping.
    ///
    /// # Errors
    /// `Internal` when the database fails, or the end of the chain is missing or does not hold.
    pub async fn seal_events(&self) -> Result<u64> {
        self.serialize(Subject::AuditChain).await?;
        let conn = self.conn();
        let select = format!("SELECT {COLUMNS} FROM audit_events e WHERE e.sequence IS NULL ORDER BY e.at, e.id");
        let waiting = conn.all::<Row>(Sql::new(&select).limit(SEAL_BATCH)).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let mut keys = Keys::of(conn.database)?;
        // The head, not the last event that is there: a gap at the end must stay a gap. Never a new beginning either: it
        // would seal whatever somebody left in the log.
        let head = self.audit().head(&mut keys).await?.ok_or_else(|| Error::internal(NO_HEAD))?;
        self.place(&keys, head.sequence, head.hash, &waiting).await?;
        Ok(waiting.len() as u64)
    }

    /// Gives `rows` their places behind the event `sequence`, whose hash is `hash`; the last of them is the new head.
    async fn place(&self, keys: &Keys, mut sequence: i64, mut hash: String, rows: &[Row]) -> Result<()> {
        let conn = self.conn();
        let mut placed = Vec::with_capacity(rows.len());
        for row in rows {
            sequence = sequence.checked_add(1).ok_or_else(|| Error::internal("no number is left for an event"))?;
            hash = with_parts(row, &hash, sequence, |parts| keys.sign(parts));
            placed.push((row.id, sequence, hash.clone()));
        }
        let mut rest = placed.as_slice();
        while !rest.is_empty() {
            // Powers of two: few statements, and few texts of them to be prepared.
            let (rows, later) = rest.split_at(1 << rest.len().ilog2().min(MOST_PLACED.ilog2()));
            let mut sql = Sql::new("WITH placed (id, sequence, hash) AS (VALUES ");
            for (index, (id, sequence, hash)) in rows.iter().enumerate() {
                sql = sql.push(if index == 0 { "(" } else { ", (" }).bind(*id).push(", ");
                sql = sql.bind(*sequence).push(", ").bind(hash.as_str()).push(")");
            }
            let sql = sql.push(") UPDATE audit_events SET sequence = placed.sequence, hash = placed.hash FROM placed");
            conn.execute(sql.push(" WHERE audit_events.id = placed.id")).await?;
            rest = later;
        }
        conn.execute(Sql::new("DELETE FROM audit_head")).await?;
        self.write_head(keys, sequence, &hash).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_survives_its_text() {
        let head = Head { sequence: 7, hash: GENESIS.to_owned() };
        assert_eq!(head.to_string().parse(), Ok(head));
        assert!("7".parse::<Head>().is_err() && "7:abc".parse::<Head>().is_err());
    }
}
