use quarterdeck_domain::{
    OrganizationId,
    organizations::{Organization, OrganizationKind, UserDefaults},
};
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
        seats: 0,
        seats_used: 0,
        user_defaults: UserDefaults::default(),
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

/// Tables that name an organization. What a new one keeps for an organization goes with it or moves: it has its place
/// among the holdings of `app/plans/organization.rs`, and then here.
#[tokio::test]
async fn what_organizations_have() {
    #[derive(Debug, sea_orm::FromQueryResult)]
    struct Table {
        name: String,
    }
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let sql = "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' \
        AND c.name LIKE '%organization_id' ORDER BY m.name";
    let tables: Vec<Table> = database.read().all(Sql::new(sql)).await.unwrap();
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    // The log and the receipts of departures remember, and counts are swept by the deletion itself; the others are holdings.
    let known = [
        "audit_events",
        "bin_items",
        "departures",
        "groups",
        "organization_avatars",
        "provider_keys",
        "role_grants",
        "saved_views",
        "user_counts",
        "users",
    ];
    assert_eq!(names, known);
}
