//! What power the account had that a reset link was made for: it does not lead to one that has more.

crate::dialect::step!(
    "m20261122_000027_reset_link_power",
    "
ALTER TABLE one_time_tokens ADD COLUMN power BIGINT NOT NULL DEFAULT 2
",
    "
ALTER TABLE one_time_tokens DROP COLUMN power
"
);
