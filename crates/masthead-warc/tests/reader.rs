//! What the reader makes of sound, odd and broken files.

#![expect(clippy::unwrap_used, reason = "a test stops where its preparation fails")]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use masthead_warc::{
    ReadErrorKind, ReadOptions, Record, RecordIds, RecordReader, RecordType, WarcWriter, http_response,
};

const DATE: &str = "2026-03-02T03:00:00Z";

fn record_text(target: &str, block: &str) -> String {
    format!(
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Target-URI: {target}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn records(bytes: &[u8]) -> Vec<Record> {
    RecordReader::new(bytes).map(Result::unwrap).collect()
}

#[test]
fn what_is_written_is_read() {
    let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("test"));
    let info = writer.warcinfo(DATE, "test.warc.gz", &[("software", "masthead")]).unwrap();
    let message = http_response(200, &[("Content-Type", "text/plain")], b"body");
    let response = writer.response("https://a.example/", DATE, &message).unwrap();
    writer.request("https://a.example/", DATE, &response.record_id, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    writer
        .metadata("https://a.example/", DATE, &response.record_id, &[("via", "https://b.example/")])
        .unwrap();
    let bytes = writer.into_inner();

    let records = records(&bytes);
    let types: Vec<RecordType> = records.iter().map(|record| record.header.record_type()).collect();
    assert_eq!(
        types,
        [RecordType::Warcinfo, RecordType::Response, RecordType::Request, RecordType::Metadata]
    );
    assert_eq!(records[0].block, b"software: masthead\r\n");
    assert_eq!(records[0].header.field("warc-filename"), Some("test.warc.gz"));
    assert_eq!(records[1].block, message);
    assert_eq!(records[1].payload(), b"body");
    assert_eq!(records[1].header.field("WARC-Warcinfo-ID"), Some(info.record_id.as_str()));
    assert_eq!(records[2].header.field("WARC-Concurrent-To"), Some(response.record_id.as_str()));
    assert!(records.iter().all(|record| record.block_digest_matches() == Some(true)));
    assert_eq!(records[1].payload_digest_matches(), Some(true));
    assert_eq!(records[2].payload_digest_matches(), None, "a request without a body has no payload");
}

#[test]
fn values_that_would_break_the_header_are_refused() {
    let mut writer = WarcWriter::new(Vec::new(), RecordIds::random());
    assert!(writer.response("https://a.example/\r\nX: y", DATE, b"").is_err());
    assert!(writer.warcinfo(DATE, "x", &[("a\nb", "c")]).is_err());
    assert!(writer.response("https://a.example/", "yesterday", b"").is_err());
    assert_eq!(writer.position(), 0);
    assert!(writer.into_inner().is_empty());
}

#[test]
fn plain_members_and_whole_file_gzip_hold_the_same_records() {
    let texts = [record_text("http://a.example/1", "one"), record_text("http://a.example/2", "two")];
    let plain = texts.concat().into_bytes();
    let members: Vec<u8> = texts.iter().flat_map(|text| gzip(text.as_bytes())).collect();
    let expected = records(&plain);
    assert_eq!(expected.len(), 2);
    assert_eq!(records(&members), expected);
    assert_eq!(records(&gzip(&plain)), expected);
}

#[test]
fn places_are_members_or_bytes() {
    let texts = [record_text("http://a.example/1", "one"), record_text("http://a.example/2", "two")];
    let second = |bytes: &[u8]| {
        let mut reader = RecordReader::new(bytes);
        reader.by_ref().nth(1).unwrap().unwrap();
        (reader.location().offset, reader.location().within)
    };
    let first_length = texts[0].len() as u64;
    assert_eq!(second(texts.concat().as_bytes()), (first_length, 0));
    assert_eq!(second(&gzip(texts.concat().as_bytes())), (0, first_length));
    let members = [gzip(texts[0].as_bytes()), gzip(texts[1].as_bytes())];
    assert_eq!(second(&members.concat()), (members[0].len() as u64, 0));
}

#[test]
fn lines_may_end_in_line_feeds_and_continue() {
    let text = "WARC/1.0\nWARC-Type: resource\nWARC-Target-URI: <http://a.example/>\nX-Long: one\n two\nno colon\n\
                content-length: 3\n\nabc\n\n\nWARC/1.0\nContent-Length:0\n\n";
    let records = records(text.as_bytes());
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].header.target_uri(), Some("http://a.example/"));
    assert_eq!(records[0].header.field("X-Long"), Some("one two"));
    assert_eq!(records[0].block, b"abc");
    assert_eq!(records[0].block_digest_matches(), None);
}

#[test]
fn reading_goes_on_behind_a_malformed_record() {
    let good = record_text("http://a.example/", "good");
    let text = format!("{good}WARC/1.1\r\nWARC-Type: resource\r\n\r\n{good}rubbish\r\nmore\r\n{good}");
    let outcome: Vec<_> = RecordReader::new(text.as_bytes()).collect();
    let faults: Vec<u64> =
        outcome.iter().filter_map(|item| item.as_ref().err()).map(|fault| fault.offset).collect();
    assert_eq!(outcome.iter().filter(|item| item.is_ok()).count(), 3);
    assert_eq!(faults, [good.len() as u64, text.find("rubbish").unwrap() as u64]);
}

#[test]
fn a_large_record_is_skipped_and_said() {
    let text =
        [record_text("http://a.example/1", &"x".repeat(100)), record_text("http://a.example/2", "two")]
            .concat();
    let options = ReadOptions::default().with_max_record_bytes(99);
    let mut reader = RecordReader::new(text.as_bytes()).with_options(options);
    let fault = reader.next().unwrap().unwrap_err();
    assert!(matches!(fault.kind, ReadErrorKind::TooLarge { length: 100, limit: 99, .. }));
    assert_eq!(reader.next().unwrap().unwrap().block, b"two");
    assert!(reader.next().is_none());
}

#[test]
fn a_claimed_length_is_not_reserved() {
    let text = "WARC/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nshort";
    let options = ReadOptions::default().with_max_record_bytes(u64::MAX);
    let fault = RecordReader::new(text.as_bytes()).with_options(options).next().unwrap().unwrap_err();
    assert!(matches!(fault.kind, ReadErrorKind::Truncated));
}

#[test]
fn a_torn_member_ends_the_reading_at_its_offset() {
    let first = gzip(record_text("http://a.example/1", "one").as_bytes());
    let second = gzip(record_text("http://a.example/2", "two").as_bytes());
    let torn = [first.as_slice(), second.split_at(second.len() / 2).0].concat();
    let mut reader = RecordReader::new(torn.as_slice());
    assert_eq!(reader.next().unwrap().unwrap().block, b"one");
    assert_eq!(reader.next().unwrap().unwrap_err().offset, first.len() as u64);
    assert!(reader.next().is_none());
}

#[test]
fn an_endless_header_is_refused() {
    let text = format!("WARC/1.1\r\n{}", "a: b\r\n".repeat(100_000));
    let fault = RecordReader::new(text.as_bytes()).next().unwrap().unwrap_err();
    assert!(matches!(fault.kind, ReadErrorKind::Malformed(_)));
}

#[test]
fn nothing_holds_no_records() {
    assert!(RecordReader::new(&b""[..]).next().is_none());
    assert!(RecordReader::new(&b"\r\n\r\n"[..]).next().is_none());
}
