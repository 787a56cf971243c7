use std::io::{self, BufRead, BufReader, Read};

/// Where a line is cut, in bytes: a program that never ends a line must not fill the memory.
const LONGEST: u64 = 8 << 10;

/// Calls `each` with every line of `stream` that is not empty, safe to show: control characters are escaped.
pub(super) fn each_line(stream: impl Read, mut each: impl FnMut(String)) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if stream.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        let line = printable(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']));
        if !line.trim().is_empty() {
            each(line);
        }
    }
}

fn printable(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        if c.is_control() && c != '\t' {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        each_line(bytes, |line| lines.push(line)).unwrap();
        lines
    }

    #[test]
    fn lines_are_shown_and_their_controls_not_obeyed() {
        assert_eq!(lines(b"one\r\n\n \ntwo\x1b[31m\ttab\nlast"), ["one", "two\\u{1b}[31m\ttab", "last"]);
        assert_eq!(lines("뉴스\n".as_bytes()), ["뉴스"]);
        assert_eq!(lines(b"\xff\n"), ["\u{fffd}"]);
    }

    #[test]
    fn a_line_without_an_end_comes_in_pieces() {
        let pieces = lines(&vec![b'a'; 20_000]);
        assert_eq!(pieces.iter().map(String::len).collect::<Vec<_>>(), [8192, 8192, 3616]);
    }
}
