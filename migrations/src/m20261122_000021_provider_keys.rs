//! Secrets of users, organizations and the platform for model services, sealed.
//!
//! `owner_id` is the user or the organization, and all zeros for the platform: so that one index holds each owner, the
//! platform included, to one key of each provider.

crate::dialect::step!(
    "m20261122_000021_provider_keys",
    "
CREATE TABLE provider_keys (
    id {uuid} NOT NULL PRIMARY KEY,
    owner_id {uuid} NOT NULL,
    user_id {uuid} REFERENCES users (id) ON DELETE CASCADE,
    organization_id {uuid} REFERENCES organizations (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key {key} NOT NULL,
    hint TEXT NOT NULL,
    sealed TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL DEFAULT 0,
    use_count BIGINT NOT NULL DEFAULT 0,
    sent_bytes BIGINT NOT NULL DEFAULT 0,
    received_bytes BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL
)
;
CREATE UNIQUE INDEX provider_keys_of_owner ON provider_keys (owner_id, provider)
;
CREATE INDEX provider_keys_of_user ON provider_keys (user_id) WHERE user_id IS NOT NULL
;
CREATE INDEX provider_keys_of_organization ON provider_keys (organization_id) WHERE organization_id IS NOT NULL
;
CREATE INDEX provider_keys_by_creation ON provider_keys (created_at, id)
;
CREATE INDEX provider_keys_by_last_use ON provider_keys (last_used_at, id)
",
    "
DROP TABLE provider_keys
"
);
