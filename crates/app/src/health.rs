//! Whether the platform works.

use quarterdeck_domain::{
    Timestamp,
    health::{Check, CheckOutcome, Health},
    text::counted,
};

use crate::App;

/// What is known of the process.
pub struct HealthState {
    started_at: Timestamp,
}

impl HealthState {
    /// The process began at `started_at`.
    #[must_use]
    pub const fn new(started_at: Timestamp) -> Self {
        Self { started_at }
    }
}

/// Free bytes below which the disk asks for attention.
const DISK_WARN: u64 = 1 << 30;
/// Free bytes below which the disk counts as full.
const DISK_FAIL: u64 = 64 << 20;
/// Audit events that may wait for their place in the chain.
const PENDING_WARN: u64 = 10_000;

/// Looks at database, schema, disk and audit chain.
pub async fn check(app: &App) -> Health {
    let checks = vec![database(app).await, migrations(app).await, disk(app), chain(app).await];
    Health {
        outcome: Health::worst(&checks),
        version: app.config.version.clone(),
        started_at: app.health.started_at,
        checks,
    }
}

fn outcome(name: &str, outcome: CheckOutcome, detail: String) -> Check {
    Check { name: name.to_owned(), outcome, detail }
}

async fn database(app: &App) -> Check {
    match app.db.ping().await {
        Ok(()) => outcome("database", CheckOutcome::Pass, format!("{} answers", app.db.name())),
        Err(_) => {
            outcome("database", CheckOutcome::Fail, format!("{} does not answer; look at the log", app.db.name()))
        }
    }
}

async fn migrations(app: &App) -> Check {
    match app.db.migration_status().await {
        Ok(status) => match status.iter().filter(|(_, done)| !done).count() {
            0 => outcome("migrations", CheckOutcome::Pass, "all have run".to_owned()),
            pending => {
                let advice = format!("{} to run: quarterdeck migrate up", counted(pending as u64, "migration"));
                outcome("migrations", CheckOutcome::Fail, advice)
            }
        },
        Err(_) => outcome("migrations", CheckOutcome::Fail, "cannot be read".to_owned()),
    }
}

fn disk(app: &App) -> Check {
    match fs4::available_space(&app.config.data_dir) {
        Ok(free) if free < DISK_FAIL => {
            outcome("disk", CheckOutcome::Fail, format!("{} MiB free; make room now", free >> 20))
        }
        Ok(free) if free < DISK_WARN => {
            outcome("disk", CheckOutcome::Warn, format!("{} MiB free; make room", free >> 20))
        }
        Ok(free) => outcome("disk", CheckOutcome::Pass, format!("{} GiB free", free >> 30)),
        Err(_) => outcome("disk", CheckOutcome::Warn, "the free space of the data folder cannot be read".to_owned()),
    }
}

async fn chain(app: &App) -> Check {
    match app.db.audit().has_head().await {
        Ok(true) => waiting(app).await,
        Ok(false) => outcome(
            "audit chain",
            CheckOutcome::Fail,
            "its head is missing or was not written by these keys; run quarterdeck audit verify".to_owned(),
        ),
        Err(_) => outcome("audit chain", CheckOutcome::Fail, "cannot be read".to_owned()),
    }
}

async fn waiting(app: &App) -> Check {
    match app.db.audit().pending().await {
        Ok(pending) if pending > PENDING_WARN => {
            outcome("audit chain", CheckOutcome::Warn, format!("{pending} events wait for their place"))
        }
        Ok(_) => outcome("audit chain", CheckOutcome::Pass, "events get their place".to_owned()),
        Err(_) => outcome("audit chain", CheckOutcome::Fail, "cannot be read".to_owned()),
    }
}
