//! Settings: every value that was ever set; the highest version of a key is in force.

crate::dialect::step!(
    "m20261121_000004_settings",
    "
CREATE TABLE setting_versions (
    setting_key TEXT NOT NULL,
    version BIGINT NOT NULL,
    value TEXT,
    fingerprint TEXT,
    at BIGINT NOT NULL,
    by_id {uuid},
    by_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (setting_key, version)
)
",
    "
DROP TABLE setting_versions
"
);
