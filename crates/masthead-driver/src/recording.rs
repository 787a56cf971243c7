//! The crawl's archive: every answer, in WARC files, before anything that follows from it is committed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use async_trait::async_trait;
use masthead_crawler::fetch::{Fetch, FetchError, FetchErrorKind, Request, Response};
use masthead_warc::{RecordIds, WarcFile, WarcWriter, http_response};

/// A file this large is followed by another (WARC/1.1 annex C).
const LARGEST_FILE: u64 = 1 << 30;

/// Headers that tell of the bytes on the wire, and not of the body as it is kept; and those that may hold secrets.
const LEFT_OUT: [&str; 6] =
    ["content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie", "set-cookie2"];

/// Fetches, and keeps each answer.
pub(crate) struct Recorder {
    inner: Arc<dyn Fetch>,
    archive: Arc<Mutex<Archive>>,
    failed: Box<dyn Fn(String) + Send + Sync>,
}

/// The files of one profile in a folder: `NAME-00001.warc.gz`, `NAME-00002.warc.gz`, …
pub(crate) struct Archive {
    folder: PathBuf,
    name: String,
    number: u32,
    writer: WarcWriter<WarcFile>,
    largest: u64,
}

impl Archive {
    /// Goes on with the last file; the torn tail that a killed writer left is cut.
    ///
    /// # Errors
    /// The folder or file can't be written, is in use, or is damaged elsewhere than at its end.
    pub(crate) fn open(folder: &Path, name: &str) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
        let number = last_number(folder, name)?.unwrap_or(1);
        let writer = file(folder, name, number)?;
        Ok(Self { folder: folder.to_owned(), name: name.to_owned(), number, writer, largest: LARGEST_FILE })
    }

    fn keep(&mut self, answer: &Response) -> anyhow::Result<()> {
        if self.writer.position() >= self.largest {
            self.writer.sync()?;
            self.number += 1;
            self.writer = file(&self.folder, &self.name, self.number)?;
        }
        let kept = |name: &str| !LEFT_OUT.iter().any(|left_out| name.eq_ignore_ascii_case(left_out));
        let mut headers: Vec<(&str, String)> = answer
            .headers
            .iter()
            .filter(|(name, _)| kept(name))
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        headers.push(("Content-Length", answer.body.len().to_string()));
        let message = http_response(answer.status, &headers, &answer.body);
        let date = answer.fetched.as_deref().unwrap_or("1970-01-01T00:00:00Z");
        self.writer.response(without_user(&answer.url).as_str(), date, &message)?;
        self.writer.flush()?;
        Ok(())
    }
}

/// Opens a file, and describes it where it is new.
fn file(folder: &Path, name: &str, number: u32) -> anyhow::Result<WarcWriter<WarcFile>> {
    let file = format!("{name}-{number:05}.warc.gz");
    let (mut writer, opened) = WarcWriter::append(folder.join(&file), RecordIds::random())?;
    if opened.cut > 0 {
        tracing::warn!(file, bytes = opened.cut, "a torn record at the archive's end was cut off");
    }
    if opened.kept == 0 {
        let software = concat!("Masthead/", env!("CARGO_PKG_VERSION"));
        let about = [
            ("software", software),
            ("format", "WARC File Format 1.1"),
            ("description", "answers of a crawl; bodies are decoded, cookies left out"),
        ];
        writer.warcinfo(&now(), &file, &about)?;
    }
    Ok(writer)
}

fn last_number(folder: &Path, name: &str) -> anyhow::Result<Option<u32>> {
    let mut last = None;
    for entry in folder.read_dir().with_context(|| format!("can't read {}", folder.display()))? {
        let file = entry?.file_name();
        let number = file.to_str().and_then(|file| {
            let number = file.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".warc.gz")?;
            number.parse::<u32>().ok()
        });
        last = last.max(number);
    }
    Ok(last)
}

fn now() -> String {
    jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap_or_default().to_string()
}

fn without_user(url: &url::Url) -> url::Url {
    let mut shown = url.clone();
    match shown.set_username("").and_then(|()| shown.set_password(None)) {
        Ok(()) => shown,
        // Only URLs without a host refuse, and they have no user.
        Err(()) => url.clone(),
    }
}

impl Recorder {
    /// `failed` ends the crawl: what can't be kept must not be committed.
    pub(crate) fn new(
        inner: Arc<dyn Fetch>,
        archive: Archive,
        failed: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        Self { inner, archive: Arc::new(Mutex::new(archive)), failed: Box::new(failed) }
    }
}

#[async_trait]
impl Fetch for Recorder {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let answer = self.inner.fetch(request).await?;
        // "Not modified" has nothing to keep, and would stand before the page on a replay.
        if answer.status == 304 {
            return Ok(answer);
        }
        let archive = Arc::clone(&self.archive);
        let kept = tokio::task::spawn_blocking(move || {
            let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
            archive.keep(&answer).map(|()| answer)
        });
        let fault = match kept.await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => format!("the archive can't be written: {error:#}"),
            Err(error) => format!("the archive can't be written: {error}"),
        };
        (self.failed)(fault.clone());
        Err(FetchError::new(&request.url, FetchErrorKind::NotKept).caused_by(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(url: &str, body: &str) -> Response {
        let headers =
            [("Content-Type", "text/html"), ("Set-Cookie", "login=s3cret"), ("Content-Length", "999")];
        Response {
            url: url.parse().unwrap(),
            status: 200,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.as_bytes().to_vec(),
            fetched: Some("2026-03-02T03:00:00Z".to_owned()),
            truncated: false,
        }
    }

    #[test]
    fn answers_are_kept_over_runs_and_files_and_without_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path(), "lantern").unwrap();
        archive.keep(&answer("https://u:p@a.example/1", "one")).unwrap();
        drop(archive);
        // A writer that was killed in the middle of a record.
        let first = folder.path().join("lantern-00001.warc.gz");
        let mut bytes = std::fs::read(&first).unwrap();
        bytes.extend_from_slice(&bytes.clone()[..40]);
        std::fs::write(&first, bytes).unwrap();

        let mut archive = Archive::open(folder.path(), "lantern").unwrap();
        archive.keep(&answer("https://a.example/2", "two")).unwrap();
        archive.largest = 1;
        archive.keep(&answer("https://a.example/3", "three")).unwrap();
        drop(archive);
        let archive = masthead_warc::Archive::open(folder.path()).unwrap();
        assert!(archive.faults().is_empty(), "{:?}", archive.faults());
        assert!(folder.path().join("lantern-00002.warc.gz").exists());
        for (number, body) in [(1, "one"), (2, "two"), (3, "three")] {
            let kept = archive.get(&format!("https://a.example/{number}")).unwrap().unwrap();
            assert_eq!(kept.body, body.as_bytes());
            assert_eq!(kept.header("set-cookie"), None);
            assert_eq!(kept.header("content-length"), Some(body.len().to_string().as_str()));
        }
    }
}
