//! Avatar images of organizations, apart from them: a list of organizations reads no image.

use quarterdeck_domain::{OrganizationId, Result, Timestamp};
use sea_orm::FromQueryResult;

use crate::{conn::Conn, sql::Sql};

/// The table of avatar images.
pub struct Avatars<'a> {
    conn: Conn<'a>,
}

/// An avatar image.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Avatar {
    /// What it is known by.
    pub digest: String,
    /// The image, as PNG.
    pub png: Vec<u8>,
}

impl<'a> Avatars<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The image of an organization, if it has one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, id: OrganizationId) -> Result<Option<Avatar>> {
        let sql = Sql::new("SELECT digest, png FROM organization_avatars WHERE organization_id = ");
        self.conn.one(sql.bind(id.0)).await
    }

    /// Stores the image of an organization in the place of the former one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn put(&self, id: OrganizationId, avatar: Avatar, now: Timestamp) -> Result<()> {
        let sql = Sql::new("INSERT INTO organization_avatars (organization_id, digest, png, updated_at) VALUES (")
            .bind(id.0)
            .push(", ")
            .bind(avatar.digest)
            .push(", ")
            .bind(avatar.png)
            .push(", ")
            .bind(now.micros())
            .push(") ON CONFLICT (organization_id) DO UPDATE SET digest = excluded.digest, png = excluded.png, ")
            .push("updated_at = excluded.updated_at");
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes the image of an organization.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: OrganizationId) -> Result<()> {
        let sql = Sql::new("DELETE FROM organization_avatars WHERE organization_id = ").bind(id.0);
        self.conn.execute(sql).await.map(drop)
    }
}
