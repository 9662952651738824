//! Sections of the chain: what was written by keys that are lost is closed, and the chain goes on behind it.
//!
//! Nobody can prove any more what the events of a closed section were when they were written. What they were when it was
//! closed is proven by the new keys: a digest of them is kept beside the chain, with the end of the section, under a tag.

use quarterdeck_domain::{EventId, Grant, Result, Timestamp, audit::Event};
use sea_orm::FromQueryResult;
use sha2::{Digest as _, Sha256};

use super::{GENESIS, Head, Keys, VERIFY_BATCH, with_parts};
use crate::{
    audit::{AuditEvents, COLUMNS, EventContext, Row},
    sql::Sql,
    tx::Tx,
};

/// The part of the log that cannot be verified, because its keys are lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSection {
    /// Its last event, with the hash that was stored.
    pub end: Head,
    /// When it was closed.
    pub closed_at: Timestamp,
}

#[derive(FromQueryResult)]
pub(super) struct SectionRow {
    pub(super) last_sequence: i64,
    pub(super) last_hash: String,
    closed_at: i64,
    digest: String,
    tag: String,
}

impl SectionRow {
    /// What the tag is made of.
    fn with_parts<T>(&self, then: impl FnOnce(&[&str]) -> T) -> T {
        let (sequence, at) = (self.last_sequence.to_string(), self.closed_at.to_string());
        then(&["section", &sequence, &self.last_hash, &at, &self.digest])
    }

    pub(super) fn closed(&self) -> ClosedSection {
        ClosedSection {
            end: Head { sequence: self.last_sequence.unsigned_abs(), hash: self.last_hash.clone() },
            closed_at: Timestamp::from_micros(self.closed_at),
        }
    }
}

#[derive(FromQueryResult)]
struct LastRow {
    sequence: i64,
    hash: String,
}

impl AuditEvents<'_> {
    /// The part of the log that the keys closed, if they did.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn closed_section(&self) -> Result<Option<ClosedSection>> {
        let section = self.section(&mut Keys::of(self.conn.database)?).await?;
        Ok(section.map(|section| section.closed()))
    }

    /// A section that none of the keys closed is none: the chain then has to hold from its first event.
    pub(super) async fn section(&self, keys: &mut Keys) -> Result<Option<SectionRow>> {
        let sql = Sql::new("SELECT last_sequence, last_hash, closed_at, digest, tag FROM audit_sections");
        let sections = self.conn.all::<SectionRow>(sql).await?;
        Ok(sections.into_iter().find(|section| section.with_parts(|parts| keys.fits(parts, &section.tag))))
    }

    /// Whether the events of `section` are what they were when it was closed.
    pub(super) async fn is_unchanged(&self, section: &SectionRow) -> Result<bool> {
        Ok(self.digest(section.last_sequence).await? == section.digest)
    }

    /// Whether there is the event `noted` with the hash that it had.
    pub(super) async fn has(&self, noted: &Head) -> Result<bool> {
        let sql = Sql::new("SELECT count(*) FROM audit_events WHERE sequence = ")
            .bind(i64::try_from(noted.sequence).unwrap_or(i64::MAX))
            .push(" AND hash = ")
            .bind(noted.hash.as_str());
        Ok(self.conn.number(sql).await? > 0)
    }

    /// The last event that has a place, with its hash as it is stored.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn last_stored(&self) -> Result<Head> {
        let sql = "SELECT sequence, coalesce(hash, '') AS hash FROM audit_events WHERE sequence > 0 \
            ORDER BY sequence DESC LIMIT 1";
        let last = self.conn.one::<LastRow>(Sql::new(sql)).await?;
        let last = last.unwrap_or_else(|| LastRow { sequence: 0, hash: GENESIS.to_owned() });
        Ok(Head { sequence: last.sequence.unsigned_abs(), hash: last.hash })
    }

    /// SHA-256 over all events up to `last`, as they are stored.
    async fn digest(&self, last: i64) -> Result<String> {
        let (mut digest, mut after) = (Sha256::new(), i64::MIN);
        loop {
            let rows = self.rows_after(after, VERIFY_BATCH).await?;
            for row in &rows {
                let sequence = row.sequence.unwrap_or(i64::MAX);
                if sequence > last {
                    return Ok(hex::encode(digest.finalize()));
                }
                with_parts(row, row.hash.as_deref().unwrap_or_default(), sequence, |parts| {
                    for part in parts {
                        digest.update((part.len() as u64).to_be_bytes());
                        digest.update(part);
                    }
                });
                after = sequence;
            }
            if rows.is_empty() {
                return Ok(hex::encode(digest.finalize()));
            }
        }
    }
}

impl Tx {
    /// Closes the log up to `end` and begins the next section of the chain with `event`, whose commit must follow. The
    /// caller holds [`Subject::AuditChain`](crate::Subject).
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn begin_section(
        &self,
        grant: &Grant,
        context: &EventContext,
        now: Timestamp,
        end: &Head,
        (id, event): (EventId, &Event),
    ) -> Result<()> {
        let conn = self.conn();
        let keys = Keys::of(conn.database)?;
        let last_sequence = i64::try_from(end.sequence).unwrap_or(i64::MAX);
        let digest = self.audit().digest(last_sequence).await?;
        let closed_at = now.micros();
        let section = SectionRow { last_sequence, last_hash: end.hash.clone(), closed_at, digest, tag: String::new() };
        let tag = section.with_parts(|parts| keys.sign(parts));
        // A section that was closed before is a part of this one.
        conn.execute(Sql::new("DELETE FROM audit_sections")).await?;
        let sql = Sql::new("INSERT INTO audit_sections (last_sequence, last_hash, closed_at, digest, tag) VALUES (")
            .bind(last_sequence)
            .push(", ")
            .bind(end.hash.as_str())
            .push(", ")
            .bind(closed_at)
            .push(", ")
            .bind_all([section.digest, tag]);
        conn.execute(sql.push(")")).await?;
        self.audit().insert(grant.permission(), context, now, &[(id, event)]).await?;
        let select = Sql::new("SELECT ").push(COLUMNS).push(" FROM audit_events e WHERE e.id = ").bind(id.0);
        let first = conn.all::<Row>(select).await?;
        self.place(&keys, last_sequence, end.hash.clone(), &first).await
    }
}
