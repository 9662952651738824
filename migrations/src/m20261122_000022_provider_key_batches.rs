//! The last batch of uses of a provider key that was written, so that none is counted twice.

crate::dialect::step!(
    "m20261122_000022_provider_key_batches",
    "
ALTER TABLE provider_keys ADD COLUMN last_use_batch {uuid}
",
    "
ALTER TABLE provider_keys DROP COLUMN last_use_batch
"
);
