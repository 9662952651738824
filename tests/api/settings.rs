//! Settings (S1-PLT-02..05, S2-SET-06, S2-SET-07, S3-SEC-02).

use std::collections::BTreeMap;

use quarterdeck_domain::audit::{Action, AuditFilter, ListAuditEvents};
use quarterdeck_domain::page::PageRequest;
use quarterdeck_domain::settings::{
    ListSettingHistory, ResetSetting, RestoreSetting, SettingSource, UpdateSetting, UpdateSettings,
};
use quarterdeck_testkit::{Backend, Options, Server, new_user, on_both};
use serde_json::{Value, json};

fn value(value: Value) -> UpdateSetting {
    UpdateSetting { value, reason: "audit finding 12".to_owned() }
}

on_both! {
    /// Without a token, metrics are for this machine itself: no proxy on it may pass them on.
    async fn metrics_through_proxies(server: Server) {
        let get = |name: &'static str, value: &'static str| {
            let request = server.anonymous().transport().raw("GET", "/metrics").header(name, value);
            async move { request.send().await.unwrap().status().as_u16() }
        };
        assert_eq!(get("x-other", "x").await, 200);
        for name in ["x-forwarded-for", "x-real-ip", "forwarded", "via", "x-forwarded-proto"] {
            assert_eq!(get(name, "192.0.2.1").await, 401, "{name}");
        }
        assert_eq!(get("host", "localhost:8080").await, 200);
        assert_eq!(get("host", "platform.example.org").await, 401);
    }

    /// A change is in force at once, says who and why, and every former value can be taken back.
    async fn history(server: Server) {
        let admin = server.admin().await;
        let before = admin.get_setting("platform.name").await.unwrap();
        assert_eq!((before.source, before.version), (SettingSource::Default, 0));
        let changed = admin.update_setting("platform.name", &value(json!("Analytical")), Some(0)).await.unwrap();
        assert_eq!((changed.source, changed.version, changed.updated_by_name.as_deref()), (SettingSource::Database, 1, Some("root")));
        assert_eq!(server.anonymous().get_meta().await.unwrap().platform_name, "Analytical");
        assert_eq!(admin.update_setting("platform.name", &value(json!("x")), Some(0)).await.unwrap_err().code(), "stale");
        admin.reset_setting("platform.name", &ResetSetting::default(), None).await.unwrap();
        assert_eq!(server.anonymous().get_meta().await.unwrap().platform_name, "Quarterdeck");
        let restored = admin.restore_setting("platform.name", 1, &RestoreSetting::default()).await.unwrap();
        assert_eq!(restored.value, json!("Analytical"));
        let history = admin.get_setting_history("platform.name", &ListSettingHistory::default()).await.unwrap().items;
        assert_eq!(history.iter().map(|version| version.version).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!((history[2].reason.as_str(), history[1].is_default), ("audit finding 12", true));
    }

    /// The ways back are guarded by versions and keep the reason; so are several changes at once.
    async fn ways_back(server: Server) {
        let admin = server.admin().await;
        admin.update_setting("platform.name", &value(json!("Analytical")), None).await.unwrap();
        let because = |reason: &str| ResetSetting { reason: reason.to_owned() };
        let stale = admin.reset_setting("platform.name", &because("x"), Some(0)).await.unwrap_err();
        assert_eq!((stale.code(), &stale.problem().unwrap().current.as_ref().unwrap()["version"]), ("stale", &json!(1)));
        let reset = admin.reset_setting("platform.name", &because("audit finding 13 & more"), Some(1)).await.unwrap();
        assert_eq!((reset.version, reset.reason.as_deref()), (2, Some("audit finding 13 & more")));
        let wanted = RestoreSetting { reason: "finding withdrawn".to_owned() };
        assert_eq!(admin.restore_setting("platform.name", 1, &wanted).await.unwrap().reason.as_deref(), Some("finding withdrawn"));
        let again = admin.restore_setting("platform.name", 2, &RestoreSetting::default()).await.unwrap();
        assert_eq!(again.reason.as_deref(), Some("back to version 2"));
        let filter = AuditFilter { action: Some(Action::SettingReset), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        assert!(events.iter().any(|event| event.reason == "audit finding 13 & more"));

        let values = BTreeMap::from([("platform.name".to_owned(), json!("Two")), ("password.min_length".to_owned(), json!(14))]);
        let several = |version| UpdateSettings {
            values: values.clone(),
            versions: BTreeMap::from([("platform.name".to_owned(), version)]),
            ..UpdateSettings::default()
        };
        assert_eq!(admin.update_settings(&several(3)).await.unwrap_err().code(), "stale");
        assert_eq!(admin.get_setting("password.min_length").await.unwrap().version, 0);
        admin.update_settings(&several(4)).await.unwrap();
        let stray = UpdateSettings { versions: BTreeMap::from([("banner.text".to_owned(), 0)]), ..UpdateSettings::default() };
        let stray = admin.update_settings(&stray).await.unwrap_err();
        assert_eq!(stray.problem().unwrap().errors[0].pointer, "/versions/banner.text");
    }

    /// The history is a list like the others: paged, as CSV too; all settings say how many they are.
    async fn lists(server: Server) {
        let admin = server.admin().await;
        for length in [13, 14, 15] {
            admin.update_setting("password.min_length", &value(json!(length)), None).await.unwrap();
        }
        let page = |cursor| ListSettingHistory { page: PageRequest { limit: Some(2), cursor }, ..ListSettingHistory::default() };
        let first = admin.get_setting_history("password.min_length", &page(None)).await.unwrap();
        assert_eq!((first.items.len(), first.total, first.total_is_exact), (2, 3, true));
        let rest = admin.get_setting_history("password.min_length", &page(first.next_cursor.clone())).await.unwrap();
        assert_eq!((rest.items.iter().map(|version| version.version).collect::<Vec<_>>(), rest.next_cursor), (vec![1], None));
        let other = admin.get_setting_history("platform.name", &page(first.next_cursor)).await.unwrap_err();
        assert_eq!(other.code(), "cursor-invalid");
        let csv = admin.transport().raw("GET", "/api/v1/settings/password.min_length/history?sort=version");
        let csv = csv.header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        assert!(csv.starts_with("version,value,") && csv.lines().nth(1).unwrap().starts_with("1,13,"), "{csv}");
        let all = admin.list_settings().await.unwrap();
        assert_eq!((all.total, all.next_cursor), (all.items.len() as u64, None));
    }

    /// Values are typed and bounded; several change together or not at all.
    async fn types(server: Server) {
        let admin = server.admin().await;
        for (key, bad) in [("password.min_length", json!(5)), ("password.min_length", json!("12")), ("banner.level", json!("loud")), ("platform.base_url", json!("ftp://x")), ("platform.base_url", json!("https://h/x?y#z")), ("platform.base_url", json!("https://user@h")), ("password.deny_common", json!(1))] {
            assert_eq!(admin.update_setting(key, &value(bad), None).await.unwrap_err().code(), "invalid", "{key}");
        }
        for short in ["x", "fifteen letters"] {
            let refused = admin.update_setting("operation.metrics_token", &value(json!(short)), None).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().errors[0].code, "too-short");
        }
        assert_eq!(admin.get_setting("no.such").await.unwrap_err().code(), "not-found");
        let values = BTreeMap::from([("platform.name".to_owned(), json!("Two")), ("password.min_length".to_owned(), json!(1))]);
        let error = admin.update_settings(&UpdateSettings { values, ..UpdateSettings::default() }).await.unwrap_err();
        assert_eq!(error.problem().unwrap().errors[0].pointer, "/values/password.min_length");
        assert_eq!(admin.get_setting("platform.name").await.unwrap().value, json!("Quarterdeck"));
    }

    /// `null` takes a value back, as `values` does (RFC 7396).
    async fn null_is_the_default(server: Server) {
        let admin = server.admin().await;
        admin.update_setting("password.min_length", &value(json!(20)), None).await.unwrap();
        let reset = admin.update_setting("password.min_length", &value(Value::Null), Some(1)).await.unwrap();
        assert_eq!((reset.source, reset.value, reset.version), (SettingSource::Default, json!(12), 2));
        assert_eq!(reset.reason.as_deref(), Some("audit finding 12"));
        assert!(admin.get_setting_history("password.min_length", &ListSettingHistory::default()).await.unwrap().items[0].is_default);
    }

    /// No path leaves settings that contradict each other: not one change, not several, no way back, not two at once.
    async fn contradictions(server: Server) {
        let admin = server.admin().await;
        let set = async |key: &str, seconds: i64| admin.update_setting(key, &value(json!(seconds)), None).await;
        let fault = |refused: Result<_, quarterdeck_client::ClientError>| {
            let refused = refused.map(drop::<quarterdeck_domain::settings::Setting>).unwrap_err();
            let problem = refused.problem().unwrap().clone();
            assert_eq!((problem.status, problem.errors[0].code.as_str()), (422, "contradiction"));
            (problem.errors[0].pointer.clone(), problem.errors[0].message.clone())
        };
        let idle = "session.idle_seconds (700000) must not be over session.absolute_seconds (604800)";
        assert_eq!(fault(set("session.idle_seconds", 700_000).await), ("/value".to_owned(), idle.to_owned()));
        fault(set("session.absolute_seconds", 3_600).await);
        fault(set("session.remembered_absolute_seconds", 86_400).await);
        fault(set("session.remembered_idle_seconds", 3_600).await);
        assert_eq!(admin.get_setting("session.idle_seconds").await.unwrap().version, 0);

        let both = |idle: i64, absolute: i64| {
            let values = [("session.idle_seconds", idle), ("session.absolute_seconds", absolute)];
            let values = values.into_iter().map(|(key, seconds)| (key.to_owned(), json!(seconds))).collect();
            UpdateSettings { values, ..UpdateSettings::default() }
        };
        let refused = admin.update_settings(&both(7_200, 3_600)).await.unwrap_err();
        let pointers: Vec<_> = refused.problem().unwrap().errors.iter().map(|error| error.pointer.clone()).collect();
        assert_eq!(pointers, ["/values/session.idle_seconds", "/values/session.absolute_seconds"]);
        admin.update_settings(&both(1_800, 3_600)).await.unwrap();

        fault(admin.reset_setting("session.idle_seconds", &ResetSetting::default(), None).await);
        fault(set("session.idle_seconds", 7_200).await);
        set("session.idle_seconds", 600).await.unwrap();
        set("session.absolute_seconds", 1_200).await.unwrap();
        fault(admin.restore_setting("session.idle_seconds", 1, &RestoreSetting::default()).await);

        let (lowered, raised) = tokio::join!(set("session.absolute_seconds", 900), set("session.idle_seconds", 1_000));
        assert!(lowered.is_ok() != raised.is_ok(), "{lowered:?} {raised:?}");
    }

    /// The password policy is one for every path, and binds new passwords only (S2-SET-06, contradiction 1).
    async fn password_policy(server: Server) {
        let admin = server.admin().await;
        admin.update_setting("password.min_length", &value(json!(30)), None).await.unwrap();
        let error = admin.create_user(&new_user("bob", &[])).await.unwrap_err();
        assert_eq!(error.problem().unwrap().errors[0].code, "too-short");
        server.admin().await;
        assert_eq!(server.anonymous().get_meta().await.unwrap().password_rules.min_length, 30);
    }

    /// A secret is taken, sealed, and shown as a fingerprint only; it works.
    async fn secrets(server: Server) {
        let admin = server.admin().await;
        let set = admin.update_setting("operation.metrics_token", &value(json!("a-metrics-secret")), None).await.unwrap();
        assert_eq!((&set.value, set.is_set), (&Value::Null, true));
        assert_eq!(set.fingerprint.as_ref().unwrap().len(), 8);
        let everything = serde_json::to_string(&admin.list_settings().await.unwrap()).unwrap()
            + &serde_json::to_string(&admin.get_setting_history("operation.metrics_token", &ListSettingHistory::default()).await.unwrap()).unwrap()
            + &serde_json::to_string(&admin.list_audit_events(&quarterdeck_domain::audit::ListAuditEvents::default()).await.unwrap()).unwrap();
        assert!(!everything.contains("a-metrics-secret"));
        let metrics = |token: &str| admin.transport().http.get(format!("{}/metrics", server.base)).bearer_auth(token).send();
        assert_eq!(metrics("wrong").await.unwrap().status(), 401);
        assert_eq!(metrics("a-metrics-secret").await.unwrap().status(), 200);
    }
}

/// S1-PLT-02: the status page is shown to everybody and set by who operates the platform, by nobody else.
#[tokio::test]
async fn status_page() {
    let without = Server::start(Backend::Sqlite).await;
    let admin = without.admin().await;
    assert_eq!(admin.get_meta().await.unwrap().status_url, None);
    let setting = admin.get_setting("platform.status_url").await.unwrap();
    assert_eq!((setting.fixed_by.as_deref(), setting.source), (Some("QUARTERDECK_STATUS_URL"), SettingSource::Default));
    let change = UpdateSetting { value: json!("https://evil.example.org"), reason: String::new() };
    let error = admin.update_setting("platform.status_url", &change, None).await.unwrap_err();
    assert_eq!((error.code(), admin.get_setting("platform.status_url").await.unwrap().version), ("setting-fixed", 0));
    let env = vec![("QUARTERDECK_STATUS_URL".to_owned(), "https://status.example.org/now".to_owned())];
    let server = Server::start_with(Backend::Sqlite, Options { env, ..Options::default() }).await;
    let meta = server.anonymous().get_meta().await.unwrap();
    assert_eq!(meta.status_url.as_deref(), Some("https://status.example.org/now"));
    let setting = server.admin().await.get_setting("platform.status_url").await.unwrap();
    assert_eq!(
        (setting.fixed_by.as_deref(), setting.source),
        (Some("QUARTERDECK_STATUS_URL"), SettingSource::Environment)
    );
}

/// A setting fixed by the environment cannot be changed here, and names its variable.
#[tokio::test]
async fn fixed_by_environment() {
    let env = vec![("QUARTERDECK_SETTING_PLATFORM_NAME".to_owned(), "Fixed".to_owned())];
    let server = Server::start_with(Backend::Sqlite, Options { env, ..Options::default() }).await;
    let admin = server.admin().await;
    let setting = admin.get_setting("platform.name").await.unwrap();
    assert_eq!((setting.source, setting.value), (SettingSource::Environment, json!("Fixed")));
    assert_eq!(setting.fixed_by.as_deref(), Some("QUARTERDECK_SETTING_PLATFORM_NAME"));
    let refused = admin.update_setting("platform.name", &value(json!("x")), None).await.unwrap_err();
    let problem = refused.problem().unwrap();
    let detail = "The setting platform.name is fixed by the environment variable QUARTERDECK_SETTING_PLATFORM_NAME; change it there.";
    assert_eq!((problem.code.as_str(), problem.detail.as_str()), ("setting-fixed", detail));
    let fixed = problem.fixed.as_ref().unwrap();
    assert_eq!((fixed.key.as_str(), fixed.source), ("platform.name", SettingSource::Environment));
    assert_eq!(fixed.fixed_by, "QUARTERDECK_SETTING_PLATFORM_NAME");
}
