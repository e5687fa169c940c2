//! Everything that users see has an example.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::{Path, PathBuf};

/// Files whose items nobody can name from outside.
const INNER: [&str; 1] = ["chance.rs"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "tests" {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && name != "tests.rs"
            && !INNER.contains(&&*name)
        {
            found.push(path);
        }
    }
}

/// The name of what a line makes public, such as `fn verify`.
fn public(line: &str) -> Option<&str> {
    let item = line.trim_start().strip_prefix("pub ")?;
    let item = item.strip_prefix("async ").unwrap_or(item);
    let kinds = ["fn ", "struct ", "enum ", "trait ", "type ", "macro "];
    let end = item.find(['(', '<', '{', ':', ';', '=']).unwrap_or(item.len());
    // What macros make is documented where the macro is used, or with the text that they put together.
    kinds.iter().any(|kind| item.starts_with(kind)).then(|| item[..end].trim())
}

/// Whether the documentation above a line has an example.
fn has_example(above: &[&str]) -> bool {
    // Attributes may take several lines; what stands before ends in one of these.
    let documents = |line: &&&str| {
        let line = line.trim();
        line.starts_with("///") || !line.is_empty() && !line.ends_with(['{', '}', ';'])
    };
    above.iter().rev().take_while(documents).any(|line| line.contains("/// ```"))
}

#[test]
fn everything_that_is_public_has_an_example() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut items, mut bare) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some(item) = public(line).filter(|item| !item.ends_with(" Sealed")) else { continue };
            items += 1;
            // A macro that is given the documentation gets the example with it.
            let given = lines[..index].iter().rev().take(3).any(|line| line.contains("$(#[$doc])*"));
            if !given && !has_example(&lines[..index]) {
                bare.push(format!("{}:{}: {item}", file.display(), index + 1));
            }
        }
    }
    assert!(items > 100, "only {items} items were found");
    assert!(bare.is_empty(), "without an example:\n{}", bare.join("\n"));
}
