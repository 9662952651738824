//! Who acts as whom: a session that ends with the one that it began in, the history of such sessions, and who stands behind
//! an event.

crate::dialect::step!(
    "m20261122_000017_impersonation",
    "
ALTER TABLE sessions ADD COLUMN parent_id {uuid} REFERENCES sessions (id) ON DELETE CASCADE
;
CREATE INDEX sessions_of_parent ON sessions (parent_id) WHERE parent_id IS NOT NULL
;
CREATE TABLE impersonations (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    impersonator_id {uuid} NOT NULL,
    impersonator_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    may_write BOOLEAN NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
)
;
CREATE INDEX impersonations_of_user ON impersonations (user_id, started_at)
;
ALTER TABLE audit_events ADD COLUMN impersonator_id {uuid}
;
ALTER TABLE audit_events ADD COLUMN impersonator_label TEXT
",
    "
ALTER TABLE audit_events DROP COLUMN impersonator_label
;
ALTER TABLE audit_events DROP COLUMN impersonator_id
;
DROP TABLE impersonations
;
DROP INDEX sessions_of_parent
;
ALTER TABLE sessions DROP COLUMN parent_id
"
);
