use quarterdeck_domain::{OrganizationId, organizations::Organization, organizations::OrganizationKind};
use uuid::Uuid;

use super::*;

async fn database(folder: &tempfile::TempDir) -> Database {
    let url = format!("sqlite://{}/test.db?mode=rwc", folder.path().display());
    let database = Database::connect(Connect { url, connections: 2, cursor_keys: vec![vec![7; 32]] }).await.unwrap();
    database.migrate().await.unwrap();
    database
}

fn organization(number: u128, length: usize) -> Organization {
    let now = quarterdeck_domain::Timestamp::from_micros(1_800_000_000_000_000);
    Organization {
        id: OrganizationId(Uuid::from_u128(number)),
        name: format!("organization-{number}"),
        display_name: "x".repeat(length),
        kind: OrganizationKind::Other,
        member_count: 0,
        active_member_count: 0,
        avatar_digest: None,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

async fn insert(database: &Database, number: u128) -> Result<()> {
    let tx = database.begin().await?;
    tx.organizations().insert(&organization(number, 2_000)).await?;
    tx.commit_bookkeeping().await
}

/// Lets the file of the writer grow by so many pages.
async fn limit(database: &Database, more: i64) {
    let tx = database.begin().await.unwrap();
    let pages = tx.conn().number(Sql::new("PRAGMA page_count")).await.unwrap();
    let limit = format!("PRAGMA max_page_count = {}", pages + more);
    tx.conn().number(Sql::new(&limit)).await.unwrap();
    tx.commit_bookkeeping().await.unwrap();
}

/// What is acknowledged after the disk was full is really there, and other processes can write too.
#[tokio::test]
async fn a_full_disk_leaves_no_open_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let mut number = 0;
    for _ in 0..3 {
        limit(&database, 20).await;
        let error = loop {
            number += 1;
            if let Err(error) = insert(&database, number).await {
                break error;
            }
        };
        assert!(matches!(error, Error::Unavailable("room on the disk")), "{error:?}");
    }
    limit(&database, 10_000).await;
    for number in 1_000..1_003 {
        insert(&database, number).await.unwrap();
        database.organizations().get(OrganizationId(Uuid::from_u128(number))).await.unwrap();
    }
    insert(&self::database(&folder).await, 2_000).await.unwrap();
}

/// SQLite ends the transaction by itself when a commit finds no room; a statement stands for that here.
#[tokio::test]
async fn a_connection_that_miscounts_is_not_used_again() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    drop(connection.begin().await.unwrap());
    assert!(has_ended(&mut connection).await.unwrap(), "dropped transactions are rolled back");
    let mut transaction = connection.begin().await.unwrap();
    sea_orm::sqlx::query("ROLLBACK").execute(&mut *transaction).await.unwrap();
    drop(transaction);
    assert!(!has_ended(&mut connection).await.unwrap());
}
