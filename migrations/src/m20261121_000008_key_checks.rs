//! What each key ring proves itself by: a database goes with its keys, and with no others.

crate::dialect::step!(
    "m20261121_000008_key_checks",
    "
CREATE TABLE key_checks (
    ring {key} PRIMARY KEY,
    proof TEXT NOT NULL
)
",
    "
DROP TABLE key_checks
"
);
