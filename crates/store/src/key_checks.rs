//! What each key ring proves itself by.

use quarterdeck_domain::Result;
use sea_orm::FromQueryResult;

use crate::{conn::Conn, sql::Sql, tx::Tx};

/// The table of proofs, one for each ring.
pub struct KeyChecks<'a> {
    conn: Conn<'a>,
}

/// What the rings of a database prove themselves by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProofs {
    /// A tag by the signing ring.
    pub signing: String,
    /// A text sealed by the sealing ring.
    pub sealing: String,
}

#[derive(FromQueryResult)]
struct Row {
    ring: String,
    proof: String,
}

impl<'a> KeyChecks<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Whether the database has the table already.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn are_kept(&self) -> Result<bool> {
        let sql = if self.conn.is_postgres() {
            "SELECT count(to_regclass('key_checks'))"
        } else {
            "SELECT count(*) FROM sqlite_schema WHERE name = 'key_checks'"
        };
        Ok(self.conn.number(Sql::new(sql)).await? > 0)
    }

    /// The proofs, if there are any; one that is missing beside the other is empty.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn get(&self) -> Result<Option<KeyProofs>> {
        let rows = self.conn.all::<Row>(Sql::new("SELECT ring, proof FROM key_checks")).await?;
        let proof = |ring| rows.iter().find(|row| row.ring == ring).map(|row| row.proof.clone()).unwrap_or_default();
        Ok((!rows.is_empty()).then(|| KeyProofs { signing: proof("signing"), sealing: proof("sealing") }))
    }

    /// Whether nobody has used the database yet: it has no user, no event and no end of a chain.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn is_unused(&self) -> Result<bool> {
        let sql = "SELECT count(*) FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM audit_events) \
            OR EXISTS (SELECT 1 FROM audit_head)) used";
        Ok(self.conn.number(Sql::new(sql)).await? == 0)
    }
}

impl Tx {
    /// Notes what the rings prove themselves by from now on.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn replace_key_proofs(&self, proofs: &KeyProofs) -> Result<()> {
        self.conn().execute(Sql::new("DELETE FROM key_checks")).await?;
        self.insert_key_proofs(proofs).await
    }

    /// Notes what the rings of an unused database prove themselves by.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_key_proofs(&self, proofs: &KeyProofs) -> Result<()> {
        let sql = Sql::new("INSERT INTO key_checks (ring, proof) VALUES (")
            .bind_all(["signing", proofs.signing.as_str()])
            .push("), (")
            .bind_all(["sealing", proofs.sealing.as_str()]);
        self.conn().execute(sql.push(")")).await.map(drop)
    }
}
