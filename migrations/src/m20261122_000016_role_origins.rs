//! Custom roles tell which built-in role they were made from.

crate::dialect::step!(
    "m20261122_000016_role_origins",
    "
ALTER TABLE roles ADD COLUMN based_on TEXT
",
    "
ALTER TABLE roles DROP COLUMN based_on
"
);
