//! One user, and search.

use anyhow::Result;

use super::{USERS, ids, in_turn, load};
use crate::{
    load::read,
    report::Report,
    subject::{Data, Subject},
};

const TERMS: [&str; 10] = ["lovel", "an-k", "ivan", "@exam", "rossi", "mar", "zoe", "x.y", "garcia", "smith"];

/// One user by id, and search by a part of name or address.
pub fn reads(report: &mut Report) -> Result<()> {
    let data = Data::sqlite(USERS)?;
    let server = Subject::server(&data)?;
    let token = server.token()?;
    let users = ids(&server, &token)?;
    let paths = |prefix: &str| users.iter().map(|id| format!("{prefix}/{id}")).collect::<Vec<_>>();
    let ours = load(&server.base, &read(&paths("/api/v1/users"), Some(&token)), 16, 8)?;
    let key = server.api_key(&token)?;
    let by = |token: &str| load(&server.base, &read(&paths("/api/v1/users"), Some(token)), 16, 2);
    let [by_session, by_key] = in_turn([&|| by(&token), &|| by(&key)])?;
    let searches = TERMS.map(|term| format!("/api/v1/users?q={term}"));
    let searched = load(&server.base, &read(&searches, Some(&token)), 16, 6)?;
    drop(server);

    let baseline = Subject::baseline(&data)?;
    let one = load(&baseline.base, &read(&paths("/users"), None), 16, 8)?;
    let found = load(&baseline.base, &read(&TERMS.map(|term| format!("/search/{term}")), None), 16, 6)?;
    report.ratio("GET of one user", ours.per_second, one.per_second, "/s", 0.70);
    report.ratio("GET of one user by API key, against a session", by_key, by_session, "/s", 0.90);
    report.ratio("search by part of name or address", searched.per_second, found.per_second, "/s", 0.50);
    Ok(())
}
