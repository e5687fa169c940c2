//! The pact files that arguments name.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why arguments name no files.
#[derive(Debug, Error)]
pub(crate) enum FilesError {
    #[error("`{0}` is no pact file, no folder with pact files, and no pattern that finds any")]
    NothingFound(String),
    #[error("the pattern `{pattern}` cannot be used")]
    Pattern { pattern: String, source: glob::PatternError },
}

/// The files that the arguments name (files, folders, patterns), each once, in order.
pub(crate) fn find_all(arguments: &[String]) -> Result<Vec<PathBuf>, FilesError> {
    let mut found = Vec::new();
    for argument in arguments {
        let before = found.len();
        let path = Path::new(argument);
        if path.is_file() {
            found.push(path.to_owned());
        } else {
            let pattern = if path.is_dir() {
                format!("{}/**/*.json", glob::Pattern::escape(argument.trim_end_matches('/')))
            } else {
                argument.clone()
            };
            let paths = glob::glob(&pattern)
                .map_err(|source| FilesError::Pattern { pattern: pattern.clone(), source })?;
            found.extend(paths.filter_map(Result::ok).filter(|path| path.is_file()));
        }
        if found.len() == before {
            return Err(FilesError::NothingFound(argument.clone()));
        }
    }
    found.sort();
    // The same file under two names is one file.
    let mut seen = HashSet::new();
    found.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    Ok(found)
}
