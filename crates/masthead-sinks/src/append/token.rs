use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How much of the file before the offset is hashed, in bytes.
const TAIL: u64 = 4096;

/// The sink's note in a position, as JSON. Fields that another version adds are passed over.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// The file's name, without its folder: a folder may be moved as a whole.
    pub(super) file: String,
    /// Up to where the file is durable, in bytes.
    pub(super) offset: u64,
    /// The SHA-256 of the 4 KiB before the offset, or of all where there is less; hexadecimal.
    tail: String,
    /// When the file was made, in nanoseconds since 1970, where the file system says it. It tells our file without a
    /// durable item, whose tail says nothing, from another one of the same name.
    made: Option<u64>,
}

impl Token {
    /// The note on `file` up to `offset`.
    pub(super) fn of(path: &Path, file: &mut File, offset: u64) -> io::Result<Self> {
        let made = file.metadata().ok().as_ref().and_then(made);
        Ok(Self { file: name(path), offset, tail: tail(file, offset)?, made })
    }

    /// Whether the file at `path`, whose header has `header` bytes, is the one that this note is about. It must hold at
    /// least `offset` bytes.
    pub(super) fn recognises(
        &self,
        path: &Path,
        file: &mut File,
        header: u64,
        item_start: &[u8],
    ) -> io::Result<bool> {
        let metadata = file.metadata()?;
        if self.tail != tail(file, self.offset)? {
            return Ok(false);
        }
        if self.offset > header || metadata.len() == self.offset {
            return Ok(true);
        }
        // Before the first durable item the tail says nothing: every file of the format has this header.
        let same = self.file == name(path) && self.made == made(&metadata);
        Ok(same && goes_on_as_ours(file, self.offset, item_start)?)
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn made(metadata: &Metadata) -> Option<u64> {
    let since = metadata.created().ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}

fn tail(file: &mut File, offset: u64) -> io::Result<String> {
    let length = offset.min(TAIL);
    file.seek(SeekFrom::Start(offset - length))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether the bytes from `offset` on are those of an item. A torn write may hold fewer of them.
fn goes_on_as_ours(file: &mut File, offset: u64, item_start: &[u8]) -> io::Result<bool> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(item_start.len() as u64).read_to_end(&mut bytes)?;
    Ok(item_start.starts_with(&bytes))
}
