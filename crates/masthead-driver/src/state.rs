//! Where a crawl's state lies, and how it is forgotten.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use masthead_frontier::{Outbox as _, SqliteStore, StoreError, StoreOptions};

use crate::delivery::{Output, Remembered};
use crate::job::JobError;

/// The folder of a crawl's state where the job names none: `.crawl/NAME` beside the first file that the crawl writes,
/// NAME being the profile's; in the present folder where it writes no file.
pub(crate) fn default_folder(outputs: &[Output], profile: &str, present: &Path) -> PathBuf {
    let first = outputs.iter().find_map(|output| output.file.as_deref());
    first.and_then(Path::parent).unwrap_or(present).join(".crawl").join(profile)
}

/// Forgets a state and takes away what it provably wrote.
///
/// The proof is the sink's own: it opens at the position that the state remembers, which it refuses for a file that it
/// doesn't recognise. The outputs go first: a crash in between leaves a state that asks for `--fresh` again.
pub(crate) fn forget(folder: &Path, outputs: &mut [Output]) -> anyhow::Result<Vec<Forgotten>> {
    if !SqliteStore::exists(folder) {
        return Ok(Vec::new());
    }
    let mut proven = Vec::new();
    match SqliteStore::open(folder, StoreOptions::default()) {
        Ok(store) => {
            for (index, output) in outputs.iter_mut().enumerate() {
                if let Some(path) = output.file.clone().filter(|path| is_filled(path)) {
                    prove(&store, output, path)?;
                    proven.push(index);
                }
            }
        }
        // Such a state proves nothing; it may go where there is nothing to prove.
        Err(StoreError::Corrupt { .. }) => {
            if let Some(path) =
                outputs.iter().filter_map(|output| output.file.clone()).find(|path| is_filled(path))
            {
                return Err(JobError::ForeignOutput { path }.into());
            }
        }
        Err(error) => return Err(error.into()),
    }
    let mut forgotten = Vec::new();
    for index in proven {
        let Some(output) = outputs.get_mut(index) else { continue };
        let Some(path) = output.file.clone() else { continue };
        let erased = output.sink.erase().with_context(|| format!("can't change {}", path.display()))?;
        if !erased {
            fs::remove_file(&path).with_context(|| format!("can't replace {}", path.display()))?;
        }
        forgotten.push(if erased { Forgotten::Rows(path) } else { Forgotten::File(path) });
    }
    SqliteStore::remove(folder)?;
    Ok(forgotten)
}

/// What a fresh start took away.
#[derive(Debug)]
pub(crate) enum Forgotten {
    /// A file that this crawl had written.
    File(PathBuf),
    /// This crawl's part of a file.
    Rows(PathBuf),
}

impl Display for Forgotten {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{} is replaced: this crawl had written it.", path.display()),
            Self::Rows(path) => write!(f, "What this crawl had written to {} is taken out.", path.display()),
        }
    }
}

fn prove(store: &SqliteStore, output: &mut Output, path: PathBuf) -> anyhow::Result<()> {
    let stored = store.cursor(&output.key)?.unwrap_or_default();
    let position = Remembered::from_stored(&stored).position;
    let stream = store.stream()?;
    match position.map(|position| output.sink.open(&stream, Some(&position))) {
        Some(Ok(_)) => Ok(()),
        Some(Err(_)) | None => Err(JobError::ForeignOutput { path }.into()),
    }
}

fn is_filled(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() > 0)
}
