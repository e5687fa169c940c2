use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::format;

use super::{LoadContext, Loaded, LoadedPact, Origin, PactSource, SourceError};

/// One file.
///
/// It is verified whatever provider it names: whoever names a file means it.
#[derive(Debug, Clone)]
pub struct FileSource {
    path: PathBuf,
}

impl FileSource {
    /// The pact file at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl PactSource for FileSource {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn load<'a>(&'a self, _: &'a LoadContext) -> BoxFuture<'a, Loaded> {
        async { Loaded::one(read(&self.path)) }.boxed()
    }
}

/// All `*.json` files in a folder and the folders below it, in order of their paths. Another
/// [extension](Self::extension) can be chosen.
///
/// Only contracts with the provider in question are taken: folders of contracts are often shared.
#[derive(Debug, Clone)]
pub struct FolderSource {
    path: PathBuf,
    extension: String,
}

impl FolderSource {
    /// The pact files in and below a folder.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), extension: "json".to_owned() }
    }

    /// What the names of pact files end with, without the dot, in capital or small letters. `json` unless set.
    #[must_use]
    pub fn extension(mut self, extension: impl Into<String>) -> Self {
        self.extension = extension.into();
        self
    }
}

impl PactSource for FolderSource {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn load<'a>(&'a self, context: &'a LoadContext) -> BoxFuture<'a, Loaded> {
        async { self.load_all(context) }.boxed()
    }
}

impl FolderSource {
    fn load_all(&self, context: &LoadContext) -> Loaded {
        let mut loaded = Loaded::default();
        let mut files = Vec::new();
        self.collect(&self.path, &mut files, &mut loaded.failures);
        files.sort();
        for file in files {
            match read(&file) {
                Ok(pact) if context.wants(&pact.pact) => loaded.pacts.push(pact),
                Ok(_) => {}
                Err(error) => loaded.failures.push(error),
            }
        }
        loaded
    }

    /// Links to folders are not followed, so that a link to a folder above cannot go round for ever.
    fn collect(&self, folder: &Path, files: &mut Vec<PathBuf>, failures: &mut Vec<SourceError>) {
        let unreadable = |source: io::Error| SourceError::Unreadable { path: folder.to_owned(), source };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return failures.push(unreadable(error)),
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok((path, kind)) if kind.is_dir() => self.collect(&path, files, failures),
                Ok((path, _)) if self.is_meant(&path) => files.push(path),
                Ok(_) => {}
                Err(error) => failures.push(unreadable(error)),
            }
        }
    }

    fn is_meant(&self, path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(&self.extension))
            && !path.is_dir()
    }
}

// Reading blocks the thread. Files are few and local, and nothing else happens at that point of a run.
fn read(path: &Path) -> Result<LoadedPact, SourceError> {
    let bytes = fs::read(path).map_err(|source| SourceError::Unreadable { path: path.to_owned(), source })?;
    let origin = Origin::File(path.to_owned());
    match format::read_for_matching(&bytes) {
        Ok(pact) => Ok(LoadedPact::new(pact, origin)),
        Err(source) => Err(SourceError::NotAPact { origin, source }),
    }
}
