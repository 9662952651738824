//! Imports of users from CSV (issue 3, item 10): a dry run, a report for each line, and a job that does it.

use std::time::Duration;

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Role, UserImportId,
    acts::Act,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::{Job, JobState, ListJobRows},
    page::PageRequest,
    plans::PlanState,
    user_imports::{
        ImportColumn, ImportCounts, ImportOutcome, ListUserImportLines, OnExisting, UserImport, UserImportLine,
        UserImportLineFilter, UserImportOptions,
    },
    users::{CreateUser, ListUsers, UpdateUser, User, UserFilter, UserStatus},
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};

use crate::{jobs::ended, organizations::with_admin};

pub const UPDATE: UserImportOptions =
    UserImportOptions { on_existing: Some(OnExisting::Update), organization_id: None };

pub async fn send(client: &TestClient, options: UserImportOptions, file: &str) -> Result<UserImport, ClientError> {
    client.create_user_import(&options, file.as_bytes().to_vec()).await
}

pub async fn lines(client: &TestClient, id: UserImportId, outcome: Option<ImportOutcome>) -> Vec<UserImportLine> {
    let (filter, page) = (UserImportLineFilter { outcome }, PageRequest { limit: Some(500), cursor: None });
    let request = ListUserImportLines { filter, page, ..ListUserImportLines::default() };
    client.list_user_import_lines(id, &request).await.unwrap().items
}

/// The outcome of each line of a file: `2 create`, or `3 refuse email-taken email`.
pub async fn report(client: &TestClient, options: UserImportOptions, file: &str) -> Vec<String> {
    let import = send(client, options, file).await.unwrap();
    let told = |line: UserImportLine| {
        let column = line.column.map_or("", ImportColumn::name);
        let words = [line.outcome.name(), line.code.as_deref().unwrap_or_default(), column];
        format!("{} {}", line.line, words.join(" ").trim())
    };
    lines(client, import.id, None).await.into_iter().map(told).collect()
}

pub async fn execute(client: &TestClient, import: &UserImport) -> Job {
    let job = client.execute_user_import(import.id).await.unwrap();
    assert_eq!((job.act, job.total, job.plan_id), (Act::ImportUsers, import.counts.to_do(), None));
    ended(client, job).await
}

pub async fn found(client: &TestClient, username: &str) -> Option<User> {
    let filter = UserFilter { q: Some(username.to_owned()), ..UserFilter::default() };
    let users = client.list_users(&ListUsers { filter, ..ListUsers::default() }).await.unwrap().items;
    let user = users.into_iter().find(|user| user.username == username)?;
    Some(client.get_user(user.id).await.unwrap())
}

async fn events(client: &TestClient, action: Action) -> u64 {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    client.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total
}

async fn raw(client: &TestClient, media_type: &str, bytes: Vec<u8>) -> (u16, String) {
    let request = client.transport().raw("POST", "/api/v1/user-imports").header("content-type", media_type);
    let answer = request.body(bytes).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

on_both! {
    /// A dry run changes nothing and tells all; the job then does what was told, as by hand.
    async fn life(server: Server) {
        let admin = server.admin().await;
        let (organization, _) = with_admin(&server, &admin, "engines").await;
        admin.create_user(&CreateUser { password: None, ..new_user("old.hand", &[]) }).await.unwrap();
        let file = "\u{feff}Username;display_name;first_name;last_name;email;organization;roles;status;language;time_zone;country\r\n\
            ada.byron;;Ada;Byron;ada@example.org;ENGINES;user|trainer;;en;Europe/London;GB\r\n\
            OLD.hand;The old hand;;;old@example.org;;;;;;\r\n\
            later;Later;;;;;;suspended;;;\r\n\
            engines.admin;The engines.admin;;;;;;;;;\r\n\
            b d;Bad;;;;;;;;;\r\n";
        let users = admin.list_users(&ListUsers::default()).await.unwrap().total;
        let import = send(&admin, UPDATE, file).await.unwrap();
        assert_eq!(import.counts, ImportCounts { create: 2, update: 2, unchanged: 0, refuse: 1 });
        assert_eq!((import.state, import.on_existing, import.job_id), (PlanState::Ready, OnExisting::Update, None));
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().total, users);
        assert_eq!(admin.get_user_import(import.id).await.unwrap(), import);
        let told = lines(&admin, import.id, None).await;
        assert_eq!(told.iter().map(|line| line.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert_eq!(told[1].changes, [ImportColumn::DisplayName, ImportColumn::Email]);
        let refused = lines(&admin, import.id, Some(ImportOutcome::Refuse)).await;
        assert_eq!((refused.len(), refused[0].line, refused[0].column), (1, 6, Some(ImportColumn::Username)));
        let job = execute(&admin, &import).await;
        assert_eq!((job.state, job.succeeded, job.failed), (JobState::Succeeded, 4, 0));
        let ada = found(&admin, "ada.byron").await.unwrap();
        assert_eq!(Some(ada.id()), told[0].user_id);
        assert_eq!((ada.summary.display_name.as_str(), ada.has_password), ("Ada Byron", false));
        assert_eq!((ada.summary.organization_id, ada.country.as_deref()), (Some(organization), Some("GB")));
        assert_eq!(ada.summary.roles.to_string(), "trainer,user");
        assert_eq!(found(&admin, "later").await.unwrap().summary.status, UserStatus::Suspended);
        let old = found(&admin, "old.hand").await.unwrap();
        assert_eq!((old.summary.display_name.as_str(), old.summary.email.as_deref()), ("The old hand", Some("old@example.org")));
        assert_eq!((events(&admin, Action::UserImportExecuted).await, events(&admin, Action::UserUpdated).await), (1, 2));
        let rows = admin.list_job_rows(job.id, &ListJobRows::default()).await.unwrap().items;
        assert_eq!(rows.iter().map(|row| (row.position, row.label.as_str())).collect::<Vec<_>>(),
            [(2, "ada.byron"), (3, "OLD.hand"), (4, "later"), (5, "engines.admin")]);
        assert_eq!(admin.execute_user_import(import.id).await.unwrap_err().code(), "user-import-executed");
        let again = admin.get_user_import(import.id).await.unwrap();
        assert_eq!((again.state, again.job_id), (PlanState::Executed, Some(job.id)));
        // The same file again has nothing to do.
        let import = send(&admin, UPDATE, file).await.unwrap();
        assert_eq!(import.counts, ImportCounts { create: 0, update: 0, unchanged: 4, refuse: 1 });
        assert_eq!(execute(&admin, &import).await.state, JobState::Succeeded);
    }

    /// Who is there already is refused unless the caller says otherwise.
    async fn who_is_there(server: Server) {
        let admin = server.admin().await;
        let file = "username,display_name\nroot,Root\n";
        assert_eq!(report(&admin, UserImportOptions::default(), file).await, ["2 refuse username-taken username"]);
        let skip = UserImportOptions { on_existing: Some(OnExisting::Skip), ..UserImportOptions::default() };
        assert_eq!(report(&admin, skip, file).await, ["2 unchanged"]);
        assert_eq!(report(&admin, UPDATE, file).await, ["2 update"]);
    }

    /// Each line is refused for its own reason, at its column, and the others are not.
    async fn refusals(server: Server) {
        let admin = server.admin().await;
        admin.create_user(&CreateUser { email: Some("taken@example.org".to_owned()), ..new_user("taken", &[]) }).await.unwrap();
        let file = format!("username,display_name,email,organization,roles,status,language,time_zone,country\n\
            ok,fine,,,,,,,\n\
            ab.c,,,,,,,,\n\
            x.name,X,no address,,,,,,\n\
            x.mail,X,TAKEN@example.org,,,,,,\n\
            x.home,X,,nowhere,,,,,\n\
            x.role,X,,,emperor,,,,\n\
            x.state,X,,,,asleep,,,\n\
            x.tongue,X,,,,,english please,,\n\
            x.zone,X,,,,,,Mars/Olympus,\n\
            x.land,X,,,,,,,ZZ\n\
            ,X,,,,,,,\n\
            x.long,{},,,,,,,\n\
            x.ragged,X\n\
            x.admin,X,,,organization_admin,,,,\n\
            TAKEN,X,,,,,,,\n\
            OK,twice,,,,,,,\n\
            good.one,Good,,,,,,,\n", "x".repeat(1 << 20));
        assert_eq!(report(&admin, UserImportOptions::default(), &file).await, [
            "2 refuse too-short username",
            "3 refuse required display_name",
            "4 refuse format email",
            "5 refuse email-taken email",
            "6 refuse unknown organization",
            "7 refuse unknown roles",
            "8 refuse unknown status",
            "9 refuse format language",
            "10 refuse unknown time_zone",
            "11 refuse unknown country",
            "12 refuse required username",
            "13 refuse too-long display_name",
            "14 refuse ragged",
            "15 refuse needs-organization roles",
            "16 refuse username-taken username",
            "17 refuse duplicate username",
            "18 create",
        ]);
    }

    /// The same name or address twice, in any case, is refused the second time.
    async fn duplicates(server: Server) {
        let admin = server.admin().await;
        let file = "username,display_name,email\nann,Ann,ann@example.org\nANN,Ann,\nbea,Bea,ANN@example.org\ncid,Cid,\n";
        assert_eq!(report(&admin, UPDATE, file).await,
            ["2 create", "3 refuse duplicate username", "4 refuse duplicate email", "5 create"]);
        let import = send(&admin, UPDATE, file).await.unwrap();
        assert_eq!(execute(&admin, &import).await.succeeded, 2);
        // What is there counts in any case as well.
        let file = "username,display_name,email\nAnn,Ann,\ndan,Dan,Ann@Example.org\n";
        assert_eq!(report(&admin, UPDATE, file).await,
            ["2 unchanged", "3 refuse email-taken email"]);
        assert_eq!(report(&admin, UPDATE, "username,email\ncid,ANN@example.org\n").await, ["2 refuse email-taken email"]);
    }

    /// A file that is none is refused as a whole, before a line of it is looked at.
    async fn files(server: Server) {
        let admin = server.admin().await;
        let text = "username,display_name\nzoe,Zo\u{eb} the guest\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        for bytes in [utf16.clone(), [b"\xff\xfe".to_vec(), utf16].concat(), latin] {
            let (status, answer) = raw(&admin, "text/csv", bytes).await;
            assert!(status == 422 && answer.contains("\"encoding\""), "{status} {answer}");
        }
        for (file, code, pointer) in [
            ("", "required", "/username"),
            ("display_name\nX\n", "required", "/username"),
            ("username,username\nx,y\n", "duplicate", "/username"),
            ("username,password\nann,secret\n", "unknown", "/password"),
            ("username,version,id\nann,7,8\n", "unknown", "/version"),
            ("username\n", "required", ""),
        ] {
            let error = send(&admin, UPDATE, file).await.unwrap_err();
            let fault = &error.problem().unwrap().errors[0];
            assert_eq!((fault.code.as_str(), fault.pointer.as_str()), (code, pointer), "{file}");
        }
        let many = format!("username\n{}", "ann\n".repeat(10_001));
        assert_eq!(send(&admin, UPDATE, &many).await.unwrap_err().problem().unwrap().errors[0].code, "too-many");
        assert_eq!(raw(&admin, "text/csv", vec![b'x'; 9 << 20]).await.0, 413);
        assert_eq!(raw(&admin, "application/json", b"{}".to_vec()).await.0, 415);
        assert_eq!(raw(&admin, "text/csv; charset=iso-8859-1", text.into()).await.0, 415);
        assert_eq!(raw(&admin, "text/csv; charset=UTF-8; header=present", text.into()).await.0, 201);
        // Other routes take no more than before.
        let large = admin.transport().raw("POST", "/api/v1/users").header("content-type", "application/json");
        assert_eq!(large.body(vec![b' '; 2 << 20]).send().await.unwrap().status(), 413);
    }

    /// What a spreadsheet would take for a formula is a text like any other, and defused wherever it is exported.
    async fn formulas(server: Server) {
        let admin = server.admin().await;
        let file = "username,display_name,email\nann,\"=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\",\n=1+1,@SUM(A1),\n-bea,X,+1@example.org\n";
        let import = send(&admin, UPDATE, file).await.unwrap();
        assert_eq!((import.counts.create, import.counts.refuse), (1, 2));
        let csv = async |path: String| {
            admin.transport().raw("GET", &path).header("accept", "text/csv").send().await.unwrap().text().await.unwrap()
        };
        let report = csv(format!("/api/v1/user-imports/{}/lines", import.id)).await;
        assert!(report.contains(",'=1+1,") && report.contains(",'-bea,") && !report.contains(",=1+1"), "{report}");
        let job = execute(&admin, &import).await;
        assert_eq!(found(&admin, "ann").await.unwrap().summary.display_name, "=HYPERLINK(\"http://evil\",\"x\")");
        assert!(csv("/api/v1/users?q=ann".to_owned()).await.contains("\"'=HYPERLINK("));
        assert!(csv(format!("/api/v1/jobs/{}/rows", job.id)).await.contains(",ann,succeeded"));
    }

    /// An administrator of an organization imports into it alone, and learns of no other.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (home, manager) = with_admin(&server, &admin, "home").await;
        let (away, _) = with_admin(&server, &admin, "away").await;
        let foreign = CreateUser { organization_id: Some(away), email: Some("far@example.org".to_owned()), ..new_user("far", &[]) };
        admin.create_user(&foreign).await.unwrap();
        let file = "username,display_name,email,organization,roles\n\
            new.one,New,,,\n\
            new.two,New,,home,user\n\
            new.three,New,,away,\n\
            new.four,New,,nowhere,\n\
            FAR,Mine now,,,\n\
            new.five,New,far@example.org,,\n\
            new.six,New,,,admin\n\
            home.admin,Me,,away,\n\
            root,Owned,,,\n\
            new.seven,New,,home,organization_admin\n";
        assert_eq!(report(&manager, UPDATE, file).await, [
            "2 create",
            "3 create",
            "4 refuse unknown organization",
            "5 refuse unknown organization",
            "6 refuse username-taken username",
            "7 refuse email-taken email",
            "8 refuse forbidden roles",
            "9 refuse unknown organization",
            "10 refuse username-taken username",
            "11 refuse forbidden roles",
        ]);
        // By hand it says the same.
        let by_hand = manager.create_user(&new_user("FAR", &[])).await.unwrap_err();
        let import = send(&manager, UPDATE, file).await.unwrap();
        let told = lines(&manager, import.id, Some(ImportOutcome::Refuse)).await;
        assert_eq!(told[2].message.as_deref(), Some(by_hand.problem().unwrap().detail.as_str()));
        assert_eq!((told[2].user_id, told[0].message == told[1].message), (None, true));
        let into = |id: OrganizationId| UserImportOptions { organization_id: Some(id), ..UPDATE };
        let nowhere = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".parse().unwrap();
        for other in [away, nowhere] {
            assert_eq!(send(&manager, into(other), file).await.unwrap_err().code(), "forbidden");
        }
        assert_eq!(send(&admin, into(nowhere), file).await.unwrap_err().problem().unwrap().errors[0].pointer, "/organization_id");
        assert_eq!(execute(&manager, &import).await.succeeded, 2);
        for name in ["new.one", "new.two"] {
            assert_eq!(found(&admin, name).await.unwrap().summary.organization_id, Some(home));
        }
        assert_eq!(found(&admin, "far").await.unwrap().summary.version, 1);
        // What was made by an import into an organization is told there, and the import is nobody else's.
        assert_eq!(admin.get_user_import(import.id).await.unwrap_err().code(), "not-found");
        let nothing = ListUserImportLines::default();
        assert_eq!(admin.list_user_import_lines(import.id, &nothing).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.execute_user_import(import.id).await.unwrap_err().code(), "not-found");
        let (user, _) = server.signed_in(&admin, "plain", &[Role::User]).await;
        assert_eq!(send(&user, UPDATE, file).await.unwrap_err().code(), "forbidden");
    }

    /// What changed after the dry run fails its line alone, or leaves nothing to do.
    async fn meanwhile(server: Server) {
        let admin = server.admin().await;
        let (home, manager) = with_admin(&server, &admin, "home").await;
        let member = |name: &str| CreateUser { organization_id: Some(home), password: None, ..new_user(name, &[]) };
        let (moved, renamed) =
            (admin.create_user(&member("moved")).await.unwrap(), admin.create_user(&member("renamed")).await.unwrap());
        let file = "username,display_name\nmoved,Moved\nrenamed,Renamed\nfresh,Fresh\nlast,Last\n";
        let import = send(&manager, UPDATE, file).await.unwrap();
        assert_eq!((import.counts.create, import.counts.update), (2, 2));
        let leave = serde_json::from_str::<UpdateUser>(r#"{"organization_id":null}"#).unwrap();
        admin.update_user(moved.id(), &leave, None).await.unwrap();
        let rename = UpdateUser { display_name: Some("Renamed".to_owned()), ..UpdateUser::default() };
        admin.update_user(renamed.id(), &rename, None).await.unwrap();
        admin.create_user(&new_user("fresh", &[])).await.unwrap();
        let job = execute(&manager, &import).await;
        assert_eq!((job.state, job.succeeded, job.failed, job.skipped), (JobState::Failed, 1, 2, 1));
        let rows = manager.list_job_rows(job.id, &ListJobRows::default()).await.unwrap().items;
        let codes: Vec<_> = rows.iter().map(|row| (row.position, row.code.as_deref())).collect();
        assert_eq!(codes, [(2, Some("not-found")), (3, None), (4, Some("username-taken")), (5, None)]);
        assert!(rows[2].message.as_ref().unwrap().contains("in use"));
        // The lines that failed may be tried again.
        admin.update_user(moved.id(), &serde_json::from_str(&format!(r#"{{"organization_id":"{home}"}}"#)).unwrap(), None).await.unwrap();
        let again = ended(&manager, manager.retry_job(job.id).await.unwrap()).await;
        assert_eq!((again.total, again.succeeded, again.failed), (2, 1, 1));
        let rows = manager.list_job_rows(again.id, &ListJobRows::default()).await.unwrap().items;
        assert_eq!(rows.iter().map(|row| row.position).collect::<Vec<_>>(), [2, 4]);
    }

    /// No more come in than there are seats, and the dry run says so.
    async fn seats(server: Server) {
        let admin = server.admin().await;
        let (home, manager) = with_admin(&server, &admin, "home").await;
        let seats = serde_json::from_str(r#"{"seats":3}"#).unwrap();
        admin.update_organization(home, &seats, None).await.unwrap();
        let file = "username,display_name,status\none,One,\ntwo,Two,\nthree,Three,\nfour,Four,suspended\n";
        assert_eq!(report(&manager, UPDATE, file).await, ["2 create", "3 create", "4 refuse seats-taken", "5 create"]);
        let import = send(&manager, UPDATE, file).await.unwrap();
        admin.create_user(&CreateUser { organization_id: Some(home), ..new_user("hasty", &[]) }).await.unwrap();
        let job = execute(&manager, &import).await;
        assert_eq!((job.succeeded, job.failed), (2, 1));
        assert_eq!(admin.get_organization(home).await.unwrap().seats_used, 3);
    }

    /// An import can be executed for an hour; whoever lost the right since executes none.
    async fn ends(server: Server) {
        let admin = server.admin().await;
        let (_, manager) = with_admin(&server, &admin, "home").await;
        let file = "username,display_name\nann,Ann\n";
        let (import, own) = (send(&admin, UPDATE, file).await.unwrap(), send(&manager, UPDATE, file).await.unwrap());
        let user = found(&admin, "home.admin").await.unwrap().id();
        let demote = serde_json::from_str(r#"{"roles":["user"]}"#).unwrap();
        admin.update_user(user, &demote, None).await.unwrap();
        assert_eq!(manager.execute_user_import(own.id).await.unwrap_err().code(), "forbidden");
        assert_eq!(manager.get_user_import(own.id).await.unwrap_err().code(), "forbidden");
        server.advance(Duration::from_secs(3_601));
        let admin = server.admin().await;
        // It may have been removed by then.
        let code = admin.execute_user_import(import.id).await.unwrap_err().code().to_owned();
        assert!(["user-import-expired", "not-found"].contains(&code.as_str()), "{code}");
        assert!(found(&admin, "ann").await.is_none());
    }

    /// Roles ask for the password again, for the dry run and for the execution, as they do by hand.
    async fn stepping_up(server: Server) {
        let mut admin = crate::step_up::Kept::sign_in(&server, "root").await;
        let (plain, roles) = ("username,display_name\nann,Ann\n", "username,display_name,roles\nbea,Bea,trainer\n");
        let import = send(&admin.client, UPDATE, roles).await.unwrap();
        admin.advance(&server, Duration::from_secs(15 * 60 + 1)).await;
        assert_eq!(admin.client.execute_user_import(import.id).await.unwrap_err().code(), "step-up-required");
        assert_eq!(send(&admin.client, UPDATE, roles).await.unwrap_err().code(), "step-up-required");
        let import = send(&admin.client, UPDATE, plain).await.unwrap();
        assert_eq!(execute(&admin.client, &import).await.succeeded, 1);
    }

    /// A role that somebody has already is not ordered: whoever lost it meanwhile does not get it back.
    async fn what_is_so_already(server: Server) {
        let admin = server.admin().await;
        let bea = server.user(&admin, "bea", &[Role::Trainer]).await;
        let import = send(&admin, UPDATE, "username,display_name,roles\nbea,Beatrice,trainer\n").await.unwrap();
        let demoted = UpdateUser { roles: Some([Role::User].into_iter().collect()), ..UpdateUser::default() };
        admin.update_user(bea.id(), &demoted, None).await.unwrap();
        assert_eq!(execute(&admin, &import).await.succeeded, 1);
        let now = admin.get_user(bea.id()).await.unwrap().summary;
        assert_eq!((now.display_name.as_str(), now.roles), ("Beatrice", [Role::User].into_iter().collect()));
    }

    /// Files of old spreadsheets end their lines with CR alone.
    async fn lines_that_end_with_cr(server: Server) {
        let admin = server.admin().await;
        assert_eq!(report(&admin, UPDATE, "username,display_name\rann,Ann\rbea,Bea\rcid,Cid\r").await, ["2 create", "3 create", "4 create"]);
    }

    /// A dry run tells who is there, so that the log tells of it.
    async fn judged(server: Server) {
        let admin = server.admin().await;
        send(&admin, UserImportOptions::default(), "username,display_name\nann,Ann\nroot,Root\n").await.unwrap();
        let filter = AuditFilter { action: Some(Action::UserImportJudged), ..AuditFilter::default() };
        let told = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let changes: Vec<(&str, u64)> =
            told[0].changes.iter().map(|change| (change.field.as_str(), change.after.as_u64().unwrap())).collect();
        assert_eq!(changes, [("create", 1), ("refuse", 1)]);
    }
}
