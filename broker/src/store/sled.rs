use std::{
    fs::{File, TryLockError},
    ops::Bound,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use sled::{Batch, Db, Tree};

use super::{
    BlobKey, Position, Record, Snapshot, Store, StoreError, acknowledged::Acknowledged, record,
    snapshot_file, unfinished,
};

/// What this version writes into a new folder.
const FORMAT: &[u8] = b"1";
/// Holds the lock while a broker uses the folder.
pub(super) const LOCK_FILE: &str = "broker.lock";
/// How much memory sled may use to keep pages at hand. The state is in memory anyway; what is read here are contracts.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// How long sled's threads may take to let go of a store that was dropped.
const RELEASE: Duration = Duration::from_secs(10);

/// A store in a folder on a disk.
///
/// Trees: `log` (position as 8 bytes, big endian, to sealed record), `blobs` (key to sealed bytes), `meta` (format).
/// What is sealed is described in `record.rs`. Files beside sled's: `acknowledged`, `snapshot`; each can be removed while
/// no broker runs, and then does not do what it is for.
#[derive(Debug)]
pub struct SledStore {
    db: Db,
    log: Tree,
    blobs: Tree,
    meta: Tree,
    disk: Disk,
    acknowledged: Acknowledged,
    writing: Mutex<()>,
    folder: PathBuf,
    /// Released when dropped.
    _lock: File,
}

/// The files that sled writes to.
///
/// On Linux sled's own flush starts writing without waiting for the disk's cache and for the sizes of files, and does
/// not sync large values, which have files of their own. What is acknowledged must outlive a power cut, too.
#[derive(Debug)]
struct Disk {
    log: File,
    large: PathBuf,
    /// What is known of them.
    seen: Mutex<Seen>,
}

/// What was found when the folder of large values was looked through.
#[derive(Debug)]
struct Seen {
    /// The largest number among the names of the files that have been synced.
    synced: i64,
    /// When the folder was changed last, unless that was just now: clocks of file systems are coarse.
    changed: Option<SystemTime>,
}

/// A folder that has not been changed for so long has another time when it is changed again.
const SETTLED: Duration = Duration::from_secs(2);

impl Disk {
    fn open(folder: &Path) -> std::io::Result<Self> {
        let large = folder.join("blobs");
        // The names of new files are part of their folders.
        for folder in [folder.parent().unwrap_or(folder), folder, &large] {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self {
            log: File::open(folder.join("db"))?,
            large,
            seen: Mutex::new(Seen { synced: i64::MIN, changed: None }),
        })
    }

    /// Waits until everything that was written is on the disk.
    fn sync(&self) -> std::io::Result<()> {
        self.log.sync_data()?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = std::fs::metadata(&self.large)?.modified()?;
        if seen.changed == Some(changed) {
            return Ok(());
        }
        let is_settled = SystemTime::now().duration_since(changed).is_ok_and(|age| age > SETTLED);
        let synced = seen.synced;
        let mut newest = synced;
        for entry in std::fs::read_dir(&self.large)? {
            let entry = entry?;
            // They are named by growing numbers; anything else is not sled's.
            let number = entry.file_name().to_str().and_then(|name| name.parse::<i64>().ok());
            if let Some(number) = number.filter(|number| *number > synced) {
                File::open(entry.path())?.sync_all()?;
                newest = newest.max(number);
            }
        }
        if newest > synced {
            File::open(&self.large)?.sync_all()?;
            seen.synced = newest;
        }
        seen.changed = is_settled.then_some(changed);
        Ok(())
    }
}

type Source = Box<dyn std::error::Error + Send + Sync>;

fn failed(action: &'static str) -> impl Fn(sled::Error) -> StoreError {
    move |source| StoreError::Failed { action, source: source.into() }
}

/// Does something with sled, which panics where it finds in its files what it never wrote.
fn guarded<T>(action: &'static str, act: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    // Nothing of ours is half-changed by a panic in there; what is half-changed of sled's is an error from then on.
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it says no more");
        Err(StoreError::Failed { action, source: format!("its files contradict themselves: {said}").into() })
    })
}

/// Waits a while until nobody has the file locked. No other process has, as the folder's own lock shows; but a store that
/// was dropped in this one lets go of it only when sled's threads have come to their ends.
fn await_release(file: &Path) -> std::io::Result<()> {
    let file = match File::open(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let end = Instant::now() + RELEASE;
    loop {
        match file.try_lock() {
            Ok(()) => return file.unlock(),
            // Whoever holds it is named by sled's own error, should it still be held.
            Err(TryLockError::WouldBlock) if Instant::now() >= end => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Creates a folder that is its owner's only: there are secrets of webhooks in what is kept. One that is there already is
/// as somebody wanted it.
fn create(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Creates the folder where there is none, and keeps others out of it for as long as the file is open.
pub(super) fn lock(folder: &Path) -> Result<File, StoreError> {
    let cannot = |source: Source| StoreError::Open { folder: folder.to_owned(), source };
    create(folder).map_err(|error| cannot(error.into()))?;
    let lock = File::create(folder.join(LOCK_FILE)).map_err(|error| cannot(error.into()))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StoreError::InUse { folder: folder.to_owned(), source: error.into() },
        TryLockError::Error(error) => cannot(error.into()),
    })?;
    Ok(lock)
}

impl SledStore {
    /// Opens the store in a folder, which is created where there is none.
    ///
    /// # Errors
    /// When another process has it open, when it was written by a later version, when it cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let lock = lock(folder)?;
        if unfinished::is_marked(folder) {
            return Err(StoreError::Unfinished { folder: folder.to_owned() });
        }
        Self::open_for(folder, lock)
    }

    /// Opens the store in a folder that the caller has locked.
    pub(super) fn open_for(folder: &Path, lock: File) -> Result<Self, StoreError> {
        let cannot = |source: Source| StoreError::Open { folder: folder.to_owned(), source };
        await_release(&folder.join("sled/db")).map_err(|error| cannot(error.into()))?;
        let opened = guarded("open", || Self::open_locked(folder, lock));
        opened.map_err(|error| match error {
            StoreError::Failed { source, .. } => cannot(source),
            other => other,
        })
    }

    fn open_locked(folder: &Path, lock: File) -> Result<Self, StoreError> {
        let cannot = |source: Source| StoreError::Open { folder: folder.to_owned(), source };
        let config = sled::Config::new()
            .path(folder.join("sled"))
            .cache_capacity(CACHE_BYTES)
            .mode(sled::Mode::HighThroughput)
            // Every append is flushed before it is acknowledged; nothing is left for later.
            .flush_every_ms(None);
        let db = config.open().map_err(|error| cannot(error.into()))?;
        let tree = |name: &str| db.open_tree(name).map_err(|error| cannot(error.into()));
        let store = Self {
            log: tree("log")?,
            blobs: tree("blobs")?,
            meta: tree("meta")?,
            disk: Disk::open(&folder.join("sled")).map_err(|error| cannot(error.into()))?,
            acknowledged: Acknowledged::open(&folder.join("acknowledged"))
                .map_err(|error| cannot(error.into()))?,
            writing: Mutex::new(()),
            folder: folder.to_owned(),
            db: db.clone(),
            _lock: lock,
        };
        match store.meta.get("format").map_err(|error| cannot(error.into()))? {
            None => {
                store.meta.insert("format", FORMAT).map_err(failed("write to"))?;
                store.sync()?;
            }
            Some(format) if format == FORMAT => {}
            Some(format) => {
                let format = String::from_utf8_lossy(&format).into_owned();
                return Err(cannot(
                    format!("its format {format} is not known to this version of the broker").into(),
                ));
            }
        }
        Ok(store)
    }

    /// Waits until everything that was written is on the disk.
    fn sync(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(failed("write to"))?;
        self.disk.sync().map_err(|source| StoreError::Failed { action: "write to", source: source.into() })
    }
}

fn key(position: Position) -> [u8; 8] {
    position.0.to_be_bytes()
}

fn position(key: &[u8]) -> Option<Position> {
    key.try_into().ok().map(|bytes| Position(u64::from_be_bytes(bytes)))
}

/// The same as the store's, but sled may panic in them.
impl SledStore {
    /// Held by whoever writes what has to be durable: large values of one are not taken for durable while another still
    /// writes them.
    fn one_at_a_time(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_end(&self) -> Result<Position, StoreError> {
        let last = self.log.last().map_err(failed("read"))?;
        Ok(last.and_then(|(key, _)| position(&key)).map_or(Position(0), Position::next))
    }

    fn append_all(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        let _one = self.one_at_a_time();
        let actual = self.last_end()?;
        if actual != expected {
            return Err(StoreError::Moved { expected, actual });
        }
        // Blobs come first: a record may only speak of what is there. One without a record is harmless.
        for (key, bytes) in blobs {
            if !self.blobs.contains_key(key.as_bytes()).map_err(failed("read"))? {
                self.blobs.insert(key.as_bytes(), record::seal(bytes)).map_err(failed("write to"))?;
            }
        }
        let mut batch = Batch::default();
        let mut end = expected;
        for payload in records {
            batch.insert(&key(end), record::seal(payload));
            end = end.next();
        }
        self.log.apply_batch(batch).map_err(failed("write to"))?;
        self.sync()?;
        let failed =
            |source: std::io::Error| StoreError::Failed { action: "write to", source: source.into() };
        self.acknowledged.set(end).map_err(failed)?;
        Ok(end)
    }

    fn read_some(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        let mut expected = from;
        let mut records = Vec::new();
        for entry in self.log.range(key(from)..).take(limit) {
            let (key, sealed) = entry.map_err(failed("read"))?;
            if position(&key) != Some(expected) {
                return Err(StoreError::Missing { position: expected });
            }
            let payload = record::open(&sealed)
                .map_err(|source| StoreError::Damaged { position: expected, source })?
                .into_owned();
            records.push(Record { position: expected, payload });
            expected = expected.next();
        }
        Ok(records)
    }

    fn replace_all(&self, records: &[Record]) -> Result<(), StoreError> {
        let _one = self.one_at_a_time();
        let mut batch = Batch::default();
        for Record { position, payload } in records {
            if !self.log.contains_key(key(*position)).map_err(failed("read"))? {
                return Err(StoreError::Missing { position: *position });
            }
            batch.insert(&key(*position), record::seal(payload));
        }
        self.log.apply_batch(batch).map_err(failed("write to"))?;
        self.sync()
    }

    fn some_blob_keys(&self, after: Option<BlobKey>, limit: usize) -> Result<Vec<BlobKey>, StoreError> {
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(*after.as_bytes()));
        let keys = self.blobs.range((from, Bound::<[u8; 32]>::Unbounded)).keys().take(limit);
        // Whatever has another length is not ours.
        keys.filter_map(|key| match key {
            Ok(key) => key.as_ref().try_into().ok().map(|bytes| Ok(BlobKey::from_bytes(bytes))),
            Err(error) => Some(Err(failed("read")(error))),
        })
        .collect()
    }

    fn remove_some(&self, keys: &[BlobKey]) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for key in keys {
            let removed = self.blobs.remove(key.as_bytes()).map_err(failed("write to"))?;
            bytes += removed.map_or(0, |sealed| sealed.len() as u64);
        }
        Ok(bytes)
    }

    fn read_blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = self.blobs.get(key.as_bytes()).map_err(failed("read"))? else { return Ok(None) };
        let bytes = record::open(&sealed).map_err(|_| StoreError::DamagedBlob { key })?;
        Ok(Some(bytes.into_owned()))
    }
}

impl Store for SledStore {
    fn end(&self) -> Result<Position, StoreError> {
        guarded("read", || self.last_end())
    }

    fn append(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        guarded("write to", || self.append_all(expected, records, blobs))
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        guarded("read", || self.read_some(from, limit))
    }

    fn blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        guarded("read", || self.read_blob(key))
    }

    fn replace(&self, records: &[Record]) -> Result<(), StoreError> {
        guarded("write to", || self.replace_all(records))
    }

    fn blob_keys(&self, after: Option<BlobKey>, limit: usize) -> Result<Vec<BlobKey>, StoreError> {
        guarded("read", || self.some_blob_keys(after, limit))
    }

    fn remove_blobs(&self, keys: &[BlobKey]) -> Result<u64, StoreError> {
        guarded("write to", || self.remove_some(keys))
    }

    fn acknowledged(&self) -> Result<Position, StoreError> {
        Ok(self.acknowledged.position())
    }

    fn save_snapshot(
        &self,
        position: Position,
        parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        let failed =
            |source: std::io::Error| StoreError::Failed { action: "write to", source: source.into() };
        snapshot_file::save(&self.folder, position, parts).map_err(failed)
    }

    fn load_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        snapshot_file::load(&self.folder)
    }
}

#[cfg(test)]
mod tests;
