//! Where something long is written to: a file that is there whole or not at all, or standard output.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::folder::OperateError;

/// `-` is standard output.
const STDOUT: &str = "-";

/// What is written beside its place, and put there when it is complete. Only its owner may read it.
pub(crate) struct Target {
    path: PathBuf,
    out: Out,
}

enum Out {
    File(BufWriter<NamedTempFile>),
    Standard(io::Stdout),
}

impl Target {
    pub(crate) fn open(path: &Path) -> Result<Self, OperateError> {
        let out = if path == Path::new(STDOUT) {
            Out::Standard(io::stdout())
        } else {
            let file = tempfile::Builder::new().prefix(".pactwright-").tempfile_in(folder(path));
            let file = file.map_err(|source| OperateError::Write { path: path.to_owned(), source })?;
            Out::File(BufWriter::new(file))
        };
        Ok(Self { path: path.to_owned(), out })
    }

    /// What it is written through.
    pub(crate) fn writer(&mut self) -> &mut (dyn Write + Send) {
        match &mut self.out {
            Out::File(file) => file,
            Out::Standard(out) => out,
        }
    }

    /// Puts the file, which is complete now, in its place: durably.
    pub(crate) fn finish(self) -> Result<(), OperateError> {
        let path = self.path;
        let finish = || match self.out {
            Out::Standard(mut out) => out.flush(),
            Out::File(file) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(&path).map_err(|error| error.error)?;
                File::open(folder(&path))?.sync_all()
            }
        };
        finish().map_err(|source| OperateError::Write { path: path.clone(), source })
    }

    /// What was written, to be read again; none where it cannot be.
    pub(crate) fn written(&mut self) -> Result<Option<File>, OperateError> {
        let Out::File(file) = &mut self.out else { return Ok(None) };
        let reopened = file.flush().and_then(|()| file.get_ref().reopen());
        reopened.map(Some).map_err(|source| OperateError::Read { path: self.path.clone(), source })
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
