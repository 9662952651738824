//! Organizations, users, their roles and sessions.
//!
//! Lists are paged by (sort key, id), so each sort key of users has an index alone and one behind each filter that
//! leaves many rows.

crate::dialect::step!(
    "m20261121_000001_people",
    "
CREATE TABLE organizations (
    id {uuid} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key {key} NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    display_name_key {key} NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
)
;
CREATE INDEX organizations_by_display_name ON organizations (display_name_key, id)
;
CREATE INDEX organizations_by_creation ON organizations (created_at, id)
;
CREATE TABLE users (
    seq {serial},
    id {uuid} NOT NULL UNIQUE,
    username TEXT NOT NULL,
    username_key {key} NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    display_name_key {key} NOT NULL,
    email TEXT,
    email_key {key} NOT NULL DEFAULT '',
    search_key {key} NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT NOT NULL DEFAULT '',
    status_changed_at BIGINT NOT NULL DEFAULT 0,
    organization_id {uuid} REFERENCES organizations (id),
    organization_label TEXT NOT NULL DEFAULT '',
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    language TEXT,
    time_zone TEXT,
    country TEXT,
    subdivisions TEXT NOT NULL DEFAULT '[]',
    location TEXT NOT NULL DEFAULT '',
    platform_url TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    password_hash TEXT,
    password_changed_at BIGINT NOT NULL DEFAULT 0,
    must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
    last_login_at BIGINT NOT NULL DEFAULT 0,
    last_seen_at BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
)
;
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE email_key <> ''
;
CREATE INDEX users_by_display_name ON users (display_name_key, id)
;
CREATE INDEX users_by_email ON users (email_key, id)
;
CREATE INDEX users_by_last_login ON users (last_login_at, id)
;
CREATE INDEX users_by_creation ON users (created_at, id)
;
CREATE INDEX users_of_organization_by_username ON users (organization_id, username_key, id)
;
CREATE INDEX users_of_organization_by_display_name ON users (organization_id, display_name_key, id)
;
CREATE INDEX users_of_organization_by_email ON users (organization_id, email_key, id)
;
CREATE INDEX users_of_organization_by_last_login ON users (organization_id, last_login_at, id)
;
CREATE INDEX users_of_organization_by_creation ON users (organization_id, created_at, id)
;
CREATE INDEX users_of_status_by_username ON users (status, username_key, id)
;
CREATE INDEX users_of_status_by_display_name ON users (status, display_name_key, id)
;
CREATE INDEX users_of_status_by_email ON users (status, email_key, id)
;
CREATE INDEX users_of_status_by_last_login ON users (status, last_login_at, id)
;
CREATE INDEX users_of_status_by_creation ON users (status, created_at, id)
;
CREATE TABLE user_roles (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (user_id, role)
)
;
CREATE INDEX user_roles_by_role ON user_roles (role, user_id)
;
CREATE TABLE reserved_usernames (
    username_key {key} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL,
    until BIGINT NOT NULL
)
;
CREATE TABLE sessions (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client TEXT NOT NULL,
    remembered BOOLEAN NOT NULL,
    refresh_generation BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    device TEXT NOT NULL,
    idle_seconds BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    absolute_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
)
;
CREATE INDEX sessions_of_user ON sessions (user_id, expires_at)
;
CREATE INDEX sessions_by_creation ON sessions (created_at, id)
;
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at, id)
;
CREATE INDEX sessions_by_expiry ON sessions (expires_at)
;
CREATE TABLE one_time_tokens (
    hash {bytes} NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id {uuid} REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
)
;
CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id)
;
CREATE TABLE sign_in_delays (
    delay_key TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL
)
",
    "
DROP TABLE sign_in_delays
;
DROP TABLE one_time_tokens
;
DROP TABLE sessions
;
DROP TABLE reserved_usernames
;
DROP TABLE user_roles
;
DROP TABLE users
;
DROP TABLE organizations
"
);
