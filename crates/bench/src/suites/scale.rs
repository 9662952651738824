//! The same reads with 1,000, 100,000 and 1,000,000 users, on both databases: cost grows with the page, not the table.

use anyhow::Result;

use super::{ids, late_page, load};
use crate::{
    load::read,
    report::Report,
    subject::{Data, Storage, Subject},
};

/// Read by order, by a filter that most match, by one that few do, and late. Of 1,000 users fewer than 50 are trainers, so
/// that their page is shorter for all.
const LISTS: [(&str, &str); 3] = [
    ("list by creation", "/api/v1/users?sort=-created_at"),
    ("list of the active by name", "/api/v1/users?status=active&sort=display_name"),
    ("list of 20 trainers by username", "/api/v1/users?role=trainer&sort=username&limit=20"),
];

/// SQLite, and PostgreSQL when `QUARTERDECK_TEST_POSTGRES_URL` names a server.
pub fn scale(report: &mut Report) -> Result<()> {
    for storage in Storage::all() {
        let mut smallest: Vec<f64> = Vec::new();
        for users in [1_000, 100_000, 1_000_000] {
            let data = Data::load(&storage, users)?;
            #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
            let rate = users as f64 / data.loaded.as_secs_f64();
            let figures = measure(&data)?;
            if smallest.is_empty() {
                smallest = figures.iter().map(|(_, figure)| *figure).collect();
            }
            report.at_least(&format!("{storage}, {users} users: bulk load"), rate, "/s", 0.0);
            for ((name, figure), smallest) in figures.iter().zip(&smallest) {
                report.ratio(&format!("{storage}, {users} users: {name}"), *figure, *smallest, "/s", 0.8);
            }
        }
    }
    Ok(())
}

fn measure(data: &Data) -> Result<Vec<(String, f64)>> {
    let server = Subject::server(data)?;
    let token = server.token()?;
    let rate = |paths: &[String]| -> Result<f64> {
        load(&server.base, &read(paths, Some(&token)), 16, 5).map(|load| load.per_second)
    };
    let one: Vec<String> = ids(&server, &token)?.iter().map(|id| format!("/api/v1/users/{id}")).collect();
    let mut figures = vec![("GET of one user".to_owned(), rate(&one)?)];
    for (name, path) in LISTS {
        figures.push((name.to_owned(), rate(&[path.to_owned()])?));
    }
    let last = late_page(&server, &token, LISTS[0].1, 15)?;
    figures.push(("list by creation, page 15".to_owned(), rate(&[last])?));
    Ok(figures)
}
