//! Lists of people, groups, grants and organizations where there are many of each, and explained access.

use anyhow::{Context as _, Result};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;

use super::{USERS, ids, load};
use crate::{
    load::read,
    report::Report,
    subject::{ADMIN, Data, Subject},
};

/// 10,000 organizations, 1,000 groups of 1,000 members each, and 10,000 grants of the one custom role there is.
const CROWD: [&str; 4] = [
    "INSERT INTO organizations (id, name, name_key, display_name, display_name_key, kind, version, created_at, updated_at) \
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
     SELECT randomblob(16), printf('crowd-%05d', i), printf('crowd-%05d', i), printf('Crowd %05d', i), \
     printf('crowd %05d', i), 'company', 1, 1700000000000000 + i, 1700000000000000 + i FROM n",
    "INSERT INTO groups (id, organization_id, name, name_key, display_name, display_name_key, description, member_count, \
     limit_kind, version, created_at, updated_at) \
     SELECT o.id, CASE WHEN o.created_at % 2 = 0 THEN o.id END, o.name, o.name_key, o.display_name, o.display_name_key, '', \
     1000, 'soft', 1, o.created_at, o.created_at FROM organizations o WHERE o.name_key LIKE 'crowd-%' LIMIT 1000",
    "INSERT INTO group_members (group_id, user_id, username_key, standing, created_at) \
     SELECT g.id, u.id, u.username_key, 'member', u.created_at FROM groups g \
     JOIN users u ON u.seq BETWEEN (g.created_at % 10000) * 97 % 98000 AND (g.created_at % 10000) * 97 % 98000 + 999 \
     WHERE g.name_key LIKE 'crowd-%'",
    "INSERT INTO role_grants (id, user_id, role_id, organization_id, power, reason, granted_by_name, granted_at, expires_at) \
     SELECT randomblob(16), (SELECT u.id FROM users u WHERE u.seq = o.created_at % 10000 * 9 + 100), (SELECT id FROM roles), \
     o.id, 0, 'measured', 'bench', o.created_at, 9223372036854775807 FROM organizations o WHERE o.name_key LIKE 'crowd-%'",
];

/// Longest 99th percentile of a list.
const LIST_MS: f64 = 25.0;
/// Longest 95th percentile of an explanation.
const EXPLAINED_MS: f64 = 20.0;

/// Lists of 50 at 16 connections.
pub fn memberships(report: &mut Report) -> Result<()> {
    let data = Data::sqlite(USERS)?;
    let server = Subject::server(&data)?;
    let token = server.token()?;
    let role = json!({"name": "Measured", "permissions": ["user.read"]});
    server.send("POST", "/api/v1/roles", Some(&token), Some(&role))?;
    drop(server);
    tokio::runtime::Runtime::new()?.block_on(crowd(&data))?;

    let server = Subject::server(&data)?;
    let token = server.token()?;
    let first = |path: &str| -> Result<String> {
        let page = server.get(path, &token)?;
        page["items"][0]["id"].as_str().map(str::to_owned).context("an id")
    };
    let group = first("/api/v1/groups?sort=-member_count")?;
    let organization = first("/api/v1/organizations?q=crowd-00042")?;
    let lists = [
        ("users", "/api/v1/users".to_owned()),
        ("organizations by name", "/api/v1/organizations?sort=name".to_owned()),
        ("organizations by part of a name", "/api/v1/organizations?q=wd-004".to_owned()),
        ("groups by members", "/api/v1/groups?sort=-member_count".to_owned()),
        ("groups of an organization", format!("/api/v1/groups?organization_id={organization}")),
        ("members of a group", format!("/api/v1/groups/{group}/members")),
        ("grants", "/api/v1/role-grants".to_owned()),
        ("grants on an organization", format!("/api/v1/role-grants?organization_id={organization}")),
    ];
    for (name, path) in lists {
        let measured = load(&server.base, &read(&[path], Some(&token)), 16, 3)?;
        anyhow::ensure!(measured.errors == 0, "{name}: {} errors", measured.errors);
        report.at_most(&format!("list of {name}, p99"), measured.p99_ms, "ms", LIST_MS);
    }
    let holder = holder(&server, &token, &group)?;
    let measured = load(&server.base, &read(&["/api/v1/groups".to_owned()], Some(&holder)), 16, 3)?;
    anyhow::ensure!(measured.errors == 0, "groups of a holder: {} errors", measured.errors);
    report.at_most("list of groups for who sees one, p99", measured.p99_ms, "ms", LIST_MS);
    let people = ids(&server, &token)?;
    let subject = people.first().context("a user")?;
    let explained: Vec<String> = people
        .iter()
        .map(|id| format!("/api/v1/access/explanations?subject={subject}&permission=user.suspend&resource=user:{id}"))
        .collect();
    let measured = load(&server.base, &read(&explained, Some(&token)), 16, 3)?;
    anyhow::ensure!(measured.errors == 0, "explanations: {} errors", measured.errors);
    report.at_most("explained access, p95", measured.p95_ms, "ms", EXPLAINED_MS);
    Ok(())
}

/// An access token of somebody who manages one group of all, and is in none.
fn holder(server: &Subject, token: &str, group: &str) -> Result<String> {
    let user = json!({"username": "holder", "display_name": "Holder", "password": ADMIN.1});
    let user = server.send("POST", "/api/v1/users", Some(token), Some(&user))?;
    let grant = json!({"user_id": user["id"], "role": "group_manager", "scope": "group", "scope_group_id": group});
    server.send("POST", "/api/v1/role-grants", Some(token), Some(&grant))?;
    server.token_of("holder")
}

async fn crowd(data: &Data) -> Result<()> {
    let db = Database::connect(format!("sqlite://{}", data.file().display())).await?;
    for sql in CROWD {
        db.execute_unprepared(sql).await?;
    }
    db.execute_unprepared("ANALYZE").await?;
    Ok(db.close().await?)
}
