//! Where scripts, styles and titles end.

use memchr::{memchr, memchr2, memmem};

/// Whether `text` begins with `word`, case aside, and what may follow a tag's name.
fn begins_with_name(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|own| own.eq_ignore_ascii_case(word))
        && text
            .get(word.len())
            .is_some_and(|byte| matches!(byte, b'\t' | b'\n' | b'\x0c' | b' ' | b'/' | b'>'))
}

/// Where the end tag of an element stands in its contents.
pub(super) fn end_tag(contents: &[u8], name: &[u8]) -> Option<usize> {
    memmem::find_iter(contents, b"</")
        .find(|&at| contents.get(at + 2..).is_some_and(|rest| begins_with_name(rest, name)))
}

/// Where the end tag of a script stands in its contents. In a script a comment hides `<script>` and the end tag that
/// follows it (the states "script data escaped" and "script data double escaped").
pub(super) fn end_of_script(contents: &[u8]) -> Option<usize> {
    #[derive(PartialEq)]
    enum State {
        Plain,
        Escaped,
        DoubleEscaped,
    }
    let mut state = State::Plain;
    let mut at = 0;
    loop {
        let rest = contents.get(at..)?;
        let found = if state == State::Plain { memchr(b'<', rest) } else { memchr2(b'<', b'>', rest) }?;
        at += found;
        let here = contents.get(at..)?;
        let begins = |word: &[u8]| begins_with_name(here, word);
        let (next, step) = match state {
            State::Plain if here.starts_with(b"<!--") => (State::Escaped, 4),
            State::Plain | State::Escaped if begins(b"</script") => return Some(at),
            State::Escaped if begins(b"<script") => (State::DoubleEscaped, 8),
            State::DoubleEscaped if begins(b"</script") => (State::Escaped, 9),
            // The two dashes of `<!--` count.
            _ if here.starts_with(b">") && contents.get(..at)?.ends_with(b"--") => (State::Plain, 1),
            state => (state, 1),
        };
        (state, at) = (next, at + step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(contents: &str) -> Option<&str> {
        end_of_script(contents.as_bytes()).and_then(|at| contents.get(..at))
    }

    #[test]
    fn a_script_ends_where_the_standard_says() {
        assert_eq!(ends("a</scripty></SCRIPT >b"), Some("a</scripty>"));
        assert_eq!(ends("a</script"), None);
        assert_eq!(ends("<!-- a</script>"), Some("<!-- a"));
        assert_eq!(ends("<!-- <script>a</script>b</script>"), Some("<!-- <script>a</script>b"));
        assert_eq!(ends("<!-- <script>a--></script>"), Some("<!-- <script>a-->"));
        assert_eq!(ends("<!--><script></script>"), Some("<!--><script>"));
        assert_eq!(ends("<!-- <scripts>a</script>"), Some("<!-- <scripts>a"));
        assert_eq!(ends("<!-- <script>a</script>"), None);
    }

    #[test]
    fn only_its_own_end_tag_ends_raw_text() {
        assert_eq!(end_tag(b"a</styles></style/>", b"style"), Some(10));
        assert_eq!(end_tag(b"a</style", b"style"), None);
    }
}
