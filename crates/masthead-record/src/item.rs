use serde::{Deserialize, Serialize};

use crate::{Record, RecordId};

/// What a sink is handed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Item {
    /// An article that is gone from its site. First of the two, as its `kind` admits no other value.
    Removed(Removed),
    /// A record, new or in a higher revision.
    Record(Box<Record>),
}

impl Item {
    /// The id of the record that this is about.
    #[must_use]
    pub fn id(&self) -> &RecordId {
        match self {
            Self::Record(record) => &record.id,
            Self::Removed(removed) => &removed.id,
        }
    }

    /// Which revision of the record this is, from 1.
    #[must_use]
    pub fn revision(&self) -> u32 {
        match self {
            Self::Record(record) => record.revision,
            Self::Removed(removed) => removed.revision,
        }
    }

    /// Whether a required field is missing. Such items go to the incomplete output.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        matches!(self, Self::Record(record) if record.is_incomplete())
    }
}

/// The note that a record's page is gone (404 or 410): `{"kind": "removed", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// The id of the record whose page is gone.
    pub id: RecordId,
    /// One more than the record's last revision.
    pub revision: u32,
    /// Always `removed`.
    pub kind: RemovedKind,
    /// The profile's name.
    pub profile: String,
    /// The canonical URL.
    pub url: String,
    /// When this was seen, RFC 3339.
    pub fetched: Option<String>,
}

/// The one value of [`Removed::kind`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemovedKind {
    /// `removed`
    #[default]
    Removed,
}
