//! A sink of one's own, to copy: `titles:FILE` keeps a line a record, with id, revision, time of publication, title and
//! URL between tabs. A line without a title says that the article is gone.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use masthead::SinkKind;
use masthead::record::{Delivery, Guarantee, Item, Position, Rejected, Sink, SinkError, StreamId, When};
use masthead::sinks::{Target, TargetForm};

/// The kind `titles`: what `--sink titles:FILE` makes, and what `crawl sinks` says of it.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new("titles", |spec| match &spec.target {
        Target::File(path) => Ok(Box::new(Titles::new(path)) as Box<dyn Sink>),
        other => Err(format!("`{other}` is no file").into()),
    })
    .described("a line a record: id, revision, published, title and URL, between tabs")
    .example("titles:news.tsv")
    .guarantees(Guarantee::ExactlyOnce)
    .writes_to(TargetForm::File)
}

/// Writes titles to a file, each exactly once: its position is the file's length.
pub struct Titles {
    path: PathBuf,
    file: Option<File>,
    n: u64,
}

impl Titles {
    /// Writes to `path`. Nothing is touched before [`open`](Sink::open).
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), file: None, n: 0 }
    }

    fn file(&mut self) -> Result<&mut File, SinkError> {
        self.file.as_mut().ok_or_else(|| SinkError::fatal("the file of titles is not open"))
    }
}

impl Sink for Titles {
    /// Cuts off what came after the last position: a crash may have left half a line there.
    fn open(&mut self, _stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        let known = known.cloned().unwrap_or_default();
        let note = String::from_utf8_lossy(&known.token);
        let length = if note.is_empty() { 0 } else { note.parse().map_err(SinkError::fatal)? };
        let options = OpenOptions::new().write(true).create(true).truncate(false).open(&self.path);
        let mut file = options.map_err(SinkError::fatal)?;
        let there = file.metadata().map_err(SinkError::fatal)?.len();
        if there < length || (note.is_empty() && there > 0) {
            return Err(SinkError::fatal(format!(
                "{} is not as this crawl left it: put it back, or move it away and start afresh (--fresh)",
                self.path.display()
            )));
        }
        file.set_len(length).and_then(|()| file.seek(SeekFrom::End(0))).map_err(SinkError::fatal)?;
        (self.file, self.n) = (Some(file), known.n);
        self.checkpoint(When::Now)
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        let plain = |text: Option<&String>| {
            text.map_or_else(String::new, |text| text.replace(['\t', '\n', '\r'], " "))
        };
        let mut lines = String::new();
        for Delivery { item, .. } in batch {
            let (published, title, url) = match item.as_ref() {
                Item::Record(record) => {
                    (record.content.published.as_ref(), record.content.title.as_ref(), &record.url)
                }
                Item::Removed(removed) => (None, None, &removed.url),
                _ => continue, // what a later version may deliver
            };
            let fields = [
                item.id().to_string(),
                item.revision().to_string(),
                plain(published),
                plain(title),
                plain(Some(url)),
            ];
            lines += &fields.join("\t");
            lines += "\n";
        }
        self.file()?.write_all(lines.as_bytes()).map_err(SinkError::fatal)?;
        self.n = batch.last().map_or(self.n, |last| last.n);
        Ok(Vec::new())
    }

    /// Syncs first, and only then says what is durable.
    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        let n = self.n;
        let file = self.file()?;
        file.sync_all().map_err(SinkError::fatal)?;
        let length = file.metadata().map_err(SinkError::fatal)?.len();
        Ok(Position { n, token: length.to_string().into_bytes() })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}
