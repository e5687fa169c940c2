use std::collections::BTreeSet;

use super::{setting, settings};
use crate::{
    Config,
    config::{
        DEFAULT_FILE, Origin, Settings,
        effective::default_file,
        file::{self, Found},
    },
};

#[test]
fn every_setting_has_names_of_its_own_and_can_be_written_as_it_is_read() {
    let mut keys = BTreeSet::new();
    let mut variables = BTreeSet::new();
    for setting in settings() {
        assert!(keys.insert(setting.key()), "{} is there twice", setting.key());
        for variable in setting.variables() {
            assert!(variables.insert(variable.clone()), "{variable} is there twice");
        }
        let mut config = Config::default();
        let value = setting.value(&config);
        assert!(setting.set(&mut config, &value), "{} cannot be {value}", setting.key());
        assert_eq!(config, Config::default(), "{}", setting.key());
        assert!(setting.help().ends_with('.'), "{}: {}", setting.key(), setting.help());
    }
}

/// The file is for people to read before they build; the table is where it is changed.
#[test]
fn the_default_file_says_what_the_table_says() {
    let expected = default_file();
    if std::env::var_os("PACTWRIGHT_UPDATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/default.toml");
        std::fs::write(path, &expected).unwrap();
        return;
    }
    assert!(
        DEFAULT_FILE == expected,
        "default.toml is not what the table says: run this test with PACTWRIGHT_UPDATE=1, and look at what changed"
    );
}

/// As somebody would use it who takes away every `#` before a setting.
#[test]
fn the_default_file_changes_nothing() {
    let text: String = DEFAULT_FILE
        .lines()
        .map(|line| if line.starts_with("# ") { line } else { line.trim_start_matches('#') })
        .map(|line| format!("{line}\n"))
        .collect();
    let text = text.replace("{version}", env!("CARGO_PKG_VERSION"));
    let Found { values, flaws } = file::read(&text);
    assert_eq!(flaws, []);
    let keys: BTreeSet<_> = values.iter().map(|(_, key, _)| key.as_str()).collect();
    assert_eq!(keys, settings().iter().map(super::Setting::key).collect());
    for (_, key, value) in &values {
        assert_eq!(setting(key).unwrap().value(&Config::default()), *value, "{key}");
    }
    let mut settings = Settings::default();
    settings.file("default.toml".as_ref(), &text);
    assert_eq!(settings.config().unwrap(), Config::default());
    assert!(matches!(settings.origin(setting("data").unwrap()), Origin::File { .. }));
}
