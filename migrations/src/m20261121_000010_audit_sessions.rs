//! Audit events are found by the session that they came from.

crate::dialect::step!(
    "m20261121_000010_audit_sessions",
    "
CREATE INDEX audit_events_of_session ON audit_events (session_id, at, id) WHERE session_id IS NOT NULL
",
    "
DROP INDEX audit_events_of_session
"
);
