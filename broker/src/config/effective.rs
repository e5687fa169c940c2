//! Settings as a file: the commented default, and what counts with where it comes from.

#[cfg(test)]
use super::Config;
use super::{InvalidSettings, Setting, Settings, settings};

/// A file with every setting, each with what it is about and what it is where nothing is said.
pub const DEFAULT_FILE: &str = include_str!("default.toml");

/// The parts of a key: the table that it is in, and its name there.
fn parts(setting: &Setting) -> (&'static str, &'static str) {
    setting.key().split_once('.').unwrap_or(("", setting.key()))
}

/// Settings as a file, one after the other, with the headings of their tables.
fn write(mut line: impl FnMut(&'static Setting, &str) -> String) -> String {
    let mut text = String::new();
    let mut inside = "";
    for setting in settings() {
        let (table, name) = parts(setting);
        if table != inside {
            text.push_str(&format!("\n[{table}]\n"));
            inside = table;
        }
        text.push_str(&line(setting, name));
    }
    text
}

impl Settings {
    /// What counts, as a file, with where each value comes from. Passwords in addresses are stars.
    ///
    /// # Errors
    /// All that is wrong with what was said.
    pub fn effective(&self) -> Result<String, InvalidSettings> {
        let config = self.config()?;
        Ok(write(|setting, name| format!("{name} = {} # {}\n", setting.value(&config), self.origin(setting))))
    }
}

/// The text of [`DEFAULT_FILE`], made of the table.
#[cfg(test)]
pub(super) fn default_file() -> String {
    const HEAD: &str = "\
# Settings of `pactwright broker start`: what can be set, and what it is where nothing is said.
#
# Take away the # before what you change, and name the file by --config or PACTWRIGHT_CONFIG. A variable of the
# environment counts before the file, a flag (--set http.body_limit=1MiB) before a variable. Those that begin with
# PACT_BROKER_ are what the Pact Broker has for the same.
#
# `pactwright broker config --check` says what is wrong with all that, and `--effective` what counts and why.
";
    let config = Config::default();
    let body = write(|setting, name| {
        let variables: Vec<_> = setting.variables().collect();
        let about = format!("{} [{}]", setting.help(), variables.join(", "));
        format!("\n{}#{name} = {}\n", comment(&about), setting.value(&config))
    });
    format!("{HEAD}{body}").replace(concat!(" v", env!("CARGO_PKG_VERSION"), "\""), " v{version}\"")
}

/// A text as lines that say nothing to a program.
#[cfg(test)]
fn comment(text: &str) -> String {
    const WIDTH: usize = 118;
    let mut lines = String::new();
    let mut line = "#".to_owned();
    for word in text.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = "#".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}
