//! Settings of how changes are kept.

/// How changes wait until they are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueConfig {
    /// How many may wait. More are told to come back later.
    pub length: usize,
    /// How many are made durable at once.
    pub batch: usize,
}

impl Default for QueueConfig {
    fn default() -> Self {
        Self { length: 4096, batch: 256 }
    }
}

/// When a snapshot of the state is taken, so that a start does not have to read the whole log: while the broker works,
/// without keeping anybody waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotConfig {
    /// After so many changes, or
    pub changes: u64,
    /// after so many bytes of changes (16 MiB). But not before the log has grown by an eighth, or by 50,000 changes, or by a
    /// thirty-second where that is more, so that a large state is not written all the time. When the broker stops, it does
    /// not wait for that.
    pub bytes: u64,
}

impl Default for SnapshotConfig {
    fn default() -> Self {
        Self { changes: 10_000, bytes: 16 * 1024 * 1024 }
    }
}
