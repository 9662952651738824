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
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Inserts rows until the disk is full, where `page` stands for its end.
async fn fill(database: &Database) -> Error {
    let tx = database.begin().await.unwrap();
    let pages = tx.conn().number(Sql::new("PRAGMA page_count")).await.unwrap();
    let limit = format!("PRAGMA max_page_count = {}", pages + 20);
    tx.conn().number(Sql::new(&limit)).await.unwrap();
    tx.commit_bookkeeping().await.unwrap();
    for number in 0.. {
        let tx = database.begin().await.unwrap();
        let outcome = match tx.organizations().insert(&organization(number, 2_000)).await {
            Ok(()) => tx.commit_bookkeeping().await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            return error;
        }
    }
    unreachable!("the disk is never full")
}

/// What is acknowledged after the disk was full is really there, and other processes can write too.
#[tokio::test]
async fn a_full_disk_leaves_no_open_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    assert!(matches!(fill(&database).await, Error::Unavailable("room on the disk")));
    for number in 1_000..1_003 {
        let tx = database.begin().await.unwrap();
        tx.organizations().insert(&organization(number, 2_000)).await.unwrap();
        tx.commit_bookkeeping().await.unwrap();
        database.organizations().get(OrganizationId(Uuid::from_u128(number))).await.unwrap();
    }
    let other = self::database(&folder).await;
    other.begin().await.unwrap().commit_bookkeeping().await.unwrap();
}
