//! The part of the audit log whose keys are lost: where it ends, and what it was when it was closed.

crate::dialect::step!(
    "m20261121_000009_audit_sections",
    "
CREATE TABLE audit_sections (
    last_sequence BIGINT NOT NULL,
    last_hash TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    digest TEXT NOT NULL,
    tag TEXT NOT NULL
)
",
    "
DROP TABLE audit_sections
"
);
