//! Custom roles, and grants of roles to users.
//!
//! A grant is of a built-in role, by its name, or of a custom one; on an organization, or else on the platform. One without
//! end ends at the largest number, so that those that end soon sort first.

crate::dialect::step!(
    "m20261121_000013_roles",
    "
CREATE TABLE roles (
    id {uuid} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key {key} NOT NULL UNIQUE,
    description TEXT NOT NULL,
    permissions TEXT NOT NULL,
    is_shared BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
)
;
CREATE INDEX roles_by_creation ON roles (created_at, id)
;
CREATE TABLE role_grants (
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
",
    "
DROP TABLE role_grants
;
DROP TABLE roles
"
);
