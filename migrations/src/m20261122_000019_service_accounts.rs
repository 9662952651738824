//! Who acts by an account: a person or a machine. The accounts of machines have no password, which the database itself
//! makes sure of. They are few, so that an index of their own finds and counts them.
//!
//! And which uses of a key were noted last, so that none are noted twice.

crate::dialect::step!(
    "m20261122_000019_service_accounts",
    "
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person' CHECK (kind <> 'service' OR password_hash IS NULL)
;
CREATE INDEX users_of_services ON users (organization_id, status) WHERE kind = 'service'
;
ALTER TABLE api_keys ADD COLUMN last_use_batch {uuid}
",
    "
ALTER TABLE api_keys DROP COLUMN last_use_batch
;
DROP INDEX users_of_services
;
ALTER TABLE users DROP COLUMN kind
"
);
