//! The end of the audit chain, under a keyed hash, so that events missing at the end are noticed.
//!
//! The hashes of events are keyed from this step on. Events that have a place already get one anew.

crate::dialect::step!(
    "m20261121_000007_audit_head",
    "
CREATE TABLE audit_head (
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL,
    tag TEXT NOT NULL
)
;
UPDATE audit_events SET sequence = NULL, hash = NULL WHERE sequence IS NOT NULL
",
    "
DROP TABLE audit_head
"
);
