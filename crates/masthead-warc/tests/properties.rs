//! Properties: what is written comes back; no bytes make the reader panic or run for ever.

#![expect(clippy::unwrap_used, reason = "a test stops where its preparation fails")]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use masthead_warc::{Archive, HttpResponse, RecordIds, RecordReader, WarcWriter, http_response};
use proptest::prelude::*;

const DATE: &str = "2026-03-02T03:00:00Z";

/// Status, headers, body.
type Message = (u16, Vec<(String, String)>, Vec<u8>);

fn exchanges() -> impl Strategy<Value = Vec<Message>> {
    let header = ("X-[A-Za-z-]{1,12}", "[ -~가-힣]{0,30}");
    let body = proptest::collection::vec(any::<u8>(), 0..600);
    proptest::collection::vec((200u16..600, proptest::collection::vec(header, 0..6), body), 1..6)
}

/// A small sound file with every kind of record and body.
fn sample() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(b"hello hello hello").unwrap();
    let gzip = gzip.finish().unwrap();
    let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("sample"));
    writer.warcinfo(DATE, "sample", &[("software", "test")]).unwrap();
    let packed = http_response(200, &[("Content-Encoding", "gzip")], &gzip);
    let first = writer.response("https://a.example/1", DATE, &packed).unwrap();
    let chunked = http_response(200, &[("Transfer-Encoding", "chunked")], b"5\r\nhello\r\n0\r\n\r\n");
    writer.response("https://a.example/2", DATE, &chunked).unwrap();
    writer.revisit("https://a.example/3", DATE, &packed, &first, "https://a.example/1", DATE).unwrap();
    writer.into_inner()
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut plain).unwrap();
    plain
}

/// Reads whatever can be read, in every way there is.
fn read_all(bytes: Vec<u8>) {
    let (mut records, limit) = (0, bytes.len() + 2);
    for record in RecordReader::new(bytes.as_slice()).flatten() {
        record.block_digest_matches();
        record.payload_digest_matches();
        if let Ok(response) = HttpResponse::parse(&record.block) {
            response.body(1000).ok();
        }
        records += 1;
        assert!(records < limit, "each record takes bytes");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.warc.gz");
    std::fs::write(&path, bytes).unwrap();
    let archive = Archive::open(&path).unwrap();
    for url in archive.urls() {
        archive.get(url).ok();
    }
}

proptest! {
    #[test]
    fn what_is_written_comes_back(exchanges in exchanges()) {
        let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("round trip"));
        let messages: Vec<Vec<u8>> =
            exchanges.iter().map(|(status, headers, body)| http_response(*status, headers, body)).collect();
        for message in &messages {
            writer.response("https://a.example/", DATE, message).unwrap();
        }
        let bytes = writer.into_inner();
        let records: Vec<_> = RecordReader::new(bytes.as_slice()).map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), messages.len());
        for ((record, message), (status, headers, body)) in records.iter().zip(&messages).zip(&exchanges) {
            prop_assert_eq!(&record.block, message);
            prop_assert_eq!(record.block_digest_matches(), Some(true));
            prop_assert_ne!(record.payload_digest_matches(), Some(false));
            let response = HttpResponse::parse(&record.block).unwrap();
            prop_assert_eq!(response.status, *status);
            prop_assert_eq!(&response.raw_body, body);
            prop_assert_eq!(&response.body(1000).unwrap().bytes, body);
            for ((name, value), (expected_name, expected)) in response.headers.iter().zip(headers) {
                prop_assert_eq!((name.as_str(), value.as_str()), (expected_name.as_str(), expected.trim()));
            }
        }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(exchanges in exchanges()) {
        let write = || {
            let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("same"));
            for (status, headers, body) in &exchanges {
                writer.response("https://a.example/", DATE, &http_response(*status, headers, body)).unwrap();
            }
            writer.into_inner()
        };
        prop_assert_eq!(write(), write());
    }

    #[test]
    fn mutated_files_never_panic(
        plain in any::<bool>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = if plain { unpacked(&sample()) } else { sample() };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(bytes);
    }

    #[test]
    fn lines_in_any_order_never_panic(
        lines in proptest::collection::vec(prop_oneof![
            Just("WARC/1.1".to_owned()), Just(String::new()), Just("Content-Length: 7".to_owned()),
            Just("Content-Length: -1".to_owned()), Just("WARC-Type: response".to_owned()), Just("HTTP/1.1 200 OK".to_owned()),
            Just("WARC-Target-URI: <https://a.example/>".to_owned()), Just("WARC-Type: revisit".to_owned()),
            Just("Transfer-Encoding: chunked".to_owned()), "[0-9a-f]{1,17}", "\\PC{0,20}",
        ], 0..40),
    ) {
        read_all(lines.join("\r\n").into_bytes());
    }

    #[test]
    fn bodies_of_any_bytes_never_panic(
        body in proptest::collection::vec(any::<u8>(), 0..200),
        coding in prop_oneof![Just("gzip"), Just("deflate"), Just("br"), Just("gzip, deflate")],
        chunked in any::<bool>(),
    ) {
        let mut headers = vec![("Content-Encoding", coding)];
        headers.extend(chunked.then_some(("Transfer-Encoding", "chunked")));
        let response = HttpResponse::parse(&http_response(200, &headers, &body)).unwrap();
        if let Ok(decoded) = response.body(50) {
            prop_assert!(decoded.bytes.len() <= 50);
        }
    }
}
