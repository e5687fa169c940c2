use std::{ffi::OsStr, path::Path, time::Duration};

use super::{Config, Hidden, LogFormat, Settings, settings};

#[test]
fn settings_of_the_pact_broker_are_understood() {
    let config = Config::default()
        .with_settings([
            ("PACT_BROKER_BASE_URL", "https://broker.example.org/"),
            ("PACT_BROKER_PORT", "80"),
            ("PACT_BROKER_LOG_LEVEL", "FATAL"),
            ("PACT_BROKER_LOG_FORMAT", "json"),
            ("PACT_BROKER_MAIN_BRANCH_CANDIDATES", "trunk main"),
            ("PACT_BROKER_USE_FIRST_TAG_AS_BRANCH", "false"),
            ("PACT_BROKER_ORDER_VERSIONS_BY_DATE", "false"),
            ("PACT_BROKER_MIN_WIP_WINDOW_DAYS", "3"),
            ("PACT_BROKER_DYNAMIC_WIP_WINDOW", "true"),
            ("PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES", "false"),
            ("PACT_BROKER_SHIELDS_IO_BASE_URL", "https://badges.example.org/"),
            ("PACT_BROKER_SOMETHING_ELSE", "whatever"),
            ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "3 1"),
            ("PACT_BROKER_WEBHOOK_HTTP_CODE_SUCCESS", "200 418"),
            ("PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST", "post GET"),
            ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
            ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "ci.example.org *.example.org 10.0.0.0/8"),
            ("PACT_BROKER_DISABLE_SSL_VERIFICATION", "true"),
            ("PACTWRIGHT_WEBHOOK_TIMEOUT", "30"),
            ("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "192.168.0.0/16"),
            ("HOME", "/"),
        ])
        .unwrap();
    assert_eq!(config.http.base_urls, ["https://broker.example.org"]);
    assert_eq!(config.process.listen.to_string(), "127.0.0.1:80");
    assert_eq!((config.log.filter.as_str(), config.log.format), ("error", LogFormat::Json));
    assert_eq!(config.rules.main_branch_candidates, ["trunk", "main"]);
    assert!(!config.rules.first_tag_is_branch);
    assert!(config.http.names_in_any_case);
    assert_eq!(config.rules.retry_schedule, [3, 1]);
    let webhooks = &config.webhooks;
    assert_eq!(webhooks.success_codes, [200, 418]);
    assert_eq!(webhooks.egress.methods, ["POST", "GET"]);
    assert_eq!(webhooks.egress.schemes, ["http", "https"]);
    assert_eq!((webhooks.egress.hosts.len(), webhooks.egress.networks.len()), (3, 1));
    assert_eq!((webhooks.verify_certificates, webhooks.timeout.as_secs()), (false, 30));
}

#[test]
fn of_several_names_for_a_setting_the_first_counts_and_an_empty_one_says_nothing() {
    let one = ("PACT_BROKER_BASE_URL", "https://one.example.org");
    let several = ("PACT_BROKER_BASE_URLS", "https://a.example.org https://b.example.org/pacts/");
    for settings in [[one, several], [several, one]] {
        let config = Config::default().with_settings(settings).unwrap();
        assert_eq!(config.http.base_urls, ["https://a.example.org", "https://b.example.org/pacts"]);
    }
    let config = Config::default().with_settings([one, ("PACT_BROKER_BASE_URLS", "")]).unwrap();
    assert_eq!(config.http.base_urls, ["https://one.example.org"]);
}

#[test]
fn who_may_ask_is_set_by_the_names_of_the_pact_broker() {
    let config = Config::default()
        .with_settings([
            ("PACT_BROKER_BASIC_AUTH_PASSWORD", " hush"),
            ("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"),
            ("PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME", "ro"),
            ("PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD", "hush hush"),
            ("PACT_BROKER_PUBLIC_HEARTBEAT", "true"),
            ("PACT_BROKER_ENABLE_PUBLIC_BADGE_ACCESS", "false"),
            ("PACTWRIGHT_TRUSTED_PROXIES", "10.0.0.0/8"),
        ])
        .unwrap();
    let access = &config.access;
    let shown =
        |login: Option<(&str, &Hidden)>| login.map(|(user, word)| format!("{user}:{}", word.reveal()));
    assert_eq!(shown(access.read_write()).unwrap(), "rw: hush");
    assert_eq!(shown(access.read_only()).unwrap(), "ro:hush hush");
    assert_eq!((access.public_read, access.public_heartbeat, access.public_badges), (false, true, false));
    assert!(!format!("{config:?}").contains("hush"));
    assert!(!Settings::from(config).effective().unwrap().contains("hush"));
}

#[test]
fn half_a_login_is_refused_and_nothing_secret_is_told() {
    for name in [
        "PACT_BROKER_BASIC_AUTH_PASSWORD",
        "PACT_BROKER_BASIC_AUTH_USERNAME",
        "PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD",
        "PACTWRIGHT_ADMIN_TOKEN",
    ] {
        let error = Config::default().with_settings([(name, "hush")]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
        assert!(Config::default().with_settings([(name, "")]).is_ok(), "{name}");
    }
    let error = Config::default().with_settings([("PACT_BROKER_BASIC_AUTH_PASSWORD", "hush")]).unwrap_err();
    let why = "access.password is set, and access.user is not: each is of use only with the other";
    assert_eq!(error.to_string(), why);
}

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER_KEY: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";

#[test]
fn keys_come_from_variables_and_files_and_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, format!("# of this year\n{KEY}\n")).unwrap();
    let file = file.to_str().unwrap();
    let secrets = |settings: &[(&str, &str)]| {
        let config = Config::default().with_settings(settings.iter().copied()).unwrap();
        assert!(!format!("{config:?}").contains(KEY));
        config.webhooks.secrets()
    };
    let direct = secrets(&[("PACTWRIGHT_SECRET_KEY", KEY)]);
    assert!(direct.is_open());
    assert_eq!(secrets(&[("PACTWRIGHT_SECRET_KEY_FILE", file)]), direct);
    let both = secrets(&[("PACTWRIGHT_SECRET_KEY_FILE", file), ("PACTWRIGHT_SECRET_KEY", OTHER_KEY)]);
    assert_eq!(both, format!("{OTHER_KEY} {KEY}").parse().unwrap(), "those of the variable come first");
    let mut sources = Settings::default();
    sources.environment([("PACTWRIGHT_SECRET_KEY_FILE", file), ("PACTWRIGHT_SECRET_KEY", OTHER_KEY)]);
    let shown = sources.effective().unwrap();
    assert!(shown.contains("secret_key = \"***\" # PACTWRIGHT_SECRET_KEY\n"), "{shown}");
    assert!(!shown.contains(KEY) && !shown.contains(OTHER_KEY) && shown.contains(file), "{shown}");
}

#[test]
fn keys_and_certificates_that_are_none_are_named_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "# no key yet\n").unwrap();
    for (name, value) in [
        ("PACTWRIGHT_SECRET_KEY", "hidden"),
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__0__CONTENT", "-----BEGIN PRIVATE KEY-----\nhidden"),
        ("PACTWRIGHT_SECRET_KEY_FILE", "/nowhere/at/all"),
        ("PACTWRIGHT_SECRET_KEY_FILE", empty.to_str().unwrap()),
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__10__PATH", "/nowhere/at/all"),
        ("PACTWRIGHT_WEBHOOK_CERTIFICATES", "/nowhere/at/all"),
    ] {
        let told = Config::default().with_settings([(name, value)]).unwrap_err().to_string();
        assert!(told.contains(name) && !told.contains("hidden"), "{told}");
    }
}

#[test]
fn certificates_come_from_files_and_from_the_numbered_variables_of_the_pact_broker() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    for name in ["one", "another one"] {
        let made = rcgen::generate_simple_self_signed(vec!["ci.example.org".to_owned()]).unwrap();
        let text = made.cert.pem();
        std::fs::write(folder.path().join(name), &text).unwrap();
        texts.push(text.trim().to_owned());
    }
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut sources = Settings::default();
    sources.environment([
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__0__DESCRIPTION", "an own authority"),
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__0__CONTENT", &texts[0]),
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__1__PATH", &path("another one")),
    ]);
    assert_eq!(sources.warnings(), []);
    let config = sources.config().unwrap();
    let found: Vec<_> = config
        .webhooks
        .certificates
        .texts()
        .map(|text| String::from_utf8_lossy(text).trim().to_owned())
        .collect();
    assert_eq!(found, texts);
    // What is shown is a file that says the same.
    let mut again = Settings::default();
    again.file(Path::new("again.toml"), &sources.effective().unwrap());
    assert_eq!(again.config().unwrap().webhooks, config.webhooks);
    // A list counts before them.
    let config = Config::default()
        .with_settings([
            ("PACTWRIGHT_WEBHOOK_CERTIFICATES", path("one")),
            ("PACT_BROKER_WEBHOOK_CERTIFICATES__1__PATH", path("another one")),
        ])
        .unwrap();
    assert_eq!(config.webhooks.certificates.texts().count(), 1);
}

#[test]
fn values_that_make_no_sense_are_named() {
    for (name, value) in [
        ("PACT_BROKER_AUTO_DETECT_MAIN_BRANCH", "maybe"),
        ("PACT_BROKER_USE_FIRST_TAG_AS_BRANCH_TIME_LIMIT", "-1"),
        ("PACT_BROKER_BASE_URL", "broker.example.org"),
        ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "10 soon"),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "/(/"),
        ("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/33"),
        ("PACTWRIGHT_HTTP_BODY_LIMIT", "1 byte"),
        ("PACTWRIGHT_HTTP_REQUESTS", "0"),
    ] {
        let error = Config::default().with_settings([(name, value)]).unwrap_err();
        assert!(error.to_string().contains(name) && error.to_string().contains(value), "{error}");
    }
}

const FILE: &str = "\
listen = \"0.0.0.0:8080\"

[http]
requests = 7
waiting = 8
connections = 9

[webhook]
retry_schedule = [1, 2]
hosts = [\"ci.example.org\"]
";

#[test]
fn a_flag_counts_before_a_variable_before_the_file_before_the_default() {
    let mut sources = Settings::default();
    sources.file(Path::new("broker.toml"), FILE);
    sources.environment([("PACTWRIGHT_HTTP_WAITING", "18"), ("PACTWRIGHT_HTTP_CONNECTIONS", "19")]);
    sources.flag("--set", "http.connections", "29");
    let config = sources.config().unwrap();
    let http = &config.http;
    assert_eq!((http.requests, http.waiting, http.connections), (7, 18, 29));
    assert_eq!(http.body_timeout, Duration::from_secs(60));
    assert_eq!(config.rules.retry_schedule, [1, 2]);
    let effective = sources.effective().unwrap();
    for line in [
        "listen = \"0.0.0.0:8080\" # broker.toml:1",
        "requests = 7 # broker.toml:4",
        "waiting = 18 # PACTWRIGHT_HTTP_WAITING",
        "connections = 29 # --set",
        "body_timeout = \"1 min\" # default",
        "hosts = [\"ci.example.org\"] # broker.toml:10",
    ] {
        assert!(effective.lines().any(|found| found == line), "{line}\n{effective}");
    }
    // What is shown is a file that says the same.
    let mut again = Settings::default();
    again.file(Path::new("again.toml"), &effective);
    assert_eq!(again.config().unwrap(), config);
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_where_it_stands() {
    let mut sources = Settings::default();
    sources.file(
        Path::new("broker.toml"),
        "dta = \"x\"\n[http]\nbody_limt = 1\nbody_limit = 1.5\n[rules]\nwip_window_least_days = 20\n[colour.of]\nit = 1\n",
    );
    sources.environment([("PACTWRIGHT_QUEUE_LENGTH", "many")]);
    sources.flag("--set", "queue.lenght", "1");
    let error = sources.config().unwrap_err();
    assert_eq!(
        error.to_string(),
        "7 settings cannot be used:
  broker.toml:1: there is no setting dta; did you mean data?
  broker.toml:3: there is no setting http.body_limt; did you mean http.body_limit?
  broker.toml:4: http.body_limit is 1.5, but a number of bytes from 1 KiB to 1 GiB, such as 16 MiB is expected
  broker.toml:8: there is no setting colour.of.it
  PACTWRIGHT_QUEUE_LENGTH is \"many\", but a whole number from 1 to 1000000 is expected
  there is no setting queue.lenght; did you mean queue.length?
  broker.toml:6: rules.wip_window_least_days is 20, which is more than rules.wip_window_most_days with 14"
    );
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_the_line() {
    let mut sources = Settings::default();
    sources.file(Path::new("broker.toml"), "listen = \"a\"\n[http\nrequests = = 7\n");
    let text = sources.config().unwrap_err().to_string();
    assert!(text.contains("broker.toml:2: this is no TOML: "), "{text}");
    assert!(!text.contains("listen"), "what is left of it is nobody's meaning: {text}");
}

#[test]
fn variables_that_do_nothing_are_named_unless_they_are_for_somebody_else() {
    let mut sources = Settings::default();
    sources.environment([
        ("PACT_BROKER_DATABASE_URL", "postgres://me:hush@db/pacts"),
        ("PACT_BROKER_BASIC_AUTH_ENABLED", "true"),
        ("PACT_BROKER_WEBHOOK_TIMEOUT", "3"),
        ("PACTWRIGHT_HTTP_BODY_LIMITS", "3"),
        ("PACTWRIGHT_COLOUR", "blue"),
        ("PACT_BROKER_TOKEN", "hush"),
        ("PACT_BROKER_PASSWORD", "hush"),
        ("PACTWRIGHT_OUTPUT_DIR", "/pacts"),
        ("PACTWRIGHT_CONFIG", "broker.toml"),
        ("PACTWRIGHT_LOG", ""),
    ]);
    let told: Vec<_> = sources.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "PACTWRIGHT_COLOUR is no setting; `pactwright broker config` says which there are",
            "PACTWRIGHT_HTTP_BODY_LIMITS is no setting; did you mean PACTWRIGHT_HTTP_BODY_LIMIT?",
            "PACT_BROKER_BASIC_AUTH_ENABLED does nothing here: a user name and a password are enough",
            "PACT_BROKER_DATABASE_URL does nothing here: there is no database; PACTWRIGHT_DATA is the folder that keeps \
             everything",
            "PACT_BROKER_WEBHOOK_TIMEOUT is no setting; `pactwright broker config` says which there are",
        ]
    );
    assert_eq!(sources.config().unwrap(), Config::default());
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_text_is_named() {
    use std::os::unix::ffi::OsStrExt as _;

    let strange = OsStr::from_bytes(b"\xff");
    let error = Config::default().with_settings([(OsStr::new("PACTWRIGHT_DATA"), strange)]).unwrap_err();
    assert_eq!(error.to_string(), "the value of PACTWRIGHT_DATA is not UTF-8");
    assert!(Config::default().with_settings([(OsStr::new("FOO"), strange)]).is_ok());
}

#[test]
fn a_setting_tells_about_itself() {
    let found = settings().iter().find(|setting| setting.key() == "http.body_limit").unwrap();
    assert_eq!(found.variables().collect::<Vec<_>>(), ["PACTWRIGHT_HTTP_BODY_LIMIT"]);
}
