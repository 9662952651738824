//! Storing, changing and deleting keys, and noting their use.

use quarterdeck_domain::{
    Error, ProviderKeyId, Result, Timestamp, UserId, error::Rule, model_services::ModelProvider,
    provider_keys::NewOwner, text::fold,
};
use sea_orm::DbErr;
use uuid::Uuid;

use super::ProviderKeys;
use crate::{
    conn::{failed, violated_uniqueness},
    sql::Sql,
};

/// A key that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewProviderKey {
    /// Id.
    pub id: ProviderKeyId,
    /// Whose.
    pub owner: NewOwner,
    /// Whose services it opens.
    pub provider: ModelProvider,
    /// What it is called.
    pub name: String,
    /// End of the secret.
    pub hint: String,
    /// The secret, sealed.
    pub sealed: String,
    /// When it is stored.
    pub created_at: Timestamp,
}

/// Uses of a key since the last time that they were noted.
#[derive(Debug, Clone, Copy)]
pub struct ProviderKeyUse {
    /// Requests.
    pub count: u64,
    /// The last of them.
    pub at: Timestamp,
    /// Bytes of their bodies.
    pub sent_bytes: u64,
    /// Bytes of the bodies of their answers.
    pub received_bytes: u64,
}

fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(_) => Rule::ProviderKeyExists.into(),
        None => failed(error),
    }
}

impl ProviderKeys<'_> {
    /// Stores a new key, which is active.
    ///
    /// # Errors
    /// `Conflict` when its owner has a key of the provider.
    pub async fn insert(&self, key: &NewProviderKey) -> Result<()> {
        let (user, organization) = match key.owner {
            NewOwner::User(id) => (Some(id.0), None),
            NewOwner::Organization(id) => (None, Some(id.0)),
            NewOwner::System => (None, None),
        };
        let sql = Sql::new(
            "INSERT INTO provider_keys (id, owner_id, user_id, organization_id, provider, name, name_key, hint, sealed, \
             is_active, created_at, updated_at, version) VALUES (",
        )
        .bind_all([key.id.0, user.or(organization).unwrap_or(Uuid::nil())])
        .push(", ")
        .bind_all([user, organization])
        .push(", ")
        .bind_all([
            key.provider.name().to_owned(),
            key.name.clone(),
            fold(&key.name),
            key.hint.clone(),
            key.sealed.clone(),
        ])
        .push(", ")
        .bind(true)
        .push(", ")
        .bind_all([key.created_at.micros(), key.created_at.micros()])
        .push(", 1)");
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Stores name, hint and switch of a changed key, and its secret if it has another one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn save(
        &self,
        id: ProviderKeyId,
        name: &str,
        is_active: bool,
        secret: Option<(&str, &str)>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = Sql::new("UPDATE provider_keys SET version = version + 1, name = ")
            .bind(name)
            .push(", name_key = ")
            .bind(fold(name))
            .push(", is_active = ")
            .bind(is_active)
            .push(", updated_at = ")
            .bind(now.micros());
        let sql = match secret {
            Some((hint, sealed)) => sql.push(", hint = ").bind(hint).push(", sealed = ").bind(sealed),
            None => sql,
        };
        self.conn.execute(sql.push(" WHERE id = ").bind(id.0)).await.map(drop)
    }

    /// Deletes the key; whether there was one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: ProviderKeyId) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM provider_keys WHERE id = ").bind(id.0)).await? > 0)
    }

    /// Deletes all keys of a user, as a part of an act on them that was granted already; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete_of_user(&self, user: UserId) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM provider_keys WHERE user_id = ").bind(user.0)).await
    }

    /// How many keys a user has.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_of_user(&self, user: UserId) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM provider_keys WHERE user_id = ").bind(user.0);
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// Notes uses of a key, unless it was deleted meanwhile, or `batch` was noted before: a commit can be done without
    /// that its answer arrives.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn note_use(&self, id: ProviderKeyId, used: &ProviderKeyUse, batch: Uuid) -> Result<()> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let at = used.at.micros();
        let sql = Sql::new("UPDATE provider_keys SET use_count = use_count + ")
            .bind(number(used.count))
            .push(", sent_bytes = sent_bytes + ")
            .bind(number(used.sent_bytes))
            .push(", received_bytes = received_bytes + ")
            .bind(number(used.received_bytes))
            .push(", last_used_at = CASE WHEN last_used_at < ")
            .bind(at)
            .push(" THEN ")
            .bind(at)
            .push(" ELSE last_used_at END, last_use_batch = ")
            .bind(batch)
            .push(" WHERE id = ")
            .bind(id.0)
            .push(" AND (last_use_batch IS NULL OR last_use_batch <> ")
            .bind(batch)
            .push(")");
        self.conn.execute(sql).await.map(drop)
    }
}
