//! When the password of a session was last given: sensitive acts ask for it again.

crate::dialect::step!(
    "m20261122_000015_authentication",
    "
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0
;
UPDATE sessions SET authenticated_at = created_at
",
    "
ALTER TABLE sessions DROP COLUMN authenticated_at
"
);
