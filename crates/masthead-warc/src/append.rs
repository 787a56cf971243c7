//! A WARC file on disk that is appended to and survives a crash.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::AppendError;
use crate::member::Members;
use crate::record_id::RecordIds;
use crate::writer::WarcWriter;

/// What [`WarcWriter::append`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// Bytes of whole records that were there and are kept.
    pub kept: u64,
    /// Bytes of a torn last record that were cut off: 0 unless a writer was killed.
    pub cut: u64,
    /// Whole gzip members that were there.
    pub members: u64,
}

/// A `.warc.gz` file that is being appended to: locked while it is open, and never left with half a record by a write
/// that failed. [`WarcWriter::append`] opens one.
#[derive(Debug)]
pub struct WarcFile {
    file: File,
    /// File offset behind the last whole write.
    end: u64,
}

impl WarcFile {
    fn open(path: &Path) -> Result<(Self, Opened), AppendError> {
        let failed = |source| AppendError::Io { path: path.to_owned(), source };
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let mut file = options.open(path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => AppendError::Locked { path: path.to_owned() },
            TryLockError::Error(source) => failed(source),
        })?;
        let opened = cut_torn_tail(&mut file, path)?;
        let end = opened.kept;
        file.seek(SeekFrom::Start(end)).map_err(failed)?;
        if end == 0 {
            sync_folder(path).map_err(failed)?;
        }
        Ok((WarcFile { file, end }, opened))
    }
}

impl Write for WarcFile {
    /// All or nothing: where the disk refuses the bytes (it may be full), the file is cut back to what was there.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = self.file.write_all(bytes) {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            return Err(error);
        }
        self.end += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WarcWriter<WarcFile> {
    /// Opens a file for appending, and creates it where it is absent. The torn tail that a killed writer leaves is cut.
    /// Reads the whole file once, to find its end.
    ///
    /// # Errors
    /// The file can't be opened, is locked, is no WARC file, or is damaged elsewhere than at its end. What is not a
    /// torn tail is never cut.
    pub fn append(path: impl AsRef<Path>, ids: RecordIds) -> Result<(Self, Opened), AppendError> {
        let (file, opened) = WarcFile::open(path.as_ref())?;
        Ok((WarcWriter::at(file, ids, opened.kept), opened))
    }

    /// Waits until all records are on the disk.
    ///
    /// # Errors
    /// The disk says no.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.get_ref().file.sync_data()
    }
}

/// A new file's name is durable once its folder is.
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn cut_torn_tail(file: &mut File, path: &Path) -> Result<Opened, AppendError> {
    let failed = |source| AppendError::Io { path: path.to_owned(), source };
    let length = file.metadata().map_err(failed)?.len();
    let scan = scan(file).map_err(failed)?;
    let opened = Opened { kept: scan.whole, cut: length.saturating_sub(scan.whole), members: scan.members };
    if scan.foreign {
        return Err(AppendError::NotWarc { path: path.to_owned() });
    }
    if opened.cut > 0 {
        if record_follows(file, scan.whole + 1).map_err(failed)? {
            return Err(AppendError::Damaged { path: path.to_owned(), offset: scan.whole });
        }
        file.set_len(scan.whole).and_then(|()| file.sync_all()).map_err(failed)?;
    }
    Ok(opened)
}

struct Scan {
    /// Bytes up to the end of the last whole member.
    whole: u64,
    members: u64,
    /// The file does not begin as a compressed WARC file does.
    foreign: bool,
}

/// Walks over whole gzip members until one is broken.
fn scan(file: &mut File) -> io::Result<Scan> {
    file.rewind()?;
    let mut members = Members::new(BufReader::new(&mut *file), 0);
    let mut scan = Scan { whole: 0, members: 0, foreign: false };
    loop {
        let advanced = members.advance();
        scan.whole = members.start();
        match advanced {
            Ok(true) if members.is_compressed() => {}
            Ok(true) => {
                scan.foreign = true;
                return Ok(scan);
            }
            Ok(false) => return Ok(scan),
            Err(error) => return broken(error, scan),
        }
        // A torn first member may end before its first letters; those it has must fit.
        let fits = match begins_as_record(&mut members) {
            Ok(fits) => fits,
            Err(error) => return broken(error, scan),
        };
        if !fits && scan.members == 0 {
            scan.foreign = true;
            return Ok(scan);
        }
        if let Err(error) = members.skip(u64::MAX) {
            return broken(error, scan);
        }
        scan.members += 1;
    }
}

/// A decoder's complaint ends the scan; the disk's own complaint is an error.
fn broken(error: io::Error, scan: Scan) -> io::Result<Scan> {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        UnexpectedEof | InvalidData | InvalidInput => Ok(scan),
        _ => Err(error),
    }
}

fn begins_as_record<R: BufRead>(members: &mut Members<R>) -> io::Result<bool> {
    for expected in b"WARC/" {
        match members.fill()?.first() {
            Some(byte) if byte == expected => members.consume(1),
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Whether a gzip member with a record begins somewhere behind `offset`. Then the damage before it is no torn tail.
fn record_follows(file: &mut File, offset: u64) -> io::Result<bool> {
    file.seek(SeekFrom::Start(offset))?;
    let mut source = BufReader::new(file.try_clone()?);
    let mut position = offset;
    let mut window = [0u8; 3];
    for byte in Read::by_ref(&mut source).bytes() {
        window = [window[1], window[2], byte?];
        position += 1;
        // Magic number and method of a member (RFC 1952 §2.3.1).
        if position >= offset + 3 && window == [0x1f, 0x8b, 8] && record_begins_at(file, position - 3)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn record_begins_at(file: &mut File, offset: u64) -> io::Result<bool> {
    let resume = file.stream_position()?;
    file.seek(SeekFrom::Start(offset))?;
    // Five letters need few bytes: a look at the member's beginning is enough.
    let mut start = Vec::new();
    Read::by_ref(file).take(4096).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(resume))?;
    let mut members = Members::new(start.as_slice(), offset);
    Ok(matches!(members.advance(), Ok(true)) && matches!(begins_as_record(&mut members), Ok(true)))
}
