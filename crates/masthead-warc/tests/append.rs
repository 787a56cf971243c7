//! Appending to files, whole and torn.

#![expect(clippy::unwrap_used, reason = "a test stops where its preparation fails")]

use std::fs;

use masthead_warc::{AppendError, Archive, RecordIds, RecordReader, WarcWriter, http_response};

const DATE: &str = "2026-03-02T03:00:00Z";

fn append(path: &std::path::Path, url: &str) -> masthead_warc::Opened {
    let (mut file, opened) = WarcWriter::append(path, RecordIds::seeded("append")).unwrap();
    file.response(url, DATE, &http_response(200, &[("A", "b")], url.as_bytes())).unwrap();
    file.sync().unwrap();
    opened
}

#[test]
fn a_file_is_created_and_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    assert_eq!(append(&path, "https://a.example/1").kept, 0);
    let length = fs::metadata(&path).unwrap().len();
    let opened = append(&path, "https://a.example/2");
    assert_eq!((opened.kept, opened.cut, opened.members), (length, 0, 1));
    let ids: Vec<_> = RecordReader::open(&path)
        .unwrap()
        .map(|record| record.unwrap().header.record_id().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    append(&path, "https://a.example/1");
    let whole = fs::metadata(&path).unwrap().len();
    append(&path, "https://a.example/2");
    let bytes = fs::read(&path).unwrap();
    for end in 1..bytes.len() {
        fs::write(&path, bytes.split_at(end).0).unwrap();
        let (_, opened) = WarcWriter::append(&path, RecordIds::random()).unwrap();
        let kept = if (end as u64) < whole { 0 } else { whole };
        assert_eq!((opened.kept, opened.cut), (kept, end as u64 - kept), "torn at {end}");
        assert_eq!(fs::metadata(&path).unwrap().len(), kept);
    }
}

#[test]
fn a_tail_of_zeros_is_cut_as_a_power_loss_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    append(&path, "https://a.example/1");
    let mut bytes = fs::read(&path).unwrap();
    let whole = bytes.len();
    bytes.extend([0; 5000]);
    fs::write(&path, bytes).unwrap();
    let opened = append(&path, "https://a.example/2");
    assert_eq!((opened.kept, opened.cut), (whole as u64, 5000));
    let archive = Archive::open(&path).unwrap();
    assert_eq!((archive.len(), archive.faults().len()), (2, 0));
}

#[test]
fn damage_before_whole_records_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    append(&path, "https://a.example/1");
    let first = fs::metadata(&path).unwrap().len();
    append(&path, "https://a.example/2");
    append(&path, "https://a.example/3");
    let mut bytes = fs::read(&path).unwrap();
    bytes[usize::try_from(first).unwrap() + 40] ^= 0xff;
    fs::write(&path, &bytes).unwrap();
    let error = WarcWriter::append(&path, RecordIds::random()).unwrap_err();
    assert!(matches!(error, AppendError::Damaged { offset, .. } if offset == first), "{error}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    let gzipped_text = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0,
        0, 0,
    ];
    for bytes in [&b"WARC/1.1\r\n"[..], b"my diary", &gzipped_text] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(WarcWriter::append(&path, RecordIds::random()), Err(AppendError::NotWarc { .. })));
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn two_writers_never_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    let first = WarcWriter::append(&path, RecordIds::random()).unwrap();
    assert!(matches!(WarcWriter::append(&path, RecordIds::random()), Err(AppendError::Locked { .. })));
    drop(first);
    assert!(WarcWriter::append(&path, RecordIds::random()).is_ok());
}

/// A child process that may write only so many bytes to a file stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_whole_records_and_writing_goes_on() {
    const PATH: &str = "MASTHEAD_TEST_FULL_DISK";
    if let Some(path) = std::env::var_os(PATH) {
        fill_the_disk(std::path::Path::new(&path));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    let child = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" --exact \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg("a_full_disk_leaves_whole_records_and_writing_goes_on")
        .env(PATH, &path)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    let archive = Archive::open(&path).unwrap();
    assert!(archive.faults().is_empty());
    assert!(archive.contains("https://a.example/small"), "what fits is written after the failure");
}

#[cfg(unix)]
fn fill_the_disk(path: &std::path::Path) {
    let (mut file, _) = WarcWriter::append(path, RecordIds::seeded("full")).unwrap();
    let mut state = 1u32;
    let noise: Vec<u8> = (0..1500)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    let message = http_response(200, &[("A", "b")], &noise);
    let failed =
        (0..100).any(|number| file.response(&format!("https://a.example/{number}"), DATE, &message).is_err());
    assert!(failed, "the limit holds");
    assert_eq!(fs::metadata(path).unwrap().len(), file.position());
    file.response("https://a.example/small", DATE, &http_response(204, &[("A", "b")], b"")).unwrap();
    file.sync().unwrap();
}
