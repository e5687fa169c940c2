//! Backups, exports and imports: whatever way a broker's knowledge takes, it comes out the same.

mod story;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use pactwright_broker::domain::event::Commit;
use pactwright_broker::domain::state::State;
use pactwright_broker::export::{self, Secrets};
use pactwright_broker::store::{Position, SledStore, Store as _};
use serde_json::Value;

use crate::support::{BrokerProcess, outcome, run};

/// Runs it; it has to end with that status.
#[track_caller]
fn broker(arguments: &[&str], status: i32) -> String {
    let (found, text) = outcome(&run(&[&["broker"], arguments].concat()));
    assert_eq!(found, Some(status), "{arguments:?}: {text}");
    text
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What a folder, or the broker that uses it, exports.
#[track_caller]
fn exported(folder: &Path, more: &[&str]) -> String {
    let arguments = [&["broker", "export", "--data", path(folder)], more].concat();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a folder would export if its log ended at a position.
fn exported_before(store: &SledStore, end: u64) -> String {
    let mut state = State::default();
    let records = store.read(Position(0), usize::try_from(end).unwrap()).unwrap();
    assert_eq!(records.len() as u64, end);
    for record in records {
        let commit: Commit = serde_json::from_slice(&record.payload).unwrap();
        state.apply_commit(&commit).unwrap();
    }
    let mut lines = Vec::new();
    export::write(store, &state, Secrets::Withheld, &mut lines).unwrap();
    String::from_utf8(lines).unwrap()
}

#[test]
fn a_backup_under_load_restores_to_an_equal_state() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = BrokerProcess::start(&data);
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (url, stop) = (running.url.clone(), stop.clone());
            std::thread::spawn(move || {
                let mut version = 0;
                while !stop.load(Ordering::Relaxed) {
                    version += 1;
                    story::publish(&url, &format!("web-{writer}"), &version.to_string(), "main", version % 3);
                }
                version
            })
        })
        .collect();
    let mut positions = Vec::new();
    for number in 0..3 {
        let file = folder.path().join(format!("{number}.backup"));
        let said = broker(&["backup", "--data", path(&data), "--to", path(&file)], 0);
        let count: u64 = said.split_whitespace().next().unwrap().parse().unwrap();
        positions.push((file, count));
    }
    stop.store(true, Ordering::Relaxed);
    let written: usize = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
    assert!(written > 4, "{written} publications");
    assert_eq!(running.terminate(), Some(0));

    for (file, count) in &positions {
        let restored = file.with_extension("restored");
        broker(&["restore", path(file), "--data", path(&restored)], 0);
        let expected = exported_before(&SledStore::open(&data).unwrap(), *count);
        assert_eq!(exported(&restored, &[]), expected, "of {count} changes");
    }
    // The last one has the log of its folder, and brokers start on it.
    let again = BrokerProcess::start(&positions[2].0.with_extension("restored"));
    assert_eq!(again.terminate(), Some(0));
}

#[cfg(unix)]
#[test]
fn backups_are_for_their_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup"));
    let socket = data.join("control.sock");
    BrokerProcess::start(&data).kill();
    assert!(socket.exists(), "it was left behind");
    let running = BrokerProcess::start(&data);
    broker(&["backup", "--data", path(&data), "--to", path(&file)], 0);
    for path in [&socket, &file] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
    assert_eq!(running.terminate(), Some(0));
    assert!(!socket.exists());
    let stopped = folder.path().join("of a broker that does not run");
    broker(&["backup", "--data", path(&data), "--to", path(&stopped)], 0);
    assert_eq!(std::fs::read(stopped).unwrap(), std::fs::read(file).unwrap());
}

#[test]
fn a_restore_to_a_moment_is_what_was_there_then() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = BrokerProcess::start(&data);
    let mut then = Vec::new();
    for part in 0..story::PARTS {
        story::tell(&running.url, part);
        then.push((story::last_change(&running.url), exported(&data, &[])));
    }
    let file = folder.path().join("backup");
    broker(&["backup", "--data", path(&data), "--to", path(&file)], 0);
    for (part, (moment, expected)) in then.iter().enumerate() {
        assert_eq!(&exported(&data, &["--until", moment]), expected, "asked of the broker");
        let restored = folder.path().join(part.to_string());
        broker(&["restore", path(&file), "--data", path(&restored), "--until", moment], 0);
        assert_eq!(&exported(&restored, &[]), expected, "part {part}, until {moment}");
    }
}

#[test]
fn what_is_damaged_is_not_restored_and_nothing_half_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let [data, file, half, target] =
        ["data", "backup", "half", "target"].map(|name| folder.path().join(name));
    let running = BrokerProcess::start(&data);
    story::tell(&running.url, 0);
    broker(&["backup", "--data", path(&data), "--to", path(&file)], 0);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&half, &whole[..whole.len() - 1]).unwrap();
    let said = broker(&["restore", path(&half), "--data", path(&target)], 2);
    assert!(said.contains("is cut off") && said.contains(&(whole.len() - 1).to_string()), "{said}");
    let said = broker(&["start", "--listen", "127.0.0.1:0", "--data", path(&target)], 2);
    assert!(said.contains("is not complete"), "{said}");
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    std::fs::write(&half, damaged).unwrap();
    let said = broker(&["restore", path(&half), "--data", path(&target)], 2);
    assert!(said.contains("damaged: frame") || said.contains("is cut off"), "{said}");
    broker(&["restore", path(&file), "--data", path(&target)], 0);
    assert_eq!(exported(&target, &[]), exported(&data, &[]));
    let said = broker(&["restore", path(&file), "--data", path(&target)], 2);
    assert!(said.contains("is not empty"), "{said}");
}

#[test]
fn an_export_can_be_imported() {
    let folder = tempfile::tempdir().unwrap();
    let [data, file, target] = ["data", "export", "target"].map(|name| folder.path().join(name));
    let running = BrokerProcess::start(&data);
    (0..story::PARTS).for_each(|part| story::tell(&running.url, part));
    broker(&["export", "--data", path(&data), "--to", path(&file), "--with-secrets"], 0);
    broker(&["import", path(&file), "--data", path(&target)], 0);
    let expected = std::fs::read_to_string(&file).unwrap();
    assert!(expected.contains("hidden secret"));
    assert_eq!(exported(&target, &["--with-secrets"]), expected);
    let past = story::last_change(&running.url);
    assert_eq!(exported(&target, &["--until", &past]), exported(&data, &["--until", &past]));
    let text = expected.lines().take(5).collect::<Vec<_>>().join("\n");
    std::fs::write(&file, text).unwrap();
    let said = broker(&["import", path(&file), "--data", path(&folder.path().join("half"))], 2);
    assert!(said.contains("line 6: the export is cut off here"), "{said}");
}

/// Lines of an export without what a broker does not tell over HTTP, in an order of their own.
fn comparable(export: &str) -> Vec<String> {
    fn to_seconds(value: &mut Value) {
        match value {
            Value::String(text) if text.ends_with('Z') && text.get(19..20) == Some(".") => {
                text.truncate(19);
                text.push('Z');
            }
            Value::Object(members) => members.values_mut().for_each(to_seconds),
            Value::Array(items) => items.iter_mut().for_each(to_seconds),
            _ => {}
        }
    }
    let lines = export.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        to_seconds(&mut line);
        if line["type"] == "webhook" {
            // Those whose secrets are not known are disabled.
            line["enabled"] = Value::Bool(false);
        }
        line.to_string()
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

/// The versions of each participant, and those of each branch, in their order.
fn orders(export: &str) -> Vec<String> {
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told = lines.filter(|line| line["type"] == "version" || line["type"] == "branch_version");
    let mut told: Vec<_> = told
        .map(|line| {
            format!("{} {} {}: {}", line["type"], line["participant"], line["branch"], line["version"])
        })
        .collect();
    // Stable: within one participant and branch the order stays.
    told.sort_by_key(|told| told.split(':').next().unwrap().to_owned());
    told
}

#[test]
fn everything_of_another_broker_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let [data, target] = ["data", "target"].map(|name| folder.path().join(name));
    let running = BrokerProcess::start(&data);
    (0..story::PARTS).for_each(|part| story::tell(&running.url, part));
    let said = broker(&["import", "--from", &running.url, "--data", path(&target)], 1);
    assert!(!said.contains("not imported"), "{said}");
    assert!(said.contains("is disabled: its secrets are not known"), "{said}");
    let (expected, found) = (exported(&data, &[]), exported(&target, &[]));
    pretty_equal(&comparable(&found), &comparable(&expected));
    pretty_equal(&orders(&found), &orders(&expected));
    let said = broker(&["import", "--from", &running.url, "--data", path(&target)], 2);
    assert!(said.contains("is not empty"), "{said}");
}

#[track_caller]
fn pretty_equal(found: &[String], expected: &[String]) {
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
    let more: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
    assert!(found == expected, "missing: {missing:#?}\nmore: {more:#?}");
}

#[test]
fn an_import_that_was_cut_off_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let [data, target, other] = ["data", "target", "other"].map(|name| folder.path().join(name));
    let running = BrokerProcess::start(&data);
    (0..story::PARTS).for_each(|part| story::tell(&running.url, part));
    let gate = Gate::open(&running.url);
    broker(&["import", "--from", &gate.url, "--data", path(&other)], 1);
    let all = gate.asked.swap(0, Ordering::Relaxed);
    for limit in [2, all / 4, all / 3, all / 3] {
        gate.limit.store(gate.asked.load(Ordering::Relaxed) + limit, Ordering::Relaxed);
        let said = broker(&["import", "--from", &gate.url, "--data", path(&target)], 2);
        assert!(said.contains("begin again to go on"), "{said}");
        let said = broker(&["start", "--listen", "127.0.0.1:0", "--data", path(&target)], 2);
        assert!(said.contains("is not complete"), "{said}");
    }
    gate.limit.store(usize::MAX, Ordering::Relaxed);
    gate.asked.store(0, Ordering::Relaxed);
    let said = broker(&["import", "--from", "http://127.0.0.1:9/other", "--data", path(&target)], 2);
    assert!(said.contains("an import from") && said.contains("was begun here"), "{said}");
    let said = broker(&["import", "--from", &gate.url, "--data", path(&target)], 1);
    assert!(said.contains("documents are there already; going on"), "{said}");
    let rest = gate.asked.load(Ordering::Relaxed);
    assert!(rest < all / 2, "{rest} of {all} were asked again");
    assert_eq!(exported(&target, &[]), exported(&other, &[]));
    assert!(!target.join("fetched").exists());
}

/// Something in front of a broker that lets so many requests through, and refuses access then.
struct Gate {
    url: String,
    asked: Arc<AtomicUsize>,
    limit: Arc<AtomicUsize>,
}

impl Gate {
    fn open(broker: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, limit) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(usize::MAX)));
        let gate = Self { url, asked: asked.clone(), limit: limit.clone() };
        let broker = broker.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let is_open = asked.fetch_add(1, Ordering::Relaxed) < limit.load(Ordering::Relaxed);
                let broker = broker.clone();
                std::thread::spawn(move || pass(client, &broker, is_open));
            }
        });
        gate
    }
}

/// One request without a body, and its answer, for each connection.
fn pass(mut client: TcpStream, broker: &str, is_open: bool) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    if !is_open {
        let _ =
            client.write_all(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    }
    let head = String::from_utf8(head).unwrap();
    let head = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    let mut server = TcpStream::connect(broker).unwrap();
    server.write_all(head.as_bytes()).unwrap();
    let _ = std::io::copy(&mut server, &mut client);
}
