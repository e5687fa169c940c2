//! Finding names that are probably meant to be the same: `Foo Service` and `foo-services`.

use pactwright_core::names::ParticipantName;

use crate::domain::state::State;

/// Words that say nothing about which application is meant.
const EMPTY_WORDS: [&str; 3] = ["api", "provider", "service"];

/// The known names that a name which was never seen could be another spelling of.
pub(super) fn similar(state: &State, name: &ParticipantName) -> Vec<ParticipantName> {
    if state.participant(name.as_str()).is_some() {
        return Vec::new();
    }
    let wanted = words(name.as_str());
    state.participant_names().filter(|known| words(known.as_str()) == wanted).cloned().collect()
}

/// The words that a name is made of, without what spellings differ in.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in name.chars() {
        let begins = character.is_uppercase() && (before.is_lowercase() || before.is_numeric());
        let separates = character.is_whitespace() || matches!(character, '-' | '_' | ':' | '/');
        if begins || separates {
            words.push(String::new());
        }
        if !separates && let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    let singular = |word: String| word.strip_suffix('s').map_or(word.clone(), str::to_owned);
    words.retain(|word| !word.is_empty());
    words.into_iter().map(singular).filter(|word| !EMPTY_WORDS.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn spellings_of_one_name_have_the_same_words() {
        for (one, other, same) in [
            ("Foo Service", "foo-services", true),
            ("FooBar", "foo_bar_api", true),
            ("Foo::Bar", "Foo Bar", true),
            ("Orders", "order", true),
            ("orders-web", "orders-app", false),
            ("Foo", "Bar", false),
        ] {
            assert_eq!(words(one) == words(other), same, "{one} and {other}");
        }
    }
}
