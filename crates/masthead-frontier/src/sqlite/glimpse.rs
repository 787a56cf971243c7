use std::path::Path;

use super::store::SqliteStore;
use super::writer::milliseconds;
use super::{file, run, schema, stats};
use crate::{Clock as _, HostStatus, Identity, Reason, Stats, StoreError, SystemClock};

/// What can be said of a state without opening it for work.
#[derive(Clone, Debug)]
pub struct Glimpse {
    /// Which crawl it belongs to, where one has begun.
    pub identity: Option<Identity>,
    /// Where the crawl stands.
    pub stats: Stats,
    /// The hosts that have the most to be fetched, at most 20.
    pub hosts: Vec<HostStatus>,
    /// Why tasks failed or were skipped, the commonest first, at most 20.
    pub reasons: Vec<Reason>,
}

impl SqliteStore {
    /// Looks at a state, also while a crawl uses it, and changes nothing. Blocking.
    ///
    /// # Errors
    /// [`StoreError::Io`] where there is none; else as [`open`](Self::open), without [`StoreError::InUse`].
    pub fn glimpse(folder: &Path) -> Result<Glimpse, StoreError> {
        let path = folder.join(file::DATABASE);
        let look = || {
            let sql = file::reader(&path)?;
            if schema::check(&sql, &path)? == 0 {
                return Err(StoreError::Foreign { path: path.clone() }.into());
            }
            // One transaction, so that the parts are of one moment.
            sql.execute_batch("BEGIN")?;
            Ok(Glimpse {
                identity: run::identity_of(&sql)?,
                stats: stats::stats(&sql)?,
                hosts: stats::hosts(&sql, milliseconds(SystemClock::default().now()), 20)?,
                reasons: stats::reasons(&sql, 20)?,
            })
        };
        look().map_err(|fault: super::fault::Fault| fault.in_file(&path))
    }
}
