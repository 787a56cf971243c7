//! The crawl's archive: `warc:DIR`.
//!
//! WARC files hold what the hosts answered, not records, so no [`Sink`](masthead_record::Sink) can write them: the driver
//! does, before each commit. People name the archive among the sinks; this module is the name.

use masthead_record::Guarantee;

use crate::{SinkKind, SinkSpec, Target, TargetForm};

/// The kind's name.
pub const NAME: &str = "warc";

/// What `warc:DIR` is, for lists and for reading specs.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new(NAME, |_| {
        Err("an archive takes what hosts answered, not records: the driver writes it".into())
    })
    .described("every answer of the hosts, in WARC/1.1 files that --archive replays")
    .example("warc:archive/")
    .guarantees(Guarantee::AtLeastOnce)
    .writes_to(TargetForm::Folder)
}

/// The folder of an archive; `None` for a spec of any other kind.
#[must_use]
pub fn folder(spec: &SinkSpec) -> Option<&std::path::Path> {
    match &spec.target {
        Target::Folder(folder) if spec.kind == NAME => Some(folder),
        _ => None,
    }
}
