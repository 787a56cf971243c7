//! `WARC-Record-ID`: a `urn:uuid:` for each record.

use std::hash::{BuildHasher as _, RandomState};

use data_encoding::HEXLOWER;

use crate::digest::sha1;

/// Where record ids come from.
#[derive(Debug, Clone)]
pub struct RecordIds {
    seed: Vec<u8>,
    version: u8,
}

impl RecordIds {
    /// Ids that depend on the seed and on the record's place in the file alone: the same input gives the same file.
    /// Files that may ever stand side by side need different seeds (the file's name is a good one).
    pub fn seeded(seed: impl AsRef<[u8]>) -> Self {
        RecordIds { seed: seed.as_ref().to_vec(), version: 5 }
    }

    /// Ids that never come twice.
    pub fn random() -> Self {
        // The standard library keys its hash maps from the system's randomness; two states give 128 bits of it.
        let words = [RandomState::new().hash_one(0u8), RandomState::new().hash_one(1u8)];
        RecordIds { seed: words.iter().flat_map(|word| word.to_le_bytes()).collect(), version: 4 }
    }

    /// The id of the record that begins at `offset`, with its angle brackets: `<urn:uuid:…>`.
    pub(crate) fn at(&self, offset: u64) -> String {
        let mut name = self.seed.clone();
        name.extend(offset.to_be_bytes());
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = sha1(&name);
        // Version and variant bits: RFC 9562 §4.
        let (g, i) = (self.version << 4 | g & 0x0f, 0x80 | i & 0x3f);
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        let groups = [hex(&[a, b, c, d]), hex(&[e, f]), hex(&[g, h]), hex(&[i, j]), hex(&[k, l, m, n, o, p])];
        format!("<urn:uuid:{}>", groups.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_random_ones_do_not() {
        let seeded = RecordIds::seeded("a");
        assert_eq!(seeded.at(0), RecordIds::seeded("a").at(0));
        assert_ne!(seeded.at(0), seeded.at(1));
        assert_ne!(seeded.at(0), RecordIds::seeded("b").at(0));
        assert_ne!(RecordIds::random().at(0), RecordIds::random().at(0));
    }

    #[test]
    fn an_id_is_a_uuid() {
        let id = RecordIds::random().at(7);
        assert_eq!(id.len(), "<urn:uuid:>".len() + 36);
        assert_eq!(id.chars().nth(10 + 14), Some('4'));
        assert_eq!(RecordIds::seeded("a").at(7).chars().nth(10 + 14), Some('5'));
    }
}
