//! Files of real crawlers, sound and broken, from warcio's test data.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops where its preparation fails")]

use std::path::PathBuf;

use masthead_warc::{Archive, HttpResponse, ReadError, Record, RecordReader};

/// The folder beside the project, or `None` (said loudly) where it is absent.
fn file(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = shared.join("corpus/warc/warcio").join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {name} was not read (../shared is absent)");
        return None;
    }
    Some(path)
}

fn read(path: &PathBuf) -> Vec<Result<Record, ReadError>> {
    RecordReader::open(path).unwrap().collect()
}

fn types(records: &[Result<Record, ReadError>]) -> Vec<String> {
    records.iter().map(|record| record.as_ref().unwrap().header.record_type().as_str().to_owned()).collect()
}

fn bodies(records: &[Result<Record, ReadError>]) -> Vec<masthead_warc::Body> {
    let responses =
        records.iter().flatten().filter(|record| record.header.record_type().as_str() == "response");
    responses.map(|record| HttpResponse::parse(&record.block).unwrap().body(1_000_000).unwrap()).collect()
}

#[test]
fn a_chunked_body_is_joined() {
    let Some(path) = file("example-iana.org-chunked.warc") else { return };
    let records = read(&path);
    assert_eq!(types(&records), ["warcinfo", "response", "request"]);
    let body = bodies(&records).remove(0);
    assert_eq!((body.bytes.len(), body.truncated), (0x1c37, false));
    assert!(body.bytes.starts_with(b"<!doctype html>"));
    let response = records[1].as_ref().unwrap();
    assert_eq!(response.block_digest_matches(), Some(true), "a hexadecimal digest");
    let archive = Archive::open(&path).unwrap();
    assert_eq!(archive.get("http://www.iana.org/").unwrap().unwrap().body, body.bytes);
}

#[test]
fn a_record_spread_over_several_gzip_members_is_read() {
    let Some(path) = file("example-wrong-chunks.warc.gz") else { return };
    assert_eq!(types(&read(&path)), ["response", "request"]);
    let archive = Archive::open(&path).unwrap();
    assert_eq!(archive.get("http://example.com/").unwrap().unwrap().status, 200);
    let body = bodies(&read(&path)).remove(0);
    assert!(body.bytes.starts_with(b"<!doctype html>"));
    assert!(body.bytes.ends_with(b"</html>\n"));
}

#[test]
fn a_file_compressed_as_a_whole_is_read_and_indexed() {
    let Some(path) = file("example-bad.warc.gz.bad") else { return };
    let records = read(&path);
    assert_eq!(types(&records), ["warcinfo", "response", "request", "revisit", "request", "response"]);
    let archive = Archive::open(&path).unwrap();
    let page = archive.get("http://example.com/?example=1").unwrap().unwrap();
    assert_eq!(page.url, "http://example.com?example=1");
    assert_eq!(page.date, "2014-01-03T03:03:41Z", "of the revisit, whose body is the earlier response's");
    assert!(page.body.ends_with(b"</html>\n"));
}

#[test]
fn targets_in_angle_brackets_and_with_spaces_are_found() {
    let Some(path) = file("example-wget-bad-target-uri.warc.gz") else { return };
    assert_eq!(Archive::open(&path).unwrap().get("http://example.com/").unwrap().unwrap().status, 200);
    let Some(path) = file("example-space-in-target-uri.warc.gz") else { return };
    let archive = Archive::open(&path).unwrap();
    let image = archive.get("file:///example with spaces.png").unwrap().unwrap();
    assert_eq!((image.body.len(), image.header("content-type")), (70, Some("image/png")));
}

#[test]
fn digests_of_sound_files_hold() {
    for name in ["example-resource.warc.gz", "post-test.warc.gz", "example-wget-bad-target-uri.warc.gz"] {
        let Some(path) = file(name) else { return };
        for record in read(&path) {
            let record = record.unwrap();
            assert_ne!(record.block_digest_matches(), Some(false), "{name}: {:?}", record.header.record_id());
            assert_ne!(
                record.payload_digest_matches(),
                Some(false),
                "{name}: {:?}",
                record.header.record_id()
            );
        }
    }
}

#[test]
fn a_body_without_its_end_is_marked() {
    let Some(path) = file("example-trunc.warc") else { return };
    let records = read(&path);
    let body = bodies(&records).remove(0);
    assert!(body.bytes.starts_with(b"<!doctype html>"));
}

#[test]
fn an_arc_file_is_named_as_such() {
    let Some(path) = file("example-space-in-url.arc") else { return };
    let fault = read(&path).remove(0).unwrap_err();
    assert!(fault.kind.to_string().contains("ARC file"), "{}", fault.kind);
}
