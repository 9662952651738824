//! The bin, and the receipts of people who left.
//!
//! What is in the bin is in no other table: each row that it consisted of is kept as JSON under the name of its table, so
//! that no list, count or check can take it for something that is there. A row that needs something else, `other_id`, which
//! is in the bin as well, waits with that.

crate::dialect::step!(
    "m20261122_000025_bin",
    "
CREATE TABLE bin_items (
    id {uuid} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    label_key {key} NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key {key} NOT NULL,
    organization_id {uuid},
    power BIGINT NOT NULL,
    handed_to {uuid},
    contents TEXT NOT NULL DEFAULT '[]',
    reason TEXT NOT NULL,
    deleted_by {uuid},
    deleted_by_name TEXT NOT NULL,
    deleted_at BIGINT NOT NULL,
    purge_at BIGINT NOT NULL
)
;
CREATE INDEX bin_items_by_deletion ON bin_items (deleted_at, id)
;
CREATE INDEX bin_items_by_purge ON bin_items (purge_at, id)
;
CREATE INDEX bin_items_by_label ON bin_items (label_key, id)
;
CREATE TABLE bin_rows (
    seq {serial},
    item_id {uuid} NOT NULL REFERENCES bin_items (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    other_id {uuid},
    body TEXT NOT NULL
)
;
CREATE INDEX bin_rows_of_item ON bin_rows (item_id, source)
;
CREATE INDEX bin_rows_by_need ON bin_rows (other_id) WHERE other_id IS NOT NULL
;
CREATE TABLE departures (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL,
    username TEXT NOT NULL,
    username_key {key} NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key {key} NOT NULL,
    organization_id {uuid},
    reason TEXT NOT NULL,
    account TEXT NOT NULL,
    handed_over_to {uuid},
    handed_over_to_name TEXT,
    steps TEXT NOT NULL,
    departed_by {uuid},
    departed_by_name TEXT NOT NULL,
    departed_at BIGINT NOT NULL,
    power BIGINT NOT NULL
)
;
CREATE INDEX departures_by_time ON departures (departed_at, id)
;
CREATE INDEX departures_by_username ON departures (username_key, id)
;
CREATE INDEX departures_of_user ON departures (user_id, departed_at)
;
CREATE TABLE departure_exports (
    departure_id {uuid} NOT NULL PRIMARY KEY REFERENCES departures (id) ON DELETE CASCADE,
    archive {bytes} NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    is_whole BOOLEAN NOT NULL,
    has_contact BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL
)
;
CREATE INDEX departure_exports_by_end ON departure_exports (expires_at)
",
    "
DROP TABLE departure_exports
;
DROP TABLE departures
;
DROP TABLE bin_rows
;
DROP TABLE bin_items
"
);
