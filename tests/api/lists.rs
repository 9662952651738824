//! Lists: filters, sorts, pages, search, totals, CSV (S1-USR-02..04, S4-LST-01, S4-LST-02, S3-USL-01).

use quarterdeck_domain::{
    Role,
    page::{PageRequest, Sort},
    users::{CreateUser, ListUsers, UpdateUser, UserFilter, UserSort, UserStatus},
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};

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
