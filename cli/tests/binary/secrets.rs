//! What is secret is in no line of a log, in nothing that is measured, and in nothing that is shown of the settings: a broker
//! that logs all it can is told secrets in every place that it takes them in, and in some that it does not.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{ask, fixture, outcome, pactwright};

/// What has to be nowhere. Each is told in one place, so that it is known from where a leak comes.
struct Secrets(BTreeMap<&'static str, String>);

impl Secrets {
    fn new() -> Self {
        let names = [
            "password",
            "read-only password",
            "admin token",
            "wrong password",
            "wrong token",
            "scheme",
            "query",
            "path",
            "name of a request",
            "cookie",
            "body",
            "user's password",
            "webhook password",
            "webhook header",
            "webhook address",
            "webhook secret",
            "signing secret",
            "receiver's answer",
            "where a receiver leads to",
            "identity token",
            "proxy password",
        ];
        let made = |name: &'static str| {
            (name, format!("hush-{}-0123456789abcdef0123", name.replace([' ', '\''], "-")))
        };
        let mut secrets: BTreeMap<_, _> = names.into_iter().map(made).collect();
        // As the broker makes them, with a beginning that may be shown.
        secrets.insert("path", "pactw_0123456789_hushpathhushpathhushpathhushpathhushpathhus".to_owned());
        secrets.insert(
            "name of a request",
            "pactw_0123456789_hushnamehushnamehushnamehushnamehushnamehus".to_owned(),
        );
        secrets.insert("key of secrets", STANDARD.encode(b"hush: 32 bytes that encrypt them"));
        Self(secrets)
    }

    fn get(&self, name: &str) -> &str {
        &self.0[name]
    }

    /// As `Authorization` has it.
    fn basic(&self, user: &str, name: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{user}:{}", self.get(name))))
    }

    /// The ways in which one may be written, whatever stands before it.
    fn forms(secret: &str) -> Vec<String> {
        let bytes = secret.as_bytes();
        // Three bytes are four characters, and those at both ends depend on what stands there.
        let shifted = (0..3).map(|shift| {
            let rest = &bytes[shift..];
            STANDARD.encode(&rest[..rest.len() / 3 * 3])
        });
        let listed = bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        let whole = [secret.to_owned(), listed, secret.replace('=', "%3D")];
        whole.into_iter().chain(shifted).collect()
    }

    /// Which of them is in a text.
    fn in_text(&self, text: &str) -> Option<&'static str> {
        let is_there = |secret: &String| Self::forms(secret).iter().any(|form| text.contains(form));
        let found = self.0.iter().find(|(_, secret)| is_there(secret)).map(|(name, _)| *name);
        // What remains of a token when its beginning is shown.
        found.or_else(|| ["hushpath", "hushname"].into_iter().find(|rest| text.contains(rest)))
    }

    /// Fails where one is in a text.
    #[track_caller]
    fn assert_not_in(&self, what: &str, text: &str) {
        for line in text.lines() {
            if let Some(name) = self.in_text(line) {
                panic!("the {name} is in {what}: {line}");
            }
        }
    }
}

#[test]
fn what_is_looked_for_would_be_found() {
    let secrets = Secrets::new();
    for (name, secret) in &secrets.0 {
        for around in ["", "a", "ab", "abc"] {
            let bytes = format!("{around}{secret}{around}");
            for text in [bytes.clone(), STANDARD.encode(&bytes), format!("{:?}", bytes.as_bytes())] {
                assert_eq!(secrets.in_text(&format!("x {text} y")), Some(*name), "{text}");
            }
        }
    }
    assert_eq!(secrets.in_text("pactw_0123456789_**********"), None);
}

/// Who is told by webhooks, and who vouches for people.
struct Others {
    runtime: Runtime,
    server: MockServer,
}

impl Others {
    fn start(secrets: &Secrets) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            let answers = [
                ("/right", ResponseTemplate::new(200).set_body_string(secrets.get("receiver's answer"))),
                ("/wrong", ResponseTemplate::new(500).set_body_string(secrets.get("receiver's answer"))),
                (
                    "/elsewhere",
                    ResponseTemplate::new(307).insert_header(
                        "location",
                        format!("http://nowhere.invalid/?token={}", secrets.get("where a receiver leads to")),
                    ),
                ),
            ];
            for (place, answer) in answers {
                Mock::given(path(place)).respond_with(answer).mount(&server).await;
            }
            let about = json!({ "issuer": server.uri(), "jwks_uri": format!("{}/keys", server.uri()) });
            let about = ResponseTemplate::new(200).set_body_json(about);
            Mock::given(path("/.well-known/openid-configuration")).respond_with(about).mount(&server).await;
            let keys = ResponseTemplate::new(200).set_body_json(json!({ "keys": [] }));
            Mock::given(path("/keys")).respond_with(keys).mount(&server).await;
            server
        });
        Self { runtime, server }
    }

    /// Waits until all three were told something.
    fn wait(&self) {
        for _ in 0..100_000 {
            let told = self.runtime.block_on(self.server.received_requests()).unwrap();
            let was_told = |place: &str| told.iter().any(|request| request.url.path() == place);
            if ["/right", "/wrong", "/elsewhere"].into_iter().all(was_told) {
                return;
            }
            std::thread::yield_now();
        }
        panic!("some were never told");
    }
}

/// A broker, and all that it says.
struct Broker {
    process: Process,
    url: String,
    complaints: JoinHandle<String>,
}

/// Ends with the test, however that ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Broker {
    fn start(data: &Path, more: &[&str], variables: &[(&str, &str)]) -> Self {
        let start = ["broker", "start", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        let mut command = pactwright(&[&start, more].concat());
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        // It says much: somebody has to take it.
        let complaints = std::thread::spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let Some(at) = line.find("http") else { panic!("it did not start: {}", complaints.join().unwrap()) };
        Self { process: Process(child), url: line[at..].trim().to_owned(), complaints }
    }

    /// Ends it; gives what it logged.
    fn end(mut self) -> String {
        let kill = Command::new("kill").args(["-TERM", &self.process.0.id().to_string()]).status().unwrap();
        assert!(kill.success());
        assert_eq!(self.process.0.wait().unwrap().code(), Some(0));
        self.complaints.join().unwrap()
    }
}

struct Story {
    secrets: Secrets,
    others: Others,
    broker: Broker,
}

impl Story {
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        ask(method, &format!("{}{path}", self.broker.url), headers, body)
    }

    /// Does something as the administrator, which has to be done.
    #[track_caller]
    fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let bearer = format!("Bearer {}", self.secrets.get("admin token"));
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let (status, text) = self.ask(method, path, &headers, &body.to_string());
        assert!(status < 300, "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn shown(&self, path: &str) -> String {
        let bearer = format!("Bearer {}", self.secrets.get("admin token"));
        let headers = [("authorization", bearer.as_str()), ("accept", "*/*")];
        let (status, text) = self.ask("GET", path, &headers, "");
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    /// Says who asks, rightly, wrongly and in places where that is not to be said.
    fn say_who_asks(&self) {
        let secrets = &self.secrets;
        let path = "/pacticipants";
        let get = |authorization: &str| self.ask("GET", path, &[("authorization", authorization)], "").0;
        assert_eq!(get(&secrets.basic("rw", "password")), 200);
        assert_eq!(get(&secrets.basic("ro", "read-only password")), 200);
        assert_eq!(get(&secrets.basic("rw", "wrong password")), 401);
        assert_eq!(get(&secrets.basic(secrets.get("wrong password"), "wrong password")), 401);
        assert_eq!(get(&format!("Bearer {}", secrets.get("wrong token"))), 401);
        assert_eq!(get(&format!("Bearer {}", secrets.get("path"))), 401);
        assert_eq!(get(&format!("Hush {}", secrets.get("scheme"))), 401);
        assert_eq!(get(&format!("Basic {}", secrets.get("scheme"))), 401);
        let (basic, wrong) = (secrets.basic("rw", "password"), secrets.get("wrong token"));
        let twice = [("authorization", basic.as_str()), ("authorization", wrong)];
        assert_eq!(self.ask("GET", path, &twice, "").0, 401);
        // As an identity provider's look.
        let part = |text: &str| STANDARD.encode(text).replace('=', "");
        let head = part(r#"{"alg":"ES256","kid":"first"}"#);
        let claims = part(&json!({ "sub": secrets.get("identity token") }).to_string());
        assert_eq!(get(&format!("Bearer {head}.{claims}.{}", part(secrets.get("identity token")))), 401);

        let elsewhere = [
            ("authorization", basic.as_str()),
            ("cookie", secrets.get("cookie")),
            ("x-request-id", secrets.get("name of a request")),
        ];
        let place = format!("/{}/x?token={}", secrets.get("path"), secrets.get("query"));
        assert_eq!(self.ask("GET", &place, &elsewhere, "").0, 404);
        let place = format!("/pacticipants?token={}", secrets.get("query"));
        assert_eq!(self.ask("GET", &place, &elsewhere, "").0, 200);
        let json = [elsewhere[0], ("content-type", "application/json")];
        for (place, body) in [
            ("/access/users/bob", format!(r#"{{"password": "{}" "#, secrets.get("body"))),
            ("/access/users/bob", json!({ "password": { "is": secrets.get("body") } }).to_string()),
            ("/webhooks", json!({ "request": { "password": [secrets.get("body")] } }).to_string()),
            ("/webhooks", format!(r#"{{"request": "{}"#, secrets.get("body"))),
        ] {
            let method = if place == "/webhooks" { "POST" } else { "PUT" };
            let (status, text) = self.ask(method, place, &json, &body);
            assert!((400..500).contains(&status), "{place} {body}: {status} {text}");
        }
    }

    /// Makes a user and a token, and uses them while they can be used and after.
    fn make_others(&mut self) {
        let password = self.secrets.get("user's password").to_owned();
        self.done("PUT", "/access/teams/web", &json!({}));
        let grants = json!([{ "team": "web", "role": "contributor" }]);
        self.done("PUT", "/access/users/ann", &json!({ "password": password, "grants": grants }));
        let made = self.done("POST", "/access/tokens", &json!({ "name": "ci", "grants": grants }));
        let token = made["token"].as_str().unwrap().to_owned();
        let get =
            |authorization: &str| self.ask("GET", "/access/me", &[("authorization", authorization)], "").0;
        assert_eq!(get(&self.secrets.basic("ann", "user's password")), 200);
        assert_eq!(get(&self.secrets.basic("ann", "wrong password")), 401);
        let bearer = format!("Bearer {token}");
        assert_eq!(get(&bearer), 200);
        self.done("DELETE", &format!("/access/tokens/{}", made["uuid"].as_str().unwrap()), &Value::Null);
        assert_eq!(get(&bearer), 401);
        self.secrets.0.insert("token", token);
    }

    /// Has webhooks told: one that takes it, one that fails, one that leads elsewhere, and two that are not there.
    fn tell_webhooks(&self) {
        let secrets = &self.secrets;
        let receiver = self.others.server.uri();
        // Nobody listens there any more.
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let urls = [
            format!("{receiver}/right"),
            format!("{receiver}/wrong"),
            format!("{receiver}/elsewhere"),
            format!("http://{gone}/gone"),
            "https://nowhere.invalid/".to_owned(),
        ];
        let mut made = Vec::new();
        for url in urls {
            let request = json!({
                "method": "POST", "url": format!("{url}?token={}", secrets.get("webhook address")),
                "username": "robot", "password": secrets.get("webhook password"),
                "headers": { "Authorization": secrets.get("webhook header"), "X-Api-Key": secrets.get("webhook header") },
                "signingSecret": secrets.get("signing secret"), "body": { "x": "${pactbroker.consumerName}", "y": "${secret.one}" },
                "secrets": { "one": secrets.get("webhook secret") },
            });
            let webhook = json!({ "events": [{ "name": "contract_content_changed" }], "request": request });
            let answer = self.done("POST", "/webhooks", &webhook);
            made.push(answer["_links"]["self"]["href"].as_str().unwrap().to_owned());
        }
        let pact = fs::read(fixture("interop/checkout-web-orders-api.json")).unwrap();
        let publication = json!({
            "pacticipantName": "checkout-web", "pacticipantVersionNumber": "1", "branch": "main",
            "contracts": [{
                "consumerName": "checkout-web", "providerName": "orders-api", "specification": "pact",
                "contentType": "application/json", "content": STANDARD.encode(pact),
            }],
        });
        self.done("POST", "/contracts/publish", &publication);
        self.others.wait();
        for webhook in made {
            let path = webhook.strip_prefix(&self.broker.url).unwrap();
            self.done("POST", &format!("{path}/execute"), &Value::Null);
        }
    }
}

fn play(more: &[&str], with_proxy: bool) {
    let secrets = Secrets::new();
    let others = Others::start(&secrets);
    let (data, settings) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let issuer = others.server.uri();
    let proxy = format!("http://me:{}@{}", secrets.get("proxy password"), others.server.address());
    let mut variables = vec![
        ("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"),
        ("PACT_BROKER_BASIC_AUTH_PASSWORD", secrets.get("password")),
        ("PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME", "ro"),
        ("PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD", secrets.get("read-only password")),
        ("PACTWRIGHT_ADMIN_TOKEN", secrets.get("admin token")),
        ("PACTWRIGHT_SECRET_KEY", secrets.get("key of secrets")),
        ("PACTWRIGHT_OIDC_ISSUER", issuer.as_str()),
        ("PACTWRIGHT_OIDC_AUDIENCE", "broker"),
        ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1 nowhere.invalid"),
    ];
    if with_proxy {
        variables.push(("PACTWRIGHT_WEBHOOK_PROXY", proxy.as_str()));
    }
    let effective =
        pactwright(&["broker", "config", "--effective"]).envs(variables.clone()).output().unwrap();
    let (status, effective) = outcome(&effective);
    assert_eq!(status, Some(0), "{effective}");
    assert!(effective.contains("PACTWRIGHT_ADMIN_TOKEN") && effective.contains("***"), "{effective}");
    secrets.assert_not_in("what counts of the settings", &effective);
    let arguments: Vec<&str> = more.to_vec();
    let tls: Vec<PathBuf> = if arguments.contains(&"--tls") {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let paths = ["tls.pem", "tls.key"].map(|name| settings.path().join(name));
        fs::write(&paths[0], made.cert.pem()).unwrap();
        fs::write(&paths[1], made.signing_key.serialize_pem()).unwrap();
        paths.to_vec()
    } else {
        Vec::new()
    };
    let mut arguments: Vec<_> = arguments.into_iter().filter(|argument| *argument != "--tls").collect();
    if let [certificate, key] = &tls[..] {
        arguments.extend([
            "--tls-certificate",
            certificate.to_str().unwrap(),
            "--tls-key",
            key.to_str().unwrap(),
        ]);
    }
    let broker = Broker::start(data.path(), &arguments, &variables);
    let mut story = Story { secrets: Secrets::new(), others, broker };
    story.say_who_asks();
    story.make_others();
    story.tell_webhooks();
    for path in
        ["/metrics/prometheus", "/metrics", "/access/users", "/access/tokens", "/access/me", "/health/ready"]
    {
        story.secrets.assert_not_in(path, &story.shown(path));
    }
    // An address is shown to whoever may see a webhook, and so is what a receiver answers; nothing else of it is.
    let mut secrets = Secrets(story.secrets.0.clone());
    secrets.0.remove("webhook address");
    for path in ["/events?size=1000", "/webhooks", "/webhooks/dead-letters"] {
        secrets.assert_not_in(path, &story.shown(path));
    }
    let log = story.broker.end();
    assert!(log.lines().count() > 50 && log.contains("answered"), "it logged what it could: {log}");
    story.secrets.assert_not_in("the log", &log);
    for line in tls.get(1).map(|key| fs::read_to_string(key).unwrap()).unwrap_or_default().lines() {
        assert!(line.starts_with('-') || !log.contains(line), "the private key is in the log");
    }
}

#[test]
fn nothing_secret_is_in_lines_for_people() {
    play(&["--log", "trace"], false);
}

#[test]
fn nothing_secret_is_in_lines_for_programs() {
    play(&["--log", "trace", "--log-format", "json"], false);
}

/// Whoever looks for a fault may have everything logged, libraries too.
#[test]
fn nothing_secret_is_in_lines_of_libraries() {
    play(&["--log", "trace,pactwright=trace", "--tls"], false);
}

#[test]
fn nothing_secret_is_in_lines_about_a_proxy() {
    play(&["--log", "trace,pactwright=trace"], true);
}

#[test]
fn what_is_wrong_with_settings_is_said_without_what_is_secret() {
    let secrets = Secrets::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broker.toml");
    let secret = secrets.get("password");
    let short = "hush";
    let said = |text: &str| {
        fs::write(&file, text).unwrap();
        let arguments = ["broker", "config", "--check", "--config", file.to_str().unwrap()];
        let (status, text) = outcome(&pactwright(&arguments).output().unwrap());
        assert_eq!(status, Some(1), "{text}");
        text
    };
    for text in [
        format!("[access]\nuser = \"rw\"\npassword = \"{secret}"),
        format!("[access]\nuser = \"rw\"\npassword = {secret}\n"),
        format!("[access]\nuser = \"rw\"\npassword = [\"{secret}\"]\n"),
        format!("[access]\nuser = \"rw\"\npassword = {{ is = \"{secret}\" }}\n"),
        format!("[access]\npassword = \"{secret}\"\n"),
        format!("secret_key = \"{secret}\"\n"),
        format!("[webhook]\nproxy = \"socks9://me:{secret}@proxy.example.org\"\n"),
    ] {
        secrets.assert_not_in(&format!("what is wrong with {text}"), &said(&text));
    }
    assert!(!said(&format!("[access]\nadmin_token = \"{short}\"\n")).contains(short));
    for (variable, value) in [
        ("PACTWRIGHT_ADMIN_TOKEN", short),
        ("PACTWRIGHT_SECRET_KEY", secret),
        ("PACT_BROKER_BASIC_AUTH_PASSWORD", secret),
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__1__CONTENT", secret),
    ] {
        let mut command = pactwright(&["broker", "start", "--data", folder.path().to_str().unwrap()]);
        let (status, text) = outcome(&command.env(variable, value).output().unwrap());
        assert_eq!((status, text.contains(value)), (Some(2), false), "{text}");
    }
}
