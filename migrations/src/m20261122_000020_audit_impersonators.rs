//! Events are found by who acted as somebody else, and it is known who ended that.

crate::dialect::step!(
    "m20261122_000020_audit_impersonators",
    "
CREATE INDEX audit_events_of_impersonator ON audit_events (impersonator_id, at, id) WHERE impersonator_id IS NOT NULL
;
ALTER TABLE impersonations ADD COLUMN ended_by {uuid}
",
    "
ALTER TABLE impersonations DROP COLUMN ended_by
;
DROP INDEX audit_events_of_impersonator
"
);
