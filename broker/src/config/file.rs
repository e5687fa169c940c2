//! Reading a file of settings: TOML, with the line of everything in it.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Flaw, Given};

/// What is in a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Line, key and value, in the order of the file.
    pub(super) values: Vec<(usize, String, Given)>,
    /// What is wrong with it, with the line.
    pub(super) flaws: Vec<(usize, Flaw)>,
}

pub(super) fn read(text: &str) -> Found {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut found = Found::default();
    let line = |offset: usize| text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1);
    for error in errors {
        let at = error.span().map_or(1, |span| line(span.start));
        found.flaws.push((at, Flaw::Syntax(error.message().to_owned())));
    }
    // What is left of a file that is no TOML is nobody's meaning.
    if found.flaws.is_empty() {
        collect("", table.into_inner(), &line, &mut found);
    }
    found.values.sort_by_key(|(line, ..)| *line);
    found
}

fn collect(before: &str, table: DeTable<'_>, line: &dyn Fn(usize) -> usize, found: &mut Found) {
    for (name, value) in table {
        let at = line(name.span().start);
        let key = if before.is_empty() {
            name.into_inner().into_owned()
        } else {
            format!("{before}.{}", name.into_inner())
        };
        match value.into_inner() {
            DeValue::Table(inner) => collect(&key, inner, line, found),
            value => found.values.push((at, key, given(value))),
        }
    }
}

fn given(value: DeValue<'_>) -> Given {
    match value {
        DeValue::String(text) => Given::Text(text.into_owned()),
        DeValue::Boolean(truth) => Given::Truth(truth),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Given::Number(number),
            Err(_) => Given::Other(number.to_string()),
        },
        DeValue::Array(items) => Given::List(items.into_iter().map(Spanned::into_inner).map(given).collect()),
        DeValue::Float(number) => Given::Other(number.to_string()),
        DeValue::Datetime(time) => Given::Other(time.to_string()),
        DeValue::Table(_) => Given::Other("a table".to_owned()),
    }
}
