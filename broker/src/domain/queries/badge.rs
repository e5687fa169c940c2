//! What badges say.

use super::{dashboard::Status, matrix::Deployable};

/// What a badge says: on the left what it is about, on the right how it is, and in which colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// What it is about.
    pub label: String,
    /// How it is.
    pub message: String,
    /// How it looks.
    pub colour: Colour,
}

/// The colour of a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// All is well.
    Green,
    /// Somebody should look.
    Orange,
    /// Something is wrong.
    Red,
    /// Nothing is known.
    Grey,
}

/// Which names of a pair are shown, and how.
#[derive(Debug, Clone, Default)]
pub struct Title<'a> {
    /// Only one of the two.
    pub only: Option<Role>,
    /// The first letters of their words instead of the names.
    pub initials: bool,
    /// The tag to be named beside the consumer.
    pub consumer_tag: Option<&'a str>,
    /// The tag to be named beside the provider.
    pub provider_tag: Option<&'a str>,
}

/// One of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The consumer.
    Consumer,
    /// The provider.
    Provider,
}

impl Badge {
    /// Whether the contract of a pair holds.
    pub fn of_pair(consumer: &str, provider: &str, title: &Title<'_>, status: Status) -> Self {
        let consumer = shown(consumer, title.initials, title.consumer_tag);
        let provider = shown(provider, title.initials, title.provider_tag);
        let names = match title.only {
            Some(Role::Consumer) => consumer,
            Some(Role::Provider) => provider,
            None => format!("{consumer}/{provider}"),
        };
        let (message, colour) = match status {
            Status::Success => ("verified", Colour::Green),
            Status::Stale => ("changed", Colour::Orange),
            Status::Failed => ("failed", Colour::Red),
            Status::FailedPending => ("failed (pending)", Colour::Red),
            Status::Never => ("unknown", Colour::Grey),
        };
        Self { label: format!("{names} pact").to_lowercase(), message: message.to_owned(), colour }
    }

    /// Whether something may be deployed: `main to production`. What is not known is not yes.
    pub fn can_i_deploy(from: &str, to: &str, label: Option<&str>, deployable: Deployable) -> Self {
        let colour = if deployable == Deployable::Yes { Colour::Green } else { Colour::Red };
        let label = label.unwrap_or("can-i-deploy").to_owned();
        Self { label, message: format!("{from} to {to}"), colour }
    }

    /// Whether something may be merged.
    pub fn can_i_merge(label: Option<&str>, deployable: Deployable) -> Self {
        let (message, colour) = match deployable {
            Deployable::Yes => ("success", Colour::Green),
            Deployable::No => ("failed", Colour::Red),
            Deployable::Unknown => ("unknown", Colour::Grey),
        };
        Self { label: label.unwrap_or("can-i-merge").to_owned(), message: message.to_owned(), colour }
    }

    /// That there is no pact.
    pub fn no_pact() -> Self {
        Self { label: "pact not found".to_owned(), message: "unknown".to_owned(), colour: Colour::Grey }
    }

    /// That something is not there.
    pub fn not_found(what: &str) -> Self {
        Self { label: what.to_owned(), message: "not found".to_owned(), colour: Colour::Grey }
    }

    /// That the broker failed; more is in its log.
    pub fn error(reference: &str) -> Self {
        Self { label: "error".to_owned(), message: format!("reference: {reference}"), colour: Colour::Grey }
    }
}

fn shown(name: &str, initials: bool, tag: Option<&str>) -> String {
    let words = words(name);
    let name = if initials && words.len() > 1 {
        words.iter().filter_map(|word| word.chars().next()).collect()
    } else {
        name.to_owned()
    };
    match tag {
        Some(tag) => format!("{name} ({tag})"),
        None => name,
    }
}

/// The words of a name: between spaces, dashes and underscores, or, where there are none, from capital to capital.
fn words(name: &str) -> Vec<String> {
    let separated: Vec<String> = name
        .split(|character: char| character.is_whitespace() || matches!(character, '-' | '_'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if separated.len() > 1 {
        return separated;
    }
    let characters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (place, character) in characters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| characters.get(place));
        let after = characters.get(place + 1);
        let begins = character.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(*character);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Badge, Colour, Role, Title, words};
    use crate::domain::queries::{dashboard::Status, matrix::Deployable};

    #[test]
    fn a_badge_names_the_pair_and_its_status() {
        let badge = |title: &Title<'_>, status| {
            let badge = Badge::of_pair("My-App Two", "TheAPIProvider", title, status);
            (badge.label, badge.message, badge.colour)
        };
        let plain = Title::default();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            badge(&plain, Status::Success),
            (text("my-app two/theapiprovider pact"), text("verified"), Colour::Green)
        );
        for (status, message, colour) in [
            (Status::Stale, "changed", Colour::Orange),
            (Status::Failed, "failed", Colour::Red),
            (Status::FailedPending, "failed (pending)", Colour::Red),
            (Status::Never, "unknown", Colour::Grey),
        ] {
            let (_, told, coloured) = badge(&plain, status);
            assert_eq!((told.as_str(), coloured), (message, colour));
        }
        let initials = Title { initials: true, ..Title::default() };
        assert_eq!(badge(&initials, Status::Never).0, "mat/tap pact");
        let provider = Title { only: Some(Role::Provider), provider_tag: Some("Prod"), ..Title::default() };
        assert_eq!(badge(&provider, Status::Never).0, "theapiprovider (prod) pact");
        let consumer = Title { only: Some(Role::Consumer), ..Title::default() };
        assert_eq!(badge(&consumer, Status::Never).0, "my-app two pact");
    }

    #[test]
    fn what_is_not_known_is_not_deployable() {
        for (deployable, colour, merge) in [
            (Deployable::Yes, Colour::Green, "success"),
            (Deployable::No, Colour::Red, "failed"),
            (Deployable::Unknown, Colour::Red, "unknown"),
        ] {
            let badge = Badge::can_i_deploy("main", "production", None, deployable);
            assert_eq!(
                (badge.label.as_str(), badge.message.as_str()),
                ("can-i-deploy", "main to production")
            );
            assert_eq!(badge.colour, colour);
            assert_eq!(Badge::can_i_merge(None, deployable).message, merge);
        }
        assert_eq!(Badge::can_i_deploy("a", "b", Some("mine"), Deployable::Yes).label, "mine");
    }

    #[test]
    fn names_have_words() {
        for (name, expected) in [
            ("one two", &["one", "two"][..]),
            ("one-two_three", &["one", "two", "three"]),
            ("OneTwo", &["One", "Two"]),
            ("APIGateway", &["API", "Gateway"]),
            ("one", &["one"]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }
}
