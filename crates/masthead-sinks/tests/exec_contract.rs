//! The contract suite on `exec`, with a program that keeps what it reads in a file, for each way to acknowledge.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::fs;

use masthead_record::{Item, Sink};
use masthead_sinks::exec::{Acknowledgement, ExecCommand, ExecSink};
use masthead_testkit::sink::{Kept, SinkUnderTest, assert_sink_contract};
use tempfile::TempDir;

/// Appends what it reads to the file that it is named after.
const BY_EXIT: &str = r#"cat >> "$0""#;

/// Prints an id only when its line is in the file.
const BY_LINES: &str =
    r#"while read -r line; do printf "%s\n" "$line" >> "$0"; id=${line#*:?}; echo "${id%%?,*}"; done"#;

struct Program {
    folder: TempDir,
    script: &'static str,
    acknowledgement: Acknowledgement,
}

impl SinkUnderTest for Program {
    fn sink(&self) -> Box<dyn Sink> {
        let file = self.folder.path().join("kept");
        let command = ExecCommand::parse(&format!("sh -c '{}' '{}'", self.script, file.display())).unwrap();
        Box::new(ExecSink::new(command.acknowledging_by(self.acknowledgement)))
    }

    fn read_back(&self) -> Vec<Kept> {
        let kept = fs::read_to_string(self.folder.path().join("kept")).unwrap_or_default();
        let items = kept.lines().map(|line| serde_json::from_str::<Item>(line).unwrap());
        items.map(|item| (item.id().clone(), item.revision())).collect()
    }
}

#[test]
fn a_program_that_acknowledges_by_its_exit_keeps_the_contract() {
    assert_sink_contract(&|| {
        let folder = TempDir::new().unwrap();
        Box::new(Program { folder, script: BY_EXIT, acknowledgement: Acknowledgement::Exit })
    });
}

#[test]
fn a_program_that_acknowledges_by_lines_keeps_the_contract() {
    assert_sink_contract(&|| {
        let folder = TempDir::new().unwrap();
        Box::new(Program { folder, script: BY_LINES, acknowledgement: Acknowledgement::Lines })
    });
}
