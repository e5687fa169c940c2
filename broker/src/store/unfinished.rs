//! Folders that are being filled: what is in them is not complete, and no broker opens them.

use std::{
    fs::File,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use super::{
    SledStore, StoreError,
    sled::{LOCK_FILE, lock},
};

/// The file that says so.
const MARKER: &str = "unfinished";
/// What a store has in its folder.
const FOLDERS: [&str; 1] = ["sled"];
const FILES: [&str; 3] = ["acknowledged", "snapshot", "snapshot.new"];

/// Whether a folder is being filled, or was and did not come to an end.
pub(super) fn is_marked(folder: &Path) -> bool {
    folder.join(MARKER).exists()
}

/// A data folder that is being filled. Until [`Filling::finish`], no broker opens it, whatever happens to this process.
#[derive(Debug)]
pub struct Filling {
    folder: PathBuf,
    lock: File,
}

impl Filling {
    /// Begins to fill a folder: a new or an empty one, or one that was begun to be filled before. What was put into the
    /// store then is removed; other files stay.
    ///
    /// # Errors
    /// When there is something else in the folder, when another process uses it, when it cannot be written.
    pub fn begin(folder: &Path) -> Result<Self, StoreError> {
        let open =
            |source: std::io::Error| StoreError::Open { folder: folder.to_owned(), source: source.into() };
        if !is_marked(folder) && !is_empty(folder).map_err(open)? {
            return Err(StoreError::NotEmpty { folder: folder.to_owned() });
        }
        let lock = lock(folder)?;
        mark(folder).map_err(open)?;
        let filling = Self { folder: folder.to_owned(), lock };
        filling.clear().map_err(open)?;
        Ok(filling)
    }

    /// A file in the folder that is kept when what is done with it is done again.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Opens the empty store that is to be filled.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(&self) -> Result<SledStore, StoreError> {
        SledStore::open_for(&self.folder, self.lock.try_clone().map_err(|error| self.failed(error))?)
    }

    /// Says that the folder is complete: what was put into the store is durable already.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn finish(self, store: SledStore) -> Result<(), StoreError> {
        drop(store);
        let finish = || {
            std::fs::remove_file(self.folder.join(MARKER))?;
            File::open(&self.folder)?.sync_all()
        };
        finish().map_err(|error| self.failed(error))
    }

    fn clear(&self) -> std::io::Result<()> {
        let missing_is_fine = |done: std::io::Result<()>| match done {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        for name in FOLDERS {
            missing_is_fine(std::fs::remove_dir_all(self.folder.join(name)))?;
        }
        for name in FILES {
            missing_is_fine(std::fs::remove_file(self.folder.join(name)))?;
        }
        Ok(())
    }

    fn failed(&self, source: std::io::Error) -> StoreError {
        StoreError::Open { folder: self.folder.clone(), source: source.into() }
    }
}

/// Whether there is nothing of anybody's in a folder. What a file system puts there, or a broker that could not start, does
/// not count.
fn is_empty(folder: &Path) -> std::io::Result<bool> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name();
        if name != LOCK_FILE && name != "lost+found" {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The mark outlives a power cut: otherwise the folder could look complete after one.
fn mark(folder: &Path) -> std::io::Result<()> {
    let mut file = File::create(folder.join(MARKER))?;
    file.write_all(b"What is in this folder is not complete. Do again what was to fill it, or remove it.\n")?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::Filling;
    use crate::store::{Position, SledStore, Store as _, StoreError};

    #[test]
    fn a_folder_that_is_not_finished_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        for _ in 0..2 {
            let filling = Filling::begin(&data).unwrap();
            let store = filling.open().unwrap();
            assert_eq!(store.end().unwrap(), Position(0), "what was there of the last time is gone");
            store.append(Position(0), &[b"a".to_vec()], &[]).unwrap();
            assert!(matches!(Filling::begin(&data), Err(StoreError::InUse { .. })));
            drop((store, filling));
            assert!(matches!(SledStore::open(&data), Err(StoreError::Unfinished { .. })));
        }
        let filling = Filling::begin(&data).unwrap();
        let store = filling.open().unwrap();
        store.append(Position(0), &[b"a".to_vec()], &[]).unwrap();
        filling.finish(store).unwrap();
        assert_eq!(SledStore::open(&data).unwrap().end().unwrap(), Position(1));
        assert!(matches!(Filling::begin(&data), Err(StoreError::NotEmpty { .. })));
    }
}
