//! Lists of 50 of 100,000 users: every filter in every order.

use anyhow::{Context as _, Result};

use super::{USERS, in_turn, late_page, load};
use crate::{
    load::{Load, read},
    report::Report,
    subject::{Data, Subject},
};

const SORTS: [&str; 5] = ["-created_at", "username", "-display_name", "email", "-last_login_at"];

/// Filters, from those that most users match to those that few do.
fn filters(organization: &str) -> Vec<(&'static str, String)> {
    let year = |year: u32| format!("{year}-01-01T00:00:00Z");
    vec![
        ("no filter", String::new()),
        ("status=active", "status=active".to_owned()),
        ("status=suspended", "status=suspended".to_owned()),
        ("the largest organization", format!("organization_id={organization}")),
        ("suspended in an organization", format!("organization_id={organization}&status=suspended")),
        ("role=user", "role=user".to_owned()),
        ("role=trainer", "role=trainer".to_owned()),
        ("role=developer", "role=developer".to_owned()),
        ("role=organization_admin", "role=organization_admin".to_owned()),
        ("role=admin", "role=admin".to_owned()),
        ("suspended trainers", "role=trainer&status=suspended".to_owned()),
        ("last sign-in before this year", format!("last_login_before={}", year(2026))),
        ("created since this year", format!("created_after={}", year(2026))),
    ]
}

/// The list of the baseline; taken before and after, as a machine seldom keeps its pace for minutes.
fn baseline(data: &Data) -> Result<Load> {
    let baseline = Subject::baseline(data)?;
    load(&baseline.base, &read(&["/users".to_owned()], None), 16, 4)
}

/// The worst order of each filter, and a late page.
pub fn lists(report: &mut Report) -> Result<()> {
    let data = Data::sqlite(USERS)?;
    let before = baseline(&data)?;
    let server = Subject::server(&data)?;
    let token = server.token()?;
    let organizations = server.get("/api/v1/organizations?sort=name&limit=10", &token)?;
    let items = organizations["items"].as_array().context("organizations")?;
    let largest = items.iter().max_by_key(|item| item["member_count"].as_u64()).context("an organization")?;
    let organization = largest["id"].as_str().context("id")?;

    let measure = |path: &str, seconds| load(&server.base, &read(&[path.to_owned()], Some(&token)), 16, seconds);
    let mut worst: Vec<(String, Load)> = Vec::new();
    for (name, filter) in filters(organization) {
        let mut slowest: Option<(String, Load)> = None;
        for sort in SORTS {
            let measured = measure(&format!("/api/v1/users?sort={sort}&{filter}"), 2)?;
            if slowest.as_ref().is_none_or(|(_, slowest)| measured.per_second < slowest.per_second) {
                slowest = Some((format!("list: {name}, by {sort}"), measured));
            }
        }
        worst.extend(slowest);
    }
    let first = "/api/v1/users?sort=-created_at";
    let late = late_page(&server, &token, first, 1_000)?;
    let [page_1, page_1000] = in_turn([&|| measure(first, 1), &|| measure(&late, 1)])?;
    let memory = server.memory_mb()?;
    drop(server);

    let after = baseline(&data)?;
    let bare = (before.per_second + after.per_second) / 2.0;
    let bare_p99 = (before.p99_ms + after.p99_ms) / 2.0;
    for (name, slowest) in &worst {
        report.ratio(name, slowest.per_second, bare, "/s", 0.40);
        report.at_most_beside(&format!("{name}, p99"), slowest.p99_ms, Some(bare_p99), "ms", 15.0);
    }
    let (page_1, page_1000) = (1_000.0 / page_1, 1_000.0 / page_1000);
    report.within("list: page 1,000 against page 1", page_1000, page_1, "ms", 1.2);
    report.at_most("memory after these loads", memory, "MB", 90.0);
    Ok(())
}
