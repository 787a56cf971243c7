use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use super::FileError;
use super::line;
use super::token::Token;

/// From how many bytes on a batch is handed to the system in parts, so that memory holds few big items at a time.
const FLUSH_AT: usize = 1 << 20;

/// A JSON Lines file: each item exactly once.
///
/// A position holds the file's length at a moment when all of it was synced, and a hash of the last bytes. What a
/// crash left behind that length is cut off on open, if the file is still the one of that position. The file is locked
/// while it is open; the lock is advisory.
///
/// The driver must save the position that `open` returned before it calls `write`: it is what tells lines of a crawl
/// that was killed before its first checkpoint from somebody else's.
#[derive(Debug)]
pub struct JsonLinesFile {
    path: PathBuf,
    /// None before `open` and after an error: then the file and what we know of it may differ.
    open: Option<OpenFile>,
}

#[derive(Debug)]
struct OpenFile {
    file: LockedFile,
    /// Where the last whole batch ends, in bytes: the file's length.
    end: u64,
    /// The last item before `end`.
    n: u64,
    /// Up to where everything is durable, and the note on it.
    durable: Position,
    durable_end: u64,
}

impl JsonLinesFile {
    /// Writes to `path`. Nothing is touched before [`open`](Sink::open).
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), open: None }
    }
}

impl Sink for JsonLinesFile {
    fn open(&mut self, _stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        self.open = None; // gives our own lock back where this is not the first time
        let open = OpenFile::open(&self.path, known).map_err(SinkError::fatal)?;
        let position = open.durable.clone();
        self.open = Some(open);
        Ok(position)
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        self.while_open(|open, path| open.write(path, batch))
    }

    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        self.while_open(OpenFile::checkpoint)
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}

impl JsonLinesFile {
    /// Does `work`. An error closes the file, cut to what is durable, so that no reader finds half a line in it.
    fn while_open<T>(
        &mut self,
        work: impl FnOnce(&mut OpenFile, &Path) -> Result<T, FileError>,
    ) -> Result<T, SinkError> {
        let Some(mut open) = self.open.take() else {
            return Err(SinkError::fatal(FileError::NotOpen(self.path.clone())));
        };
        match work(&mut open, &self.path) {
            Ok(done) => {
                self.open = Some(open);
                Ok(done)
            }
            Err(error) => {
                // Bytes of somebody else's are not ours to cut.
                if !matches!(error, FileError::Disturbed { .. })
                    && let Err(error) = open.file.0.set_len(open.durable_end)
                {
                    tracing::warn!(path = %self.path.display(), %error, "unfinished lines stay until the next open");
                }
                Err(SinkError::fatal(error))
            }
        }
    }
}

impl OpenFile {
    fn open(path: &Path, known: Option<&Position>) -> Result<Self, FileError> {
        // A number without a token: items before it are not for this file, and nothing is known of the file.
        let token =
            known.filter(|known| !known.token.is_empty()).map(|known| read_token(path, known)).transpose()?;
        let offset = token.as_ref().map_or(0, |token| token.offset);
        let mut locked = LockedFile::new(path, open_file(path, offset)?)?;
        let file = &mut locked.0;
        let failed = |source| FileError::io("read", path, source);
        let length = file.metadata().map_err(failed)?.len();
        match &token {
            None if length > 0 => return Err(FileError::NotOurs(path.to_owned())),
            None => {}
            Some(_) if length < offset => {
                return Err(FileError::Shorter { path: path.to_owned(), length, offset });
            }
            Some(token) if token.recognises(path, file).map_err(failed)? => {}
            Some(_) if offset == 0 => return Err(FileError::NotOurs(path.to_owned())),
            Some(_) => return Err(FileError::Changed { path: path.to_owned(), offset }),
        }
        let n = known.map_or(0, |known| known.n);
        let durable = cut(path, file, offset, n, length > offset)?;
        Ok(Self { file: locked, end: offset, n, durable, durable_end: offset })
    }

    fn write(&mut self, path: &Path, batch: &[Delivery]) -> Result<Vec<Rejected>, FileError> {
        let mut lines = Vec::new();
        let mut rejected = Vec::new();
        for delivery in batch {
            rejected.extend(line::append(&mut lines, delivery));
            self.n = delivery.n;
            if lines.len() >= FLUSH_AT {
                self.append(path, &lines)?;
                lines.clear();
            }
        }
        self.append(path, &lines)?;
        Ok(rejected)
    }

    fn append(&mut self, path: &Path, lines: &[u8]) -> Result<(), FileError> {
        self.file.0.write_all(lines).map_err(|source| FileError::io("write to", path, source))?;
        self.end += lines.len() as u64;
        Ok(())
    }

    fn checkpoint(&mut self, path: &Path) -> Result<Position, FileError> {
        if self.end > self.durable_end {
            self.sync(path)?;
        }
        self.durable.n = self.n; // rejected items move the position without a byte
        Ok(self.durable.clone())
    }

    fn sync(&mut self, path: &Path) -> Result<(), FileError> {
        let failed = |source| FileError::io("sync", path, source);
        self.file.0.sync_data().map_err(failed)?;
        let length = self.file.0.metadata().map_err(failed)?.len();
        if length != self.end {
            return Err(FileError::Disturbed { path: path.to_owned(), length, expected: self.end });
        }
        self.durable = position(path, &mut self.file.0, self.end, self.n)?;
        self.durable_end = self.end;
        Ok(())
    }
}

fn read_token(path: &Path, known: &Position) -> Result<Token, FileError> {
    serde_json::from_slice(&known.token).map_err(|source| FileError::Token { path: path.to_owned(), source })
}

/// The position at `offset`, and the file ready for the next byte there.
fn position(path: &Path, file: &mut File, offset: u64, n: u64) -> Result<Position, FileError> {
    let token = Token::of(path, file, offset)
        .and_then(|token| Ok(serde_json::to_vec(&token)?))
        .and_then(|token| file.seek(SeekFrom::Start(offset)).map(|_| token))
        .map_err(|source| FileError::io("read", path, source))?;
    Ok(Position { n, token })
}

/// Takes off what a crash left behind `offset`.
fn cut(path: &Path, file: &mut File, offset: u64, n: u64, longer: bool) -> Result<Position, FileError> {
    if longer {
        let cut = file.set_len(offset).and_then(|()| file.sync_all());
        cut.map_err(|source| FileError::io("cut", path, source))?;
    }
    position(path, file, offset, n)
}

/// Opens the file; one that nothing was written to may be made anew, with its folders.
fn open_file(path: &Path, offset: u64) -> Result<File, FileError> {
    if path.exists() && !path.is_file() {
        return Err(FileError::NotAFile(path.to_owned()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if offset == 0 {
        make_folder(folder)?;
    }
    match OpenOptions::new().read(true).write(true).create(offset == 0).truncate(false).open(path) {
        Ok(file) => {
            if offset == 0 {
                sync_folder(folder)?;
            }
            Ok(file)
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound && offset > 0 => {
            Err(FileError::Missing { path: path.to_owned(), offset })
        }
        Err(source) => Err(FileError::io("open", path, source)),
    }
}

/// Gives its lock back when it is dropped. Closing the file would not do: a child process that is being started holds
/// a copy of it for a moment, and the lock with it.
#[derive(Debug)]
struct LockedFile(File);

impl LockedFile {
    fn new(path: &Path, file: File) -> Result<Self, FileError> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FileError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                tracing::warn!(path = %path.display(), "no locks on this file system: start no second crawl on this file");
            }
            Err(TryLockError::Error(source)) => return Err(FileError::io("lock", path, source)),
        }
        Ok(Self(file))
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "the lock goes when the file is closed");
        }
    }
}

/// Makes a folder and those above it, each durable in the one above.
fn make_folder(folder: &Path) -> Result<(), FileError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(Path::new(""));
    make_folder(above)?;
    match fs::create_dir(folder) {
        Ok(()) => sync_folder(above),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(source) => Err(FileError::io("make the folder", folder, source)),
    }
}

/// Makes the names in a folder durable. Only Unix lets a folder be synced; elsewhere the system does it in time.
fn sync_folder(folder: &Path) -> Result<(), FileError> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| FileError::io("sync the folder", folder, source))
}
