//! Groups, who is in them, and the ledgers of their allocations.
//!
//! Amounts are whole ten-thousandths of a unit: both databases sum them exactly. The sums of a ledger are kept beside it in
//! the row of its group, which is also what reservations wait for. A group without an allocation has a share of -1, so that
//! the column can be sorted by without nulls. A member's username stands in the membership too: a page of a thousand members is found by it.

crate::dialect::step!(
    "m20261121_000014_groups",
    "
CREATE TABLE groups (
    id {uuid} NOT NULL PRIMARY KEY,
    organization_id {uuid} REFERENCES organizations (id),
    name TEXT NOT NULL,
    name_key {key} NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key {key} NOT NULL,
    description TEXT NOT NULL,
    member_count BIGINT NOT NULL DEFAULT 0,
    limit_kind TEXT NOT NULL,
    total BIGINT NOT NULL DEFAULT 0,
    reserved BIGINT NOT NULL DEFAULT 0,
    used BIGINT NOT NULL DEFAULT 0,
    percent BIGINT NOT NULL DEFAULT -1,
    allocation_version BIGINT NOT NULL DEFAULT 1,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
)
;
CREATE UNIQUE INDEX groups_name ON groups (organization_id, name_key) WHERE organization_id IS NOT NULL
;
CREATE UNIQUE INDEX groups_name_of_platform ON groups (name_key) WHERE organization_id IS NULL
;
CREATE INDEX groups_by_name ON groups (name_key, id)
;
CREATE INDEX groups_by_display_name ON groups (display_name_key, id)
;
CREATE INDEX groups_by_member_count ON groups (member_count, id)
;
CREATE INDEX groups_by_total ON groups (total, id)
;
CREATE INDEX groups_by_percent ON groups (percent, id)
;
CREATE INDEX groups_by_creation ON groups (created_at, id)
;
CREATE TABLE group_members (
    group_id {uuid} NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    username_key {key} NOT NULL,
    standing TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
)
;
CREATE INDEX group_members_of_user ON group_members (user_id, group_id)
;
CREATE INDEX group_members_by_username ON group_members (group_id, username_key, user_id)
;
CREATE INDEX group_members_by_creation ON group_members (group_id, created_at, user_id)
;
CREATE TABLE reservations (
    id {uuid} NOT NULL PRIMARY KEY,
    group_id {uuid} NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    amount BIGINT NOT NULL,
    state TEXT NOT NULL,
    used BIGINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0
)
;
CREATE INDEX reservations_of_group ON reservations (group_id, created_at, id)
;
CREATE INDEX reservations_of_group_by_state ON reservations (group_id, state, created_at, id)
;
CREATE INDEX reservations_open ON reservations (expires_at) WHERE state = 'open'
;
CREATE TABLE allocation_entries (
    id {uuid} NOT NULL PRIMARY KEY,
    group_id {uuid} NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    total_change BIGINT NOT NULL,
    reserved_change BIGINT NOT NULL,
    used_change BIGINT NOT NULL,
    reservation_id {uuid},
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL
)
;
CREATE INDEX allocation_entries_of_group ON allocation_entries (group_id, created_at, id)
;
CREATE INDEX allocation_entries_of_reservation ON allocation_entries (reservation_id) WHERE reservation_id IS NOT NULL
;
CREATE INDEX allocation_entries_of_use ON allocation_entries (group_id, created_at, used_change) WHERE used_change <> 0
",
    "
DROP TABLE allocation_entries
;
DROP TABLE reservations
;
DROP TABLE group_members
;
DROP TABLE groups
"
);
