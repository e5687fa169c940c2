//! A broker behind TLS, as its operator meets it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{BrokerProcess, outcome, pactwright, run, trusting};

/// Makes a certificate for this machine, in files.
fn make(folder: &Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let paths = (folder.join("tls.pem"), folder.join("tls.key"));
    fs::write(&paths.0, made.cert.pem()).unwrap();
    fs::write(&paths.1, made.signing_key.serialize_pem()).unwrap();
    paths
}

#[test]
fn it_can_be_pinged_and_shows_another_certificate_on_a_signal() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (certificate, key) = make(folder.path());
    let settings = [
        format!("tls.certificate={}", certificate.display()),
        format!("tls.key={}", key.display()),
        // Nobody looks by itself for as long as this takes.
        "tls.check_every=24h".to_owned(),
    ];
    let settings: Vec<_> = settings.iter().map(String::as_str).collect();
    let broker = BrokerProcess::start_with(data.path(), &settings, &[]);
    assert!(broker.url.starts_with("https://127.0.0.1:"), "{}", broker.url);
    let live = format!("{}/health/live", broker.url);
    assert_eq!(trusting(&certificate, &live).unwrap(), 200);

    let listen = broker.url.trim_start_matches("https://");
    let mut ping = pactwright(&["broker", "ping"]);
    ping.env("PACTWRIGHT_LISTEN", listen).env("PACTWRIGHT_TLS_CERTIFICATE", &certificate);
    let pinged = outcome(&ping.env("PACTWRIGHT_TLS_KEY", &key).output().unwrap());
    assert_eq!(pinged, (Some(0), "The broker is ready.\n".to_owned()));
    let (status, text) = outcome(&run(&["broker", "ping", "--url", &broker.url]));
    assert_eq!(status, Some(2), "of an address that was given, the certificate is looked at: {text}");

    let before = folder.path().join("before.pem");
    fs::copy(&certificate, &before).unwrap();
    make(folder.path());
    assert_eq!(trusting(&before, &live).unwrap(), 200, "nobody has looked yet");
    broker.hang_up();
    for _ in 0..10_000 {
        if trusting(&certificate, &live).is_ok() {
            assert!(trusting(&before, &live).is_err());
            assert_eq!(broker.terminate(), Some(0));
            return;
        }
    }
    panic!("it never showed the new one");
}

#[test]
fn what_is_wrong_with_a_certificate_is_said_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = make(folder.path());
    let data = folder.path().join("data");
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let none = folder.path().join("none.pem");
    for (first, second, words) in [
        (none.to_str().unwrap(), key, "none.pem with the certificate cannot be read"),
        (key, key, "has no certificate"),
        (certificate, certificate, "has no private key"),
    ] {
        let files = ["--tls-certificate", first, "--tls-key", second];
        let start = [&["broker", "start", "--data", data.to_str().unwrap()], &files[..]].concat();
        let (status, text) = outcome(&run(&start));
        assert_eq!((status, text.contains(words)), (Some(2), true), "{text}");
        let (status, text) = outcome(&run(&[&["broker", "config", "--check"], &files[..]].concat()));
        assert_eq!((status, text.contains(words)), (Some(1), true), "{text}");
    }
    assert!(!data.exists());
    let half = [format!("tls.key={key}")];
    let (status, text) = outcome(&run(&["broker", "config", "--check", "--set", &half[0]]));
    assert_eq!((status, text.contains("tls.certificate is not")), (Some(1), true), "{text}");
    let (status, _) = outcome(&run(&["broker", "start", "--tls-key", key]));
    assert_eq!(status, Some(2));
}

#[test]
fn passwords_that_would_come_in_clear_are_warned_about() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = make(folder.path());
    let secure = [format!("tls.certificate={}", certificate.display()), format!("tls.key={}", key.display())];
    for (settings, is_warned) in
        [(&[][..], true), (&["access.trusted_proxies=10.0.0.0/8".to_owned()], false), (&secure, false)]
    {
        let data = tempfile::tempdir().unwrap();
        let mut command = pactwright(&["broker", "start", "--data", data.path().to_str().unwrap()]);
        // It ends at once: somebody else listens there.
        let taken = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
        command.args(["--listen", &taken.local_addr().unwrap().to_string()]);
        command.args(settings.iter().flat_map(|setting| ["--set", setting.as_str()]));
        command.env("PACTWRIGHT_ADMIN_TOKEN", "0123456789abcdef0123456789abcdef");
        let (status, text) = outcome(&command.output().unwrap());
        assert_eq!((status, text.contains("in clear")), (Some(2), is_warned), "{text}");
    }
}
