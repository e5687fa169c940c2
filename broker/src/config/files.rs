//! Settings whose values are in files, or would be at home in one: keys, and certificates.

use std::path::{Path, PathBuf};

use reqwest::Certificate;

use super::form::{Form, Given};
use crate::domain::webhooks::vault::Vault;

/// How text in PEM begins.
const PEM: &str = "-----BEGIN ";
const KEYS: &str =
    "keys of 32 bytes in base 64 (`openssl rand -base64 32` makes one), the one that seals first";

/// A file with keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// Where it is.
    pub path: PathBuf,
    /// What was in it when the settings were read.
    pub keys: Vault,
}

/// Certificates in PEM, with where they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificates(Vec<Source>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    /// The path of a file, or the text itself.
    given: String,
    text: Vec<u8>,
}

impl Certificates {
    /// The texts.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|source| source.text.as_slice())
    }
}

impl Source {
    /// `None` where there is no certificate, or a damaged one.
    fn of(given: String) -> Option<Self> {
        let text =
            if given.starts_with(PEM) { given.clone().into_bytes() } else { std::fs::read(&given).ok()? };
        let is_sound = Certificate::from_pem_bundle(&text).is_ok_and(|found| !found.is_empty());
        is_sound.then_some(Self { given, text })
    }
}

/// Paths of files in PEM, or what is in them.
#[derive(Clone, Copy)]
pub(super) struct Pem;

impl Form<Certificates> for Pem {
    fn expected(&self) -> String {
        "a list of files with certificates in PEM, or the certificates themselves".to_owned()
    }

    fn read(&self, given: &Given) -> Option<Certificates> {
        let items: Vec<String> = match given {
            Given::List(items) => items.iter().map(Given::text).collect::<Option<_>>()?,
            Given::Text(text) if text.trim_start().starts_with(PEM) => vec![text.trim().to_owned()],
            Given::Text(text) => text.split_whitespace().map(str::to_owned).collect(),
            _ => return None,
        };
        items.into_iter().map(Source::of).collect::<Option<_>>().map(Certificates)
    }

    fn write(&self, value: &Certificates) -> Given {
        Given::List(value.0.iter().map(|source| Given::Text(source.given.clone())).collect())
    }
}

/// Keys themselves: for nobody to see.
#[derive(Clone, Copy)]
pub(super) struct Keys;

impl Form<Vault> for Keys {
    fn expected(&self) -> String {
        KEYS.to_owned()
    }

    fn read(&self, given: &Given) -> Option<Vault> {
        given.text()?.parse().ok()
    }

    fn write(&self, value: &Vault) -> Given {
        Given::Text(if value.is_open() { Given::HIDDEN } else { "" }.to_owned())
    }
}

/// The path of a file with keys, or nothing.
#[derive(Clone, Copy)]
pub(super) struct PathOfKeys;

impl Form<Option<KeyFile>> for PathOfKeys {
    fn expected(&self) -> String {
        format!("the path of a file that can be read, with {KEYS}")
    }

    fn read(&self, given: &Given) -> Option<Option<KeyFile>> {
        let path = given.text()?;
        if path.is_empty() {
            return Some(None);
        }
        // A file without a key would leave secrets as they are, although somebody meant them to be sealed.
        let keys = std::fs::read_to_string(Path::new(&path)).ok()?.parse().ok().filter(Vault::is_open)?;
        Some(Some(KeyFile { path: path.into(), keys }))
    }

    fn write(&self, value: &Option<KeyFile>) -> Given {
        let path = value.as_ref().map(|file| file.path.to_string_lossy().into_owned());
        Given::Text(path.unwrap_or_default())
    }
}
