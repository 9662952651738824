//! API keys, the digests of their secrets, and which of their scopes they use.
//!
//! A key without end ends at the largest number, so that those that end soon sort first. Beside the end stands the one that
//! the key was made with, for when a cap that moved it is lifted.

crate::dialect::step!(
    "m20261121_000012_api_keys",
    "
CREATE TABLE api_keys (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    title_key {key} NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    networks TEXT NOT NULL,
    requests_per_minute BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    own_expires_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL DEFAULT 0,
    last_used_address TEXT NOT NULL DEFAULT '',
    use_count BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL
)
;
CREATE UNIQUE INDEX api_keys_title ON api_keys (user_id, title_key)
;
CREATE INDEX api_keys_by_title ON api_keys (title_key, id)
;
CREATE INDEX api_keys_by_creation ON api_keys (created_at, id)
;
CREATE INDEX api_keys_by_last_use ON api_keys (last_used_at, id)
;
CREATE INDEX api_keys_by_end ON api_keys (expires_at, id)
;
CREATE TABLE api_key_secrets (
    digest {bytes} NOT NULL PRIMARY KEY,
    key_id {uuid} NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    until BIGINT NOT NULL
)
;
CREATE INDEX api_key_secrets_of_key ON api_key_secrets (key_id, until)
;
CREATE TABLE api_key_uses (
    key_id {uuid} NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, permission)
)
;
ALTER TABLE jobs ADD COLUMN api_key_id {uuid}
",
    "
ALTER TABLE jobs DROP COLUMN api_key_id
;
DROP TABLE api_key_uses
;
DROP TABLE api_key_secrets
;
DROP TABLE api_keys
"
);
