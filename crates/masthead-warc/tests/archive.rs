//! The archive as a store of pages.

use std::fs;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use masthead_warc::{Archive, ArchiveError, NewRecord, RecordIds, RecordType, WarcWriter, http_response};

const PAGE: &str = "https://a.example/page";

fn writer(seed: &str) -> WarcWriter<Vec<u8>> {
    WarcWriter::new(Vec::new(), RecordIds::seeded(seed))
}

fn day(number: u8) -> String {
    format!("2026-03-{number:02}T03:00:00Z")
}

fn html(body: &str) -> Vec<u8> {
    http_response(200, &[("Content-Type", "text/html")], body.as_bytes())
}

#[test]
fn the_latest_answer_counts_whatever_the_order_of_files() {
    let folder = tempfile::tempdir().unwrap();
    for (name, date, body) in
        [("a.warc.gz", day(3), "new"), ("b.warc.gz", day(1), "old"), ("c.txt", day(9), "no")]
    {
        let mut writer = writer(name);
        writer.response(PAGE, &date, &html(body)).unwrap();
        fs::write(folder.path().join(name), writer.into_inner()).unwrap();
    }
    let archive = Archive::open(folder.path()).unwrap();
    let page = archive.get("https://A.example/page#part").unwrap().unwrap();
    assert_eq!((page.body.as_slice(), page.date.as_str()), (&b"new"[..], "2026-03-03T03:00:00Z"));
    assert_eq!(page.header("content-type"), Some("text/html"));
    assert_eq!(archive.urls().collect::<Vec<_>>(), [PAGE]);
    assert!(archive.get("https://a.example/other").unwrap().is_none());
}

#[test]
fn every_packing_gives_the_same_pages() {
    let mut writer = writer("packing");
    for number in 0..5 {
        writer.response(&format!("{PAGE}/{number}"), &day(1), &html(&format!("body {number}"))).unwrap();
    }
    let members = writer.into_inner();
    let mut plain = Vec::new();
    MultiGzDecoder::new(members.as_slice()).read_to_end(&mut plain).unwrap();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&plain).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("m.warc.gz", members), ("p.warc", plain), ("w.warc.gz", encoder.finish().unwrap())]
    {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let archive = Archive::open(&path).unwrap();
        assert_eq!(archive.len(), 5);
        for number in 0..5 {
            let page = archive.get(&format!("{PAGE}/{number}")).unwrap().unwrap();
            assert_eq!(page.body, format!("body {number}").into_bytes(), "{name}");
        }
    }
}

#[test]
fn redirects_and_error_pages_are_answers() {
    let mut writer = writer("redirect");
    let moved = http_response(301, &[("Location", "/new")], b"");
    writer.response(PAGE, &day(1), &moved).unwrap();
    writer.response("https://a.example/gone", &day(1), &http_response(410, &[("A", "b")], b"gone")).unwrap();
    let archive = Archive::from_static(writer.into_inner().leak());
    let page = archive.get(PAGE).unwrap().unwrap();
    assert_eq!((page.status, page.header("location")), (301, Some("/new")));
    assert_eq!(archive.get("https://a.example/gone").unwrap().unwrap().status, 410);
}

#[test]
fn a_revisit_has_the_earlier_body_under_the_later_date() {
    let mut writer = writer("revisit");
    let original = writer.response(PAGE, &day(1), &html("same")).unwrap();
    let again = http_response(200, &[("X-Visit", "2")], b"same");
    writer.revisit(PAGE, &day(2), &again, &original, PAGE, &day(1)).unwrap();
    writer.revisit("https://a.example/copy", &day(3), &again, &original, PAGE, &day(1)).unwrap();
    let not_modified = http_response(304, &[("ETag", "x")], b"");
    writer.revisit("https://a.example/304", &day(4), &not_modified, &original, PAGE, &day(1)).unwrap();
    writer
        .revisit("https://a.example/lost", &day(5), &again, &original, "https://b.example/", &day(1))
        .unwrap();
    let archive = Archive::from_static(writer.into_inner().leak());

    let page = archive.get(PAGE).unwrap().unwrap();
    assert_eq!(
        (page.body.as_slice(), page.date.as_str(), page.header("X-Visit")),
        (&b"same"[..], day(2).as_str(), Some("2"))
    );
    let copy = archive.get("https://a.example/copy").unwrap().unwrap();
    assert_eq!((copy.body.as_slice(), copy.url.as_str()), (&b"same"[..], "https://a.example/copy"));
    let unchanged = archive.get("https://a.example/304").unwrap().unwrap();
    assert_eq!((unchanged.status, unchanged.header("content-type")), (200, Some("text/html")));
    assert!(matches!(archive.get("https://a.example/lost"), Err(ArchiveError::OriginalMissing { .. })));
}

#[test]
fn a_torn_file_gives_its_whole_records_and_a_fault() {
    let mut writer = writer("torn");
    writer.response(PAGE, &day(1), &html("whole")).unwrap();
    let torn = writer.response("https://a.example/torn", &day(1), &html("torn")).unwrap();
    let mut bytes = writer.into_inner();
    bytes.truncate(bytes.len() - 5);
    let archive = Archive::from_static(bytes.leak());
    assert_eq!(archive.get(PAGE).unwrap().unwrap().body, b"whole");
    assert!(!archive.contains("https://a.example/torn"));
    assert_eq!(archive.faults().iter().map(|(_, fault)| fault.offset).collect::<Vec<_>>(), [torn.offset]);
}

#[test]
fn the_body_limit_holds_after_unpacking() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&vec![b'x'; 100_000]).unwrap();
    let mut writer = writer("limit");
    let message = http_response(200, &[("Content-Encoding", "gzip")], &encoder.finish().unwrap());
    writer.response(PAGE, &day(1), &message).unwrap();
    let archive = Archive::from_static(writer.into_inner().leak()).with_max_body_bytes(1000);
    let page = archive.get(PAGE).unwrap().unwrap();
    assert_eq!((page.body.len(), page.truncated), (1000, true));
}

#[test]
fn an_empty_folder_and_an_absent_file_are_said() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Archive::open(folder.path()), Err(ArchiveError::Empty { .. })));
    assert!(matches!(Archive::open(folder.path().join("absent.warc")), Err(ArchiveError::Io { .. })));
}

#[test]
fn a_revisit_that_names_nothing_means_the_answer_before_it() {
    let mut writer = writer("bare revisit");
    let revisit = |date| NewRecord {
        record_type: RecordType::Revisit,
        date,
        target_uri: Some(PAGE),
        content_type: "application/http; msgtype=response",
        fields: Vec::new(),
        block: b"",
    };
    writer.response(PAGE, &day(1), &html("first")).unwrap();
    writer.response(PAGE, &day(2), &html("second")).unwrap();
    let later = [day(3), day(4)];
    for date in &later {
        writer.write(&revisit(date)).unwrap();
    }
    let archive = Archive::from_static(writer.into_inner().leak());
    let page = archive.get(PAGE).unwrap().unwrap();
    assert_eq!((page.status, page.body.as_slice(), page.date), (200, &b"second"[..], day(4)));
}

#[test]
fn an_archive_can_be_shared_by_threads() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Archive>();
}
