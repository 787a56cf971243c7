//! Where a crawl's state lies, and how it is forgotten.

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

/// Forgets a state and removes the outputs that it provably wrote. Returns the files that were removed.
///
/// The proof is the sink's own: it opens at the position that the state remembers, which it refuses for a file that it
/// doesn't recognise. The outputs go first: a crash in between leaves a state that asks for `--fresh` again.
pub(crate) fn forget(folder: &Path, outputs: &mut [Output]) -> anyhow::Result<Vec<PathBuf>> {
    if !SqliteStore::exists(folder) {
        return Ok(Vec::new());
    }
    let mut proven = Vec::new();
    match SqliteStore::open(folder, StoreOptions::default()) {
        Ok(store) => {
            let filled = outputs.iter_mut().filter(|output| output.file.as_deref().is_some_and(is_filled));
            for output in filled {
                proven.extend(prove(&store, output)?);
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
    for path in &proven {
        fs::remove_file(path).with_context(|| format!("can't replace {}", path.display()))?;
    }
    SqliteStore::remove(folder)?;
    Ok(proven)
}

fn prove(store: &SqliteStore, output: &mut Output) -> anyhow::Result<Option<PathBuf>> {
    let Some(path) = output.file.clone() else { return Ok(None) };
    let stored = store.cursor(&output.key)?.unwrap_or_default();
    let position = Remembered::from_stored(&stored).position;
    let stream = store.stream()?;
    match position.map(|position| output.sink.open(&stream, Some(&position))) {
        Some(Ok(_)) => Ok(Some(path)),
        Some(Err(_)) | None => Err(JobError::ForeignOutput { path }.into()),
    }
}

fn is_filled(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() > 0)
}
