use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use super::folder::{folder_of, make_folder, sync_folder};
use super::lock::LockedFile;
use super::token::Token;
use super::{FileError, Format};

/// From how many bytes on a batch is handed to the system in parts, so that memory holds few big items at a time.
const FLUSH_AT: usize = 1 << 20;

/// How much of a file's beginning a format is shown, in bytes: no header is longer.
const START: u64 = 1 << 16;

/// A file of items in the format `F`: each item exactly once.
///
/// A position holds the file's length at a moment when all of it was synced, and a hash of the last bytes. What a
/// crash left behind that length is cut off on open, if the file is still the one of that position. The file is locked
/// while it is open; the lock is advisory.
///
/// The driver must save the position that `open` returned before it calls `write`: it is what tells items of a crawl
/// that was killed before its first checkpoint from somebody else's.
#[derive(Debug)]
pub struct AppendFile<F> {
    path: PathBuf,
    format: F,
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

impl<F: Format> AppendFile<F> {
    /// Writes to `path`. Nothing is touched before [`open`](Sink::open).
    pub fn with_format(path: impl Into<PathBuf>, format: F) -> Self {
        Self { path: path.into(), format, open: None }
    }

    /// Does `work`. An error closes the file, cut to what is durable, so that no reader finds half an item in it.
    fn while_open<T>(
        &mut self,
        work: impl FnOnce(&mut OpenFile, &Path, &F) -> Result<T, FileError>,
    ) -> Result<T, SinkError> {
        let Some(mut open) = self.open.take() else {
            return Err(SinkError::fatal(FileError::NotOpen(self.path.clone())));
        };
        match work(&mut open, &self.path, &self.format) {
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

impl<F: Format> Sink for AppendFile<F> {
    fn open(&mut self, _stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        self.open = None; // gives our own lock back where this is not the first time
        let open = OpenFile::open(&self.path, &mut self.format, known).map_err(SinkError::fatal)?;
        let position = open.durable.clone();
        self.open = Some(open);
        Ok(position)
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        self.while_open(|open, path, format| open.write(path, format, batch))
    }

    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        self.while_open(|open, path, _| open.checkpoint(path))
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}

impl OpenFile {
    fn open(path: &Path, format: &mut impl Format, known: Option<&Position>) -> Result<Self, FileError> {
        // A number without a token: items before it are not for this file, and nothing is known of the file.
        let token =
            known.filter(|known| !known.token.is_empty()).map(|known| read_token(path, known)).transpose()?;
        let mut file =
            LockedFile::new(path, open_file(path, token.as_ref().map_or(0, |token| token.offset))?)?;
        let n = known.map_or(0, |known| known.n);
        let offset = match token {
            Some(token) => go_on(path, &mut file.0, format, &token)?,
            None => begin(path, &mut file.0, &format.header())?,
        };
        let durable = position(path, &mut file.0, offset, n)?;
        Ok(Self { file, end: offset, n, durable, durable_end: offset })
    }

    fn write(
        &mut self,
        path: &Path,
        format: &impl Format,
        batch: &[Delivery],
    ) -> Result<Vec<Rejected>, FileError> {
        let mut bytes = Vec::new();
        let mut rejected = Vec::new();
        for delivery in batch {
            rejected.extend(format.append(&mut bytes, delivery));
            self.n = delivery.n;
            if bytes.len() >= FLUSH_AT {
                self.append(path, &bytes)?;
                bytes.clear();
            }
        }
        self.append(path, &bytes)?;
        Ok(rejected)
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.file.0.write_all(bytes).map_err(|source| FileError::io("write to", path, source))?;
        self.end += bytes.len() as u64;
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

/// Begins a new file with its header, whose length it gives. A part of that header is what a crash left of it; more is
/// somebody else's.
fn begin(path: &Path, file: &mut File, header: &[u8]) -> Result<u64, FileError> {
    let header_length = header.len() as u64;
    let there = start(file, header_length + 1).map_err(|source| FileError::io("read", path, source))?;
    if !header.starts_with(&there) {
        return Err(FileError::NotOurs(path.to_owned()));
    }
    if there.len() < header.len() {
        let written = file.rewind().and_then(|()| file.write_all(header)).and_then(|()| file.sync_all());
        written.map_err(|source| FileError::io("write to", path, source))?;
    }
    Ok(header_length)
}

/// Recognises the file that the token is about, and takes off what a crash left behind the token's offset, which it
/// gives.
fn go_on(path: &Path, file: &mut File, format: &mut impl Format, token: &Token) -> Result<u64, FileError> {
    let failed = |source| FileError::io("read", path, source);
    let (length, offset) = (file.metadata().map_err(failed)?.len(), token.offset);
    if length < offset {
        return Err(FileError::Shorter { path: path.to_owned(), length, offset });
    }
    let start = start(file, offset.min(START)).map_err(failed)?;
    let header = format.adopt(&start).map_err(|found| FileError::Header { path: path.to_owned(), found })?;
    if !token.recognises(path, file, header as u64, format.item_start()).map_err(failed)? {
        return Err(match offset {
            _ if offset <= header as u64 => FileError::NotOurs(path.to_owned()),
            _ => FileError::Changed { path: path.to_owned(), offset },
        });
    }
    if length > offset {
        let cut = file.set_len(offset).and_then(|()| file.sync_all());
        cut.map_err(|source| FileError::io("cut", path, source))?;
    }
    Ok(offset)
}

/// The file's first bytes.
fn start(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    file.rewind()?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
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

/// Opens the file; one that nothing was written to may be made anew, with its folders.
fn open_file(path: &Path, offset: u64) -> Result<File, FileError> {
    if path.exists() && !path.is_file() {
        return Err(FileError::NotAFile(path.to_owned()));
    }
    let folder = folder_of(path);
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
