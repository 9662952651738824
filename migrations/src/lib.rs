//! The schema, step by step, for SQLite and PostgreSQL alike.
//!
//! Each file is one step, written as SQL with a few type names that differ between the databases. A shipped step is
//! never edited: a release's schema still serves the binary before it.
//!
//! Times are whole microseconds since the Unix epoch; 0 stands for "never" where a column is sorted by.

mod dialect;
mod m20261121_000001_people;
mod m20261121_000002_search;
mod m20261121_000003_audit;
mod m20261121_000004_settings;
mod m20261121_000005_work;
mod m20261121_000006_list_indexes;
mod m20261121_000007_audit_head;
mod m20261121_000008_key_checks;
mod m20261121_000009_audit_sections;
mod m20261121_000010_audit_sessions;
mod m20261121_000011_organization_avatars;
mod m20261121_000012_api_keys;
mod m20261121_000013_roles;
mod m20261121_000014_groups;
mod m20261122_000015_authentication;
mod m20261122_000016_role_origins;
mod m20261122_000017_impersonation;
mod m20261122_000018_seats;
mod m20261122_000019_service_accounts;
mod m20261122_000020_audit_impersonators;
mod m20261122_000021_provider_keys;
mod m20261122_000022_provider_key_batches;
mod m20261122_000023_user_imports;
mod m20261122_000024_saved_views;
mod m20261122_000025_bin;
mod m20261122_000026_group_roles;
mod m20261122_000027_reset_link_power;

use sea_orm_migration::{MigrationTrait, async_trait::async_trait};
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// Steps that hold what the audit chain is proven by: taken back alone, they leave a log that nobody can trust.
pub const PROOFS: [&str; 3] =
    ["m20261121_000007_audit_head", "m20261121_000008_key_checks", "m20261121_000009_audit_sections"];

/// All steps, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_people::Migration),
            Box::new(m20261121_000002_search::Migration),
            Box::new(m20261121_000003_audit::Migration),
            Box::new(m20261121_000004_settings::Migration),
            Box::new(m20261121_000005_work::Migration),
            Box::new(m20261121_000006_list_indexes::Migration),
            Box::new(m20261121_000007_audit_head::Migration),
            Box::new(m20261121_000008_key_checks::Migration),
            Box::new(m20261121_000009_audit_sections::Migration),
            Box::new(m20261121_000010_audit_sessions::Migration),
            Box::new(m20261121_000011_organization_avatars::Migration),
            Box::new(m20261121_000012_api_keys::Migration),
            Box::new(m20261121_000013_roles::Migration),
            Box::new(m20261121_000014_groups::Migration),
            Box::new(m20261122_000015_authentication::Migration),
            Box::new(m20261122_000016_role_origins::Migration),
            Box::new(m20261122_000017_impersonation::Migration),
            Box::new(m20261122_000018_seats::Migration),
            Box::new(m20261122_000019_service_accounts::Migration),
            Box::new(m20261122_000020_audit_impersonators::Migration),
            Box::new(m20261122_000021_provider_keys::Migration),
            Box::new(m20261122_000022_provider_key_batches::Migration),
            Box::new(m20261122_000023_user_imports::Migration),
            Box::new(m20261122_000024_saved_views::Migration),
            Box::new(m20261122_000025_bin::Migration),
            Box::new(m20261122_000026_group_roles::Migration),
            Box::new(m20261122_000027_reset_link_power::Migration),
        ]
    }
}
