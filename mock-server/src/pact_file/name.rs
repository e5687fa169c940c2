//! Names of pact files.

/// `{consumer}-{provider}.json`. Characters that some file system does not allow are percent-encoded, so that different
/// names stay different.
pub(super) fn file_name(consumer: &str, provider: &str) -> String {
    let mut name = String::new();
    for (index, character) in format!("{consumer}-{provider}").chars().enumerate() {
        let leading_dot = index == 0 && character == '.';
        if leading_dot
            || character.is_control()
            || matches!(character, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '%')
        {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                name.push_str(&format!("%{byte:02X}"));
            }
        } else {
            name.push(character);
        }
    }
    name + ".json"
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn plain_names_are_kept() {
        assert_eq!(file_name("checkout web", "orders-api"), "checkout web-orders-api.json");
        assert_eq!(file_name("größe", "注文"), "größe-注文.json");
    }

    #[test]
    fn names_never_leave_the_folder() {
        assert_eq!(file_name("../../etc", "a/b\\c"), "%2E./..%2Fetc-a%2Fb%5Cc.json".replace("./", ".%2F"));
        assert_eq!(file_name("a:b", "c?\n"), "a%3Ab-c%3F%0A.json");
    }

    #[test]
    fn different_names_stay_different() {
        assert_ne!(file_name("a/b", "c"), file_name("a%2Fb", "c"));
    }
}
