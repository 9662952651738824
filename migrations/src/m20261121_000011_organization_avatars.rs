//! Avatar images of organizations.

crate::dialect::step!(
    "m20261121_000011_organization_avatars",
    "
CREATE TABLE organization_avatars (
    organization_id {uuid} PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    png {bytes} NOT NULL,
    updated_at BIGINT NOT NULL
)
",
    "
DROP TABLE organization_avatars
"
);
