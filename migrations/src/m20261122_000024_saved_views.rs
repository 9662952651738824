//! Views of tables, kept for oneself or shared.
//!
//! `private_of` is the owner of a private view, which goes with them; a shared one stays without an owner. `place_id` is the
//! owner, or the organization that it is shared in, or all zeros for the platform: one index holds each place to one view of
//! a name.

crate::dialect::step!(
    "m20261122_000024_saved_views",
    "
CREATE TABLE saved_views (
    id {uuid} NOT NULL PRIMARY KEY,
    place_id {uuid} NOT NULL,
    owner_id {uuid} REFERENCES users (id) ON DELETE SET NULL,
    private_of {uuid} REFERENCES users (id) ON DELETE CASCADE,
    organization_id {uuid} REFERENCES organizations (id) ON DELETE CASCADE,
    table_name TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key {key} NOT NULL,
    query TEXT NOT NULL,
    columns TEXT,
    names_things BOOLEAN NOT NULL,
    visibility TEXT NOT NULL,
    role TEXT,
    role_id {uuid} REFERENCES roles (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CHECK ((visibility = 'private') = (private_of IS NOT NULL))
)
;
CREATE UNIQUE INDEX saved_views_of_place ON saved_views (place_id, table_name, name_key)
;
CREATE INDEX saved_views_of_owner ON saved_views (owner_id) WHERE owner_id IS NOT NULL
;
CREATE INDEX saved_views_private_of ON saved_views (private_of) WHERE private_of IS NOT NULL
;
CREATE INDEX saved_views_of_organization ON saved_views (organization_id) WHERE organization_id IS NOT NULL
;
CREATE INDEX saved_views_of_role ON saved_views (role_id) WHERE role_id IS NOT NULL
;
CREATE INDEX saved_views_by_name ON saved_views (name_key, id)
;
CREATE INDEX saved_views_by_creation ON saved_views (created_at, id)
",
    "
DROP TABLE saved_views
"
);
