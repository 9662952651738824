use std::fs;

use quarterdeck_domain::settings::SettingSource;

use super::*;

fn load(common: &CommonFlags, serve: &ServeFlags, environment: &[(&str, &str)]) -> Result<Config, Failure> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::from(common, serve, &environment)
}

/// Loads with a file of this content.
fn with_file(content: &str, environment: &[(&str, &str)]) -> Result<Config, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quarterdeck.toml");
    fs::write(&path, content).unwrap();
    load(&CommonFlags { config: Some(path), ..CommonFlags::default() }, &ServeFlags::default(), environment)
}

fn complaint(outcome: Result<Config, Failure>) -> String {
    outcome.unwrap_err().to_string()
}

#[test]
fn nothing_is_needed() {
    let config = load(&CommonFlags::default(), &ServeFlags::default(), &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data_dir, Path::new("./data"));
    assert!(config.log.starts_with("info,") && config.log_format == LogFormat::Text);
    assert!(config.database_url.is_none() && config.fixed_settings.is_empty() && !config.behind_tls);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "listen = \"127.0.0.1:1\"\ndata_dir = \"/file\"\nlog = \"file\"\nworkers = 3\n";
    let config = with_file(file, &[("QUARTERDECK_DATA_DIR", "/env"), ("QUARTERDECK_LOG", "env")]).unwrap();
    assert_eq!((config.listen.port(), config.data_dir.as_path()), (1, Path::new("/env")));
    assert_eq!((config.log.as_str(), config.workers), ("env", Some(3)));
    let flags = CommonFlags { data_dir: Some("/flag".into()), ..CommonFlags::default() };
    let config = load(&flags, &ServeFlags::default(), &[("QUARTERDECK_DATA_DIR", "/env")]).unwrap();
    assert_eq!(config.data_dir, Path::new("/flag"));
}

#[test]
fn variables_of_each_kind() {
    let config = load(
        &CommonFlags::default(),
        &ServeFlags::default(),
        &[
            ("QUARTERDECK_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("QUARTERDECK_BEHIND_TLS", "true"),
            ("QUARTERDECK_DATABASE_CONNECTIONS", "12"),
            ("QUARTERDECK_DATA_DIR", "2026"),
            ("QUARTERDECK_LOG_FORMAT", "json"),
            ("QUARTERDECK_LISTN", "127.0.0.1:1"),
        ],
    )
    .unwrap();
    assert_eq!((config.trusted_proxies.len(), config.behind_tls), (2, true));
    assert_eq!((config.database_connections, config.log_format), (Some(12), LogFormat::Json));
    assert_eq!(config.data_dir, Path::new("2026"), "a text stays a text");
    assert_eq!(config.unknown_variables, ["QUARTERDECK_LISTN"]);
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    let wrong = |name, value| complaint(load(&CommonFlags::default(), &ServeFlags::default(), &[(name, value)]));
    for (name, value, hint) in [
        ("QUARTERDECK_LISTEN", "localhost", "socket address"),
        ("QUARTERDECK_WORKERS", "many", "many"),
        ("QUARTERDECK_LOG_FORMAT", "xml", "xml"),
    ] {
        let words = wrong(name, value);
        assert!(words.contains(name) && words.contains(hint), "{words}");
    }
    assert!(wrong("QUARTERDECK_TRUSTED_PROXIES", "ten").contains("ten"));
    let words = complaint(with_file("lissten = \"127.0.0.1:1\"\n", &[]));
    assert!(words.contains("lissten") && words.contains("quarterdeck.toml"), "{words}");
    let missing = CommonFlags { config: Some("/no/such.toml".into()), ..CommonFlags::default() };
    assert!(complaint(load(&missing, &ServeFlags::default(), &[])).contains("/no/such.toml"));
}

#[test]
fn settings_are_fixed_from_outside() {
    let file = "[settings]\n\"platform.name\" = \"File\"\nsession.idle_seconds = 600\nbanner.message = \"Hello\"\n";
    let config = with_file(file, &[("QUARTERDECK_SETTING_PLATFORM_NAME", "Env")]).unwrap();
    let fixed = |key: &str| config.fixed_settings.get(key).cloned().unwrap();
    assert_eq!(fixed("platform.name").value, "Env");
    assert_eq!(fixed("platform.name").fixed_by, "QUARTERDECK_SETTING_PLATFORM_NAME");
    assert_eq!(fixed("platform.name").source, SettingSource::Environment);
    assert_eq!(
        (fixed("session.idle_seconds").value, fixed("banner.message").source),
        (600.into(), SettingSource::File)
    );
    assert!(fixed("banner.message").fixed_by.eq("quarterdeck.toml: settings.banner.message"));
}

#[test]
fn a_wrong_setting_stops_the_start() {
    let words = complaint(with_file("", &[("QUARTERDECK_SETTING_SESSION_IDLE_SECONDS", "soon")]));
    assert!(words.contains("QUARTERDECK_SETTING_SESSION_IDLE_SECONDS") && words.contains("whole number"), "{words}");
    let words = complaint(with_file("", &[("QUARTERDECK_SETTING_PLATFORM_NAM", "x")]));
    assert!(words.contains("no such setting") && words.contains("platform.name"), "{words}");
    let words = complaint(with_file("", &[("QUARTERDECK_SETTING_PLATFORM_NAME", "\u{200b}")]));
    assert!(words.contains("invisible characters"), "{words}");
    let fixed = "[settings]\nsession.idle_seconds = 7200\nsession.absolute_seconds = 3600\n";
    let words = complaint(with_file(fixed, &[]));
    assert!(words.contains("session.idle_seconds (7200) must not be over session.absolute_seconds (3600)"), "{words}");
    let words = complaint(with_file("[settings]\nplatform.colour = \"red\"\n", &[]));
    assert!(words.contains("platform.colour"), "{words}");
}

#[test]
fn the_base_url_is_a_setting_and_tells_of_tls() {
    let flags = ServeFlags { base_url: Some("https://people.example.org".to_owned()), ..ServeFlags::default() };
    let environment = [("QUARTERDECK_SETTING_PLATFORM_BASE_URL", "http://other.example.org")];
    let config = load(&CommonFlags::default(), &flags, &environment).unwrap();
    let fixed = config.fixed_settings.get("platform.base_url").unwrap();
    assert_eq!((fixed.value.as_str(), fixed.fixed_by.as_str()), (Some("https://people.example.org"), "--base-url"));
    assert_eq!(fixed.source, SettingSource::Flag);
    assert!(config.behind_tls);
    let flags = ServeFlags { base_url: Some("people".to_owned()), ..ServeFlags::default() };
    assert!(complaint(load(&CommonFlags::default(), &flags, &[])).contains("--base-url"));
}

/// S1-PLT-02: the status page is configuration alone.
#[test]
fn the_status_page_is_fixed_from_outside() {
    let config = with_file("status_url = \"https://status.example.org\"\n", &[]).unwrap();
    let fixed = config.fixed_settings.get("platform.status_url").unwrap();
    assert_eq!(fixed.fixed_by, "quarterdeck.toml: status_url", "no folder of the server's disk");
    let flags = ServeFlags { status_url: Some("https://flag.example.org".to_owned()), ..ServeFlags::default() };
    let config =
        load(&CommonFlags::default(), &flags, &[("QUARTERDECK_STATUS_URL", "https://env.example.org")]).unwrap();
    let fixed = config.fixed_settings.get("platform.status_url").unwrap();
    assert_eq!((fixed.value.as_str(), fixed.fixed_by.as_str()), (Some("https://flag.example.org"), "--status-url"));
    for bad in ["status.example.org", "ftp://status.example.org", "javascript:alert(1)"] {
        let words =
            complaint(load(&CommonFlags::default(), &ServeFlags::default(), &[("QUARTERDECK_STATUS_URL", bad)]));
        assert!(words.contains("QUARTERDECK_STATUS_URL") && words.contains("platform.status_url"), "{words}");
    }
}

#[test]
fn links_go_to_an_address_that_a_browser_can_open() {
    let local = |listen: &str| {
        let flags = ServeFlags { listen: Some(listen.parse().unwrap()), ..ServeFlags::default() };
        load(&CommonFlags::default(), &flags, &[]).unwrap().local_url()
    };
    assert_eq!(local("0.0.0.0:8080"), "http://127.0.0.1:8080");
    assert_eq!(local("[::]:80"), "http://[::1]:80");
    assert_eq!(local("192.0.2.7:8080"), "http://192.0.2.7:8080");
}

#[test]
fn secrets_are_never_shown() {
    let environment = [("QUARTERDECK_DATABASE_URL", "postgres://u:hunter2@db/x"), ("QUARTERDECK_SIGNING_KEYS", "k3y")];
    let shown = format!("{:?}", load(&CommonFlags::default(), &ServeFlags::default(), &environment).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("k3y"), "{shown}");
}
