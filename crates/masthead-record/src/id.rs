use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What makes two records the same record: 128 bits, written as 32 lower-case hexadecimal digits.
///
/// The first 128 bits of the SHA-256 (FIPS 180-4) over kind, canonical URL and key, each followed by a zero byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(String);

impl RecordId {
    /// The id of the record of `kind` at the canonical `url`. `key` tells apart several records of one page and is
    /// empty for articles.
    #[must_use]
    pub fn new(kind: &str, url: &str, key: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [kind, url, key] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 32 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(RecordId::new("a", "b", ""), RecordId::new("ab", "", ""));
        assert_eq!(RecordId::new("article", "https://example.com/", "").as_str().len(), 32);
    }

    #[test]
    fn the_id_of_a_record_never_changes_between_versions() {
        let id = RecordId::new("article", "https://example.com/a", "");
        assert_eq!(id.as_str(), "ab7344714cb3dbc4f01bc5aed796ad3b", "a changed id would double every record");
    }
}
