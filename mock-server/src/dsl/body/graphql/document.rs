//! GraphQL documents, as far as their tokens go.

use thiserror::Error;

/// Why text is no GraphQL request.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{GraphQlProblem, Problem};
///
/// let broken = consumer("web")
///     .provider("shop")
///     .upon_receiving("a question")
///     .request(post("/graphql").graphql(graphql("{ shop { name }")))
///     .respond(ok());
/// let mistakes = broken.to_pact().unwrap_err();
/// let first = mistakes.iter().next().map(|mistake| &mistake.problem);
/// assert_eq!(first, Some(&Problem::GraphQl(GraphQlProblem::Unbalanced('{'))));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GraphQlProblem {
    /// There is nothing in it.
    #[error("a GraphQL document cannot be empty; write one such as `{{ shop {{ name }} }}`")]
    Empty,
    /// A bracket without its other half.
    #[error("`{0}` has no other half in the GraphQL document; add it, or leave this one out")]
    Unbalanced(char),
    /// Text in quotes that does not end.
    #[error("text in quotes does not end in the GraphQL document; close it with the quotes it begins with")]
    OpenText,
    /// A character that has no meaning.
    #[error("`{0}` has no meaning in a GraphQL document outside quotes; leave it out")]
    Character(char),
    /// The operation is another one than those in the document.
    #[error("the GraphQL document has no operation `{0}`; name one that it has, or leave the name out")]
    NoOperation(String),
    /// Variables without names.
    #[error("the variables of a GraphQL operation are an object such as {{\"id\": 7}}")]
    Variables,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'d> {
    /// A name or a number.
    Word(&'d str),
    /// Text in quotes.
    Text(&'d str),
    /// Everything else: brackets, `:`, `...` and the like.
    Mark(&'d str),
}

/// The names of the operations in a document.
pub(super) fn operations(document: &str) -> Result<Vec<&str>, GraphQlProblem> {
    let tokens = tokens(document)?;
    if tokens.is_empty() {
        return Err(GraphQlProblem::Empty);
    }
    let mut open = Vec::new();
    let mut names = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match *token {
            Token::Mark("{") => open.push('{'),
            Token::Mark("(") => open.push('('),
            Token::Mark("[") => open.push('['),
            Token::Mark(mark @ ("}" | ")" | "]")) => {
                let (first, last) = match mark {
                    "}" => ('{', '}'),
                    ")" => ('(', ')'),
                    _ => ('[', ']'),
                };
                match open.pop() {
                    Some(known) if known == first => {}
                    Some(known) => return Err(GraphQlProblem::Unbalanced(known)),
                    None => return Err(GraphQlProblem::Unbalanced(last)),
                }
            }
            Token::Word("query" | "mutation" | "subscription") if open.is_empty() => {
                if let Some(Token::Word(name)) = tokens.get(index + 1) {
                    names.push(*name);
                }
            }
            _ => {}
        }
    }
    match open.pop() {
        Some(open) => Err(GraphQlProblem::Unbalanced(open)),
        None => Ok(names),
    }
}

/// A regular expression for the same document with other white space.
pub(super) fn pattern(document: &str) -> Result<String, GraphQlProblem> {
    let mut pattern = String::from(r"[\s,]*");
    let mut before = None;
    for token in tokens(document)? {
        match (before, token) {
            (None, _) => {}
            (Some(Token::Word(_)), Token::Word(_)) => pattern.push_str(r"[\s,]+"),
            _ => pattern.push_str(r"[\s,]*"),
        }
        let (Token::Word(text) | Token::Text(text) | Token::Mark(text)) = token;
        for character in text.chars() {
            if r"\.+*?()|[]{}^$".contains(character) {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        before = Some(token);
    }
    Ok(pattern + r"[\s,]*")
}

fn tokens(document: &str) -> Result<Vec<Token<'_>>, GraphQlProblem> {
    let mut tokens = Vec::new();
    let mut rest = document;
    loop {
        rest = rest.trim_start_matches(|character: char| {
            character.is_ascii_whitespace() || matches!(character, ',' | '\u{feff}')
        });
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        if first == '#' {
            rest = rest.find(['\n', '\r']).map_or("", |end| &rest[end..]);
            continue;
        }
        let (token, length) = match first {
            '"' => {
                let length = text(rest).ok_or(GraphQlProblem::OpenText)?;
                (Token::Text(&rest[..length]), length)
            }
            '_' | 'a'..='z' | 'A'..='Z' => {
                let length = rest.find(|next: char| !is_name(next)).unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
            '-' | '0'..='9' => {
                let length = number(rest);
                (Token::Word(&rest[..length]), length)
            }
            '.' if rest.starts_with("...") => (Token::Mark(&rest[..3]), 3),
            '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
                (Token::Mark(&rest[..1]), 1)
            }
            other => return Err(GraphQlProblem::Character(other)),
        };
        tokens.push(token);
        rest = &rest[length..];
    }
}

fn is_name(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric()
}

/// The length of a number, with its fraction and exponent.
fn number(text: &str) -> usize {
    let mut before = '\0';
    for (index, next) in text.char_indices() {
        let sign = matches!(next, '-' | '+') && (index == 0 || matches!(before, 'e' | 'E'));
        let point = next == '.' && !text[index..].starts_with("..");
        if !(sign || point || is_name(next)) {
            return index;
        }
        before = next;
    }
    text.len()
}

/// The length of text in quotes.
fn text(rest: &str) -> Option<usize> {
    let block = rest.starts_with("\"\"\"");
    let quotes = if block { "\"\"\"" } else { "\"" };
    let mut at = quotes.len();
    loop {
        let left = rest.get(at..)?;
        let next = left.chars().next()?;
        if left.starts_with(quotes) {
            return Some(at + quotes.len());
        }
        match next {
            '\\' if block && left.starts_with("\\\"\"\"") => at += 4,
            '\\' if !block => at += 1 + left.chars().nth(1)?.len_utf8(),
            '\n' | '\r' if !block => return None,
            other => at += other.len_utf8(),
        }
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::rules::{Regex, Rule, Subject};

    use super::*;

    #[track_caller]
    fn assert_same(one: &str, other: &str, same: bool) {
        let rule = Rule::Regex(Regex::new(pattern(one).unwrap()));
        let judged = rule.judge_example(Subject::Text(other));
        assert_eq!(judged.is_ok(), same, "{one} / {other}: {judged:?}");
    }

    #[test]
    fn white_space_does_not_count() {
        let document =
            "query Order($id: ID!) {\n  order(id: $id, at: \"a b\") { id, ...Lines, x(n: -1.5e+3) }\n}";
        let dense = "query Order($id:ID!){order(id:$id at:\"a b\"){id...Lines x(n:-1.5e+3)}}";
        assert_same(document, document, true);
        assert_same(document, dense, true);
        assert_same(dense, document, true);
        assert_same(dense, &dense.replace("a b", "ab"), false);
        assert_same(dense, &dense.replace("Lines x", "Linesx"), false);
        assert_same(dense, &dense.replace("order(", "orders("), false);
        assert_same("# what\n{ a }", "{a}", true);
        assert_same("{ a(t: \"\"\"x \\\"\"\" y\"\"\") }", "{a(t:\"\"\"x \\\"\"\" y\"\"\")}", true);
    }

    #[test]
    fn operations_have_names() {
        let document =
            "query A { query } mutation B($q: Int) { b } subscription { c } fragment D on E { query }";
        assert_eq!(operations(document), Ok(vec!["A", "B"]));
        assert_eq!(operations("{ a }"), Ok(vec![]));
    }

    #[test]
    fn what_is_no_document_is_told_apart() {
        for (document, problem) in [
            (" # nothing\n", GraphQlProblem::Empty),
            ("{ a", GraphQlProblem::Unbalanced('{')),
            ("{ a(b: [1) }", GraphQlProblem::Unbalanced('[')),
            ("a }", GraphQlProblem::Unbalanced('}')),
            ("{ a(b: \"c) }", GraphQlProblem::OpenText),
            ("{ a(b: \"c\nd\") }", GraphQlProblem::OpenText),
            ("{ a(b: \"\\", GraphQlProblem::OpenText),
            ("{ ä }", GraphQlProblem::Character('ä')),
            ("{ a . b }", GraphQlProblem::Character('.')),
        ] {
            assert_eq!(operations(document), Err(problem), "{document}");
        }
    }
}
