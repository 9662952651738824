//! Imports of users: what each line of a file would do, and what an execution needs for it.
//!
//! `target_id` is the user that a line changes, or the id that a new one is to have.

crate::dialect::step!(
    "m20261122_000023_user_imports",
    "
CREATE TABLE user_imports (
    id {uuid} NOT NULL PRIMARY KEY,
    owner_id {uuid},
    content TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    job_id {uuid}
)
;
CREATE INDEX user_imports_by_expiry ON user_imports (expires_at)
;
CREATE INDEX user_imports_of_owner ON user_imports (owner_id, created_at, id)
;
CREATE TABLE user_import_lines (
    import_id {uuid} NOT NULL REFERENCES user_imports (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    username TEXT NOT NULL,
    target_id {uuid},
    changes TEXT NOT NULL,
    orders TEXT,
    faulty_column TEXT,
    code TEXT,
    message TEXT,
    PRIMARY KEY (import_id, position)
)
;
CREATE INDEX user_import_lines_by_outcome ON user_import_lines (import_id, outcome, position)
;
CREATE INDEX user_import_lines_by_target ON user_import_lines (import_id, target_id) WHERE target_id IS NOT NULL
",
    "
DROP TABLE user_import_lines
;
DROP TABLE user_imports
"
);
