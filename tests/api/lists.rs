//! Lists: filters, sorts, pages, search, totals, CSV (S1-USR-02..04, S4-LST-01, S4-LST-02, S3-USL-01).

use std::io::Read as _;

use flate2::read::GzDecoder;
use quarterdeck_domain::{
    Role, UserId,
    page::{PageRequest, Sort},
    roles::Roles,
    users::{CreateUser, ListUsers, UpdateUser, UserFilter, UserSort, UserStatus, UserSummary},
};
use quarterdeck_testkit::{ADMIN, Server, TestClient, new_user, on_both};
use serde_json::Value;

async fn populate(server: &Server) -> TestClient {
    let admin = server.admin().await;
    for index in 0..25 {
        let mut body = CreateUser { password: None, ..new_user(&format!("user{index:02}"), &[]) };
        body.display_name = format!("Person {}", (index * 7) % 25);
        body.email = (index % 3 != 0).then(|| format!("p{index:02}@example.org"));
        if index % 5 == 0 {
            body.roles = [Role::Trainer].into_iter().collect();
        }
        let user = admin.create_user(&body).await.unwrap();
        if index % 4 == 0 {
            let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
            admin.update_user(user.id(), &suspend, None).await.unwrap();
        }
    }
    admin
}

/// The next page of a list of one row, by `cursor`; its status and text.
async fn page(admin: &TestClient, list: &str, cursor: Option<&str>) -> (u16, String) {
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    let path = format!("/api/v1/{list}?limit=1&sort=-created_at{cursor}");
    let answer = admin.transport().raw("GET", &path).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The whole list, in large pages; its length is the total that the first page tells.
async fn collect(admin: &TestClient, filter: UserFilter, sort: Option<Sort<UserSort>>) -> Vec<UserSummary> {
    let mut request = ListUsers { filter, sort, page: PageRequest { limit: Some(500), cursor: None } };
    let (mut users, mut total) = (Vec::new(), None);
    loop {
        let page = admin.list_users(&request).await.unwrap();
        total = total.or(Some(page.total));
        users.extend(page.items);
        let Some(cursor) = page.next_cursor else { break };
        request.page.cursor = Some(cursor);
    }
    assert_eq!(Some(users.len() as u64), total, "{:?}", request.filter);
    users
}

/// Whether `user` is one of `filter`, told by what the list shows of it.
fn is_matched(filter: &UserFilter, user: &UserSummary) -> bool {
    filter.status.is_none_or(|status| user.status == status)
        && filter.role.is_none_or(|role| user.roles.contains(role))
        && filter.organization_id.is_none_or(|id| user.organization_id == Some(id))
        && filter.created_before.is_none_or(|time| user.created_at < time)
        && filter.last_login_before.is_none_or(|time| user.last_login_at.is_none_or(|at| at < time))
}

async fn walk(admin: &TestClient, filter: UserFilter, sort: Sort<UserSort>) -> Vec<String> {
    let mut request = ListUsers { filter, sort: Some(sort), page: PageRequest { limit: Some(4), cursor: None } };
    let mut names = Vec::new();
    loop {
        let page = admin.list_users(&request).await.unwrap();
        names.extend(page.items.into_iter().map(|user| user.username));
        match page.next_cursor {
            Some(cursor) => request.page.cursor = Some(cursor),
            None => return names,
        }
    }
}

on_both! {
    /// A cursor belongs to its list.
    async fn cursors_of_other_lists(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        let first: Value = serde_json::from_str(&page(&admin, "users", None).await.1).unwrap();
        let cursor = first["next_cursor"].as_str();
        assert_eq!(page(&admin, "users", cursor).await.0, 200);
        for other in ["sessions", "organizations", "jobs"] {
            let (status, text) = page(&admin, other, cursor).await;
            assert!(status == 400 && text.contains("cursor-invalid"), "{other}: {text}");
        }
    }

    /// Each sort in each direction walks through every user exactly once, and backwards is the reverse.
    async fn sorting(server: Server) {
        let admin = populate(&server).await;
        for key in UserSort::ALL {
            let up = walk(&admin, UserFilter::default(), Sort::ascending(*key)).await;
            let mut down = walk(&admin, UserFilter::default(), Sort::descending(*key)).await;
            down.reverse();
            assert_eq!(up.len(), 26, "{key}");
            assert_eq!(up, down, "{key}");
        }
        let by_name = walk(&admin, UserFilter::default(), Sort::ascending(UserSort::Username)).await;
        assert!(by_name.is_sorted());
        // The newest first unless asked otherwise (S4-LST-02).
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().items[0].username, "user24");
    }

    /// Filters narrow, alone and together, and the total is what the pages hold.
    async fn filtering(server: Server) {
        let admin = populate(&server).await;
        let suspended = UserFilter { status: Some(UserStatus::Suspended), ..UserFilter::default() };
        let trainers = UserFilter { role: Some(Role::Trainer), ..UserFilter::default() };
        let both = UserFilter { status: Some(UserStatus::Suspended), role: Some(Role::Trainer), ..UserFilter::default() };
        for (filter, expected) in [(suspended, 7), (trainers, 5), (both, 2)] {
            let names = walk(&admin, filter.clone(), Sort::ascending(UserSort::Email)).await;
            assert_eq!(names.len(), expected, "{filter:?}");
            let page = admin.list_users(&ListUsers { filter, ..ListUsers::default() }).await.unwrap();
            assert_eq!((page.total, page.total_is_exact), (expected as u64, true));
        }
    }

    /// Among thousands, each filter in each order gives the users that the whole list has for it, however the database
    /// finds them: by few or many matches, after roles and statuses changed.
    async fn filters_among_many(server: Server) {
        server.command(&["demo", "--users", "1600"], "");
        let admin = server.admin().await;
        let everybody = collect(&admin, UserFilter::default(), None).await;
        for (index, user) in everybody.iter().filter(|user| user.username != ADMIN).enumerate().take(60) {
            let change = match index % 3 {
                0 => UpdateUser { roles: Some(Roles::NONE.with(Role::Trainer)), ..UpdateUser::default() },
                1 => UpdateUser { roles: Some(Roles::NONE.with(Role::User).with(Role::Developer)), ..UpdateUser::default() },
                _ => UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() },
            };
            admin.update_user(user.id, &change, None).await.unwrap();
        }
        let everybody = collect(&admin, UserFilter::default(), None).await;
        let middle = everybody[everybody.len() / 2].created_at;
        let role = |role| UserFilter { role: Some(role), ..UserFilter::default() };
        let filters = [
            role(Role::User),
            role(Role::Trainer),
            UserFilter { status: Some(UserStatus::Active), ..role(Role::User) },
            UserFilter { status: Some(UserStatus::Suspended), ..role(Role::User) },
            UserFilter { status: Some(UserStatus::Suspended), ..UserFilter::default() },
            UserFilter { created_before: Some(middle), ..UserFilter::default() },
            UserFilter { last_login_before: Some(middle), ..role(Role::Developer) },
            UserFilter { organization_id: everybody[0].organization_id, ..role(Role::User) },
        ];
        for filter in filters {
            let mut expected: Vec<UserId> = everybody.iter().filter(|user| is_matched(&filter, user)).map(|user| user.id).collect();
            expected.sort();
            for key in UserSort::ALL {
                let mut found: Vec<UserId> =
                    collect(&admin, filter.clone(), Some(Sort::descending(*key))).await.iter().map(|user| user.id).collect();
                found.sort();
                assert_eq!(found, expected, "{filter:?} by {key}");
            }
        }
    }

    /// A search finds any part of name, display name and address in any case, short or long, and ids (S1-USR-02).
    async fn searching(server: Server) {
        let admin = populate(&server).await;
        let search = |q: &str| {
            let request = ListUsers { filter: UserFilter { q: Some(q.to_owned()), ..UserFilter::default() }, ..ListUsers::default() };
            let admin = admin.clone();
            async move {
                let page = admin.list_users(&request).await.unwrap();
                assert_eq!(page.total as usize, page.items.len());
                page.items.len()
            }
        };
        assert_eq!(search("SER1").await, 10);
        assert_eq!(search("p07@exam").await, 1);
        assert_eq!(search("erson 3").await, 1);
        assert_eq!(search("oo").await, 1);
        assert_eq!(search("100%").await, 0);
        assert_eq!(search("_").await, 0);
        assert_eq!(search("\"quoted\" OR NEAR(").await, 0);
        let id = admin.get_me().await.unwrap().user.id();
        assert_eq!(search(&id.to_string()).await, 1);
    }

    /// A cursor holds for its own list only, and cannot be forged.
    async fn cursors(server: Server) {
        let admin = populate(&server).await;
        let page = PageRequest { limit: Some(5), cursor: None };
        let first = admin.list_users(&ListUsers { page, ..ListUsers::default() }).await.unwrap();
        let cursor = first.next_cursor.unwrap();
        let other = ListUsers {
            sort: Some(Sort::ascending(UserSort::Username)),
            page: PageRequest { limit: Some(5), cursor: Some(cursor.clone()) },
            ..ListUsers::default()
        };
        assert_eq!(admin.list_users(&other).await.unwrap_err().code(), "cursor-invalid");
        let mut forged = cursor.into_bytes();
        forged[3] ^= 1;
        let page = PageRequest { limit: Some(5), cursor: Some(String::from_utf8_lossy(&forged).into_owned()) };
        assert_eq!(admin.list_users(&ListUsers { page, ..ListUsers::default() }).await.unwrap_err().code(), "cursor-invalid");
    }

    /// Queries that are none are refused with the parameter at fault.
    async fn bad_queries(server: Server) {
        let admin = server.admin().await;
        for query in ["limit=0", "limit=501", "limit=x", "sort=password", "colour=red", "status=gone", "role=root", "organization_id=1", "q=%00", "created_after=soon", "limit=5&limit=6"] {
            let answer = admin.transport().raw("GET", &format!("/api/v1/users?{query}")).send().await.unwrap();
            let status = answer.status().as_u16();
            assert!(status == 400 || status == 422, "{query}: {status}");
            let problem: quarterdeck_domain::Problem = answer.json().await.unwrap();
            assert!(!problem.errors.is_empty() || !problem.detail.is_empty(), "{query}");
        }
    }

    /// Exports are compressed for who takes that, as a stream over many pages, and are the same then.
    async fn compressed_exports(server: Server) {
        server.command(&["demo", "--users", "1200"], "");
        let admin = server.admin().await;
        for accept in ["text/csv", "application/x-ndjson"] {
            let get = async |coding: &str| {
                let request = admin.transport().raw("GET", "/api/v1/users?sort=username").header("accept", accept);
                let answer = request.header("accept-encoding", coding).send().await.unwrap();
                let coding = answer.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
                assert_eq!(answer.headers()["vary"], "accept, accept-encoding");
                (coding, answer.bytes().await.unwrap())
            };
            let (coding, plain) = get("identity").await;
            assert!(coding.is_none() && plain.split(|byte| *byte == b'\n').count() > 1_200);
            let (coding, compressed) = get("gzip, br").await;
            assert_eq!(coding.as_deref(), Some("gzip"));
            let mut text = Vec::new();
            GzDecoder::new(&compressed[..]).read_to_end(&mut text).unwrap();
            assert!(text == plain && compressed.len() * 3 < plain.len(), "{} of {}", compressed.len(), plain.len());
        }
    }

    /// CSV has every row, whatever the page size, and no cell that a spreadsheet would run.
    async fn csv(server: Server) {
        let admin = populate(&server).await;
        admin.create_user(&CreateUser { display_name: "=HYPERLINK(\"http://x\")".to_owned(), ..new_user("zz.formula", &[]) }).await.unwrap();
        let answer = admin.transport().raw("GET", "/api/v1/users?sort=username&limit=5").header("accept", "text/csv").send().await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
        let text = answer.text().await.unwrap();
        assert_eq!(text.lines().count(), 1 + 27);
        assert!(text.contains("'=HYPERLINK"), "{text}");
    }
}
