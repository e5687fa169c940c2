use uuid::Uuid;

use super::{InvalidKey, Locked, Vault};
use crate::domain::model::{NamedSecret, RequestHeader, Secret, SecretField, WebhookKey, WebhookRequest};

const ONE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "ff01020304050607ff01020304050607ff01020304050607ff01020304050607";

fn vault(keys: &str) -> Vault {
    keys.parse().unwrap()
}

fn webhook(text: &str) -> WebhookKey {
    text.parse().unwrap()
}

/// A source that never says the same twice.
fn random() -> impl FnMut() -> Uuid {
    let mut count = 0;
    move || {
        count += 1;
        Uuid::from_u128(count)
    }
}

fn request() -> WebhookRequest {
    let header = |name: &str, value: &str| RequestHeader { name: name.to_owned(), value: Secret::new(value) };
    WebhookRequest {
        method: "POST".to_owned(),
        url: "https://ci.example.org".to_owned(),
        headers: vec![header("x-token", "hidden token"), header("x-kind", "build")],
        body: None,
        username: Some("robot".to_owned()),
        password: Some(Secret::new("hidden password")),
        signing_secret: Some(Secret::new("hidden key")),
        named_secrets: vec![NamedSecret { name: "path".to_owned(), value: Secret::new("hidden/path") }],
    }
}

#[test]
fn what_is_sealed_is_read_with_its_key_only_and_at_its_place_only() {
    let (key, other) = (webhook("0123456789abcdef"), vault(OTHER));
    let vault = vault(ONE);
    let sealed = vault.seal_request(&key, request(), None, random());
    let text = serde_json::to_string(&sealed).unwrap();
    assert!(!text.contains("hidden") && text.contains("\"sealed\""), "{text}");
    assert!(text.contains("\"build\""), "a header that is shown is kept as it is: {text}");
    assert_eq!(serde_json::from_str::<WebhookRequest>(&text).unwrap(), sealed);

    let opened = vault.open_request(&key, &sealed).unwrap();
    assert_eq!(opened.password.as_ref().unwrap().reveal(), "hidden password");
    assert_eq!(opened.signing_secret.as_ref().unwrap().reveal(), "hidden key");
    assert_eq!(opened.named["path"].reveal(), "hidden/path");
    let headers: Vec<_> =
        opened.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(headers, [("x-token", "hidden token"), ("x-kind", "build")]);

    let without = Vault::default().open_request(&key, &sealed).unwrap_err();
    let told = without.to_string();
    assert!(matches!(without, Locked::NoKey { .. }) && told.contains("0123456789abcdef"), "{told}");
    assert!(told.contains("PACTWRIGHT_SECRET_KEY") && told.contains("x-token"), "{told}");
    assert!(matches!(other.open_request(&key, &sealed), Err(Locked::NoKey { .. })));

    let elsewhere = vault.open_request(&webhook("fedcba9876543210"), &sealed).unwrap_err();
    assert!(matches!(elsewhere, Locked::Damaged { .. }), "{elsewhere}");
    let mut moved = sealed.clone();
    std::mem::swap(&mut moved.password, &mut moved.signing_secret);
    let damaged = vault.open_request(&key, &moved).unwrap_err();
    assert!(matches!(damaged, Locked::Damaged { field: SecretField::Password, .. }), "{damaged}");
}

#[test]
fn a_sealed_text_that_was_changed_is_not_read() {
    let (key, vault) = (webhook("0123456789abcdef"), vault(ONE));
    let sealed = vault.seal_request(&key, request(), None, random());
    for change in ["", "AAAA", "not base 64"] {
        let mut changed = sealed.clone();
        let Some(Secret::Sealed(password)) = &mut changed.password else { panic!("it is sealed") };
        password.text = change.to_owned();
        assert!(matches!(vault.open_request(&key, &changed), Err(Locked::Damaged { .. })), "{change}");
    }
}

#[test]
fn the_same_text_is_never_sealed_the_same_way_but_saying_it_again_changes_nothing() {
    let (key, vault) = (webhook("0123456789abcdef"), vault(ONE));
    let mut random = random();
    let first = vault.seal_request(&key, request(), None, &mut random);
    let again = vault.seal_request(&key, request(), None, &mut random);
    assert_ne!(first.password, again.password);
    assert_eq!(vault.seal_request(&key, request(), Some(&first), &mut random), first);
    let mut other = request();
    other.password = Some(Secret::new("another"));
    let other = vault.seal_request(&key, other, Some(&first), &mut random);
    assert_ne!(other.password, first.password);
    assert_eq!(other.headers, first.headers);
    let mut stars = request();
    stars.password = Some(Secret::new(Secret::STARS));
    assert!(vault.seal_request(&key, stars, None, random).password.unwrap().is_stars());
}

#[test]
fn the_first_key_seals_and_all_of_them_open() {
    let key = webhook("0123456789abcdef");
    let old = vault(ONE).seal_request(&key, request(), None, random());
    let both = vault(&format!("# the new one\n{OTHER}\n# the old one\n  {ONE}"));
    assert!(both.open_request(&key, &old).is_ok());
    let new = both.reseal_request(&key, &old, random()).unwrap();
    assert!(vault(OTHER).open_request(&key, &new).is_ok(), "the old key is not needed any more");
    assert_eq!(both.reseal_request(&key, &new, random()), None);
    assert!(both.reseal_request(&key, &request(), random()).is_some(), "what was plain is sealed");
    assert_eq!(vault(OTHER).reseal_request(&key, &old, random()), None, "what cannot be read stays");
    assert_eq!(Vault::default().reseal_request(&key, &request(), random()), None);
}

#[test]
fn keys_are_not_shown_and_nonsense_is_named_by_its_number() {
    let both = vault(&format!("{ONE} {OTHER}"));
    let shown = format!("{both:?}");
    assert!(!shown.contains("AAEC") && !shown.contains("ff0102"), "{shown}");
    assert_eq!(both.sealing_key(), vault(ONE).sealing_key());
    assert_ne!(both, vault(ONE));
    assert!(!vault("  \n# nothing\n").is_open());
    for nonsense in [
        "short",
        "AAECAwQFBgcICQoLDA0ODw==",
        "zz01020304050607ff01020304050607ff01020304050607ff01020304050607",
    ] {
        let error = format!("{ONE} {nonsense}").parse::<Vault>().unwrap_err();
        assert_eq!(error, InvalidKey { number: 2 });
        assert!(!error.to_string().contains(nonsense));
    }
}
