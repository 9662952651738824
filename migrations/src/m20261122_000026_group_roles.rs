//! Grants of roles to groups, which their members hold for as long as they are in them, and on groups, each with the
//! organization of its group.
//!
//! SQLite cannot let a column be empty that was not, so the table is made anew.

crate::dialect::step!(
    "m20261122_000026_group_roles",
    "
CREATE TABLE role_grants_anew (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} REFERENCES users (id) ON DELETE CASCADE,
    group_id {uuid} REFERENCES groups (id) ON DELETE CASCADE,
    role TEXT,
    role_id {uuid} REFERENCES roles (id),
    organization_id {uuid} REFERENCES organizations (id) ON DELETE CASCADE,
    scope_group_id {uuid} REFERENCES groups (id) ON DELETE CASCADE,
    power BIGINT NOT NULL,
    reason TEXT NOT NULL,
    granted_by {uuid},
    granted_by_name TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CHECK ((user_id IS NULL) <> (group_id IS NULL))
)
;
INSERT INTO role_grants_anew (id, user_id, role, role_id, organization_id, power, reason, granted_by, granted_by_name, granted_at, expires_at)
    SELECT id, user_id, role, role_id, organization_id, power, reason, granted_by, granted_by_name, granted_at, expires_at FROM role_grants
;
DROP TABLE role_grants
;
ALTER TABLE role_grants_anew RENAME TO role_grants
;
CREATE INDEX role_grants_of_user ON role_grants (user_id, granted_at, id)
;
CREATE INDEX role_grants_of_group ON role_grants (group_id, granted_at, id) WHERE group_id IS NOT NULL
;
CREATE INDEX role_grants_on_group ON role_grants (scope_group_id, granted_at, id) WHERE scope_group_id IS NOT NULL
;
CREATE INDEX role_grants_of_role ON role_grants (role, granted_at, id)
;
CREATE INDEX role_grants_of_custom_role ON role_grants (role_id, granted_at, id)
;
CREATE INDEX role_grants_of_organization ON role_grants (organization_id, granted_at, id)
;
CREATE INDEX role_grants_by_grant ON role_grants (granted_at, id)
;
CREATE INDEX role_grants_by_end ON role_grants (expires_at, id)
",
    "
DELETE FROM bin_rows WHERE source = 'role_grants' AND other_id IS NOT NULL
;
DELETE FROM role_grants WHERE user_id IS NULL OR scope_group_id IS NOT NULL
;
CREATE TABLE role_grants_before (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT,
    role_id {uuid} REFERENCES roles (id),
    organization_id {uuid} REFERENCES organizations (id) ON DELETE CASCADE,
    power BIGINT NOT NULL,
    reason TEXT NOT NULL,
    granted_by {uuid},
    granted_by_name TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
)
;
INSERT INTO role_grants_before
    SELECT id, user_id, role, role_id, organization_id, power, reason, granted_by, granted_by_name, granted_at, expires_at FROM role_grants
;
DROP TABLE role_grants
;
ALTER TABLE role_grants_before RENAME TO role_grants
;
CREATE INDEX role_grants_of_user ON role_grants (user_id, granted_at, id)
;
CREATE INDEX role_grants_of_role ON role_grants (role, granted_at, id)
;
CREATE INDEX role_grants_of_custom_role ON role_grants (role_id, granted_at, id)
;
CREATE INDEX role_grants_of_organization ON role_grants (organization_id, granted_at, id)
;
CREATE INDEX role_grants_by_grant ON role_grants (granted_at, id)
;
CREATE INDEX role_grants_by_end ON role_grants (expires_at, id)
"
);
