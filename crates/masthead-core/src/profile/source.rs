//! The text of a profile's file, and places in it.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A profile as it was written: the name of its file and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's name, as faults show it.
    pub name: String,
    /// The YAML text.
    pub text: String,
}

impl Source {
    /// The profile in the file `name`. A byte order mark is no part of its text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Self { name: name.into(), text }
    }
}

/// A source whose lines are found.
pub(super) struct File {
    pub(super) source: Source,
    /// The name without folders.
    pub(super) short_name: Arc<str>,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    /// How many characters stand before every byte that is a multiple of [`STRIDE`]: lines may be long.
    characters: Vec<usize>,
}

/// So many bytes are counted at most to find a column.
const STRIDE: usize = 1024;

/// How many characters begin in these bytes of UTF-8.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| *byte & 0xc0 != 0x80).count()
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.source.name)
    }
}

impl File {
    pub(super) fn new(source: Source) -> Arc<Self> {
        let short =
            Path::new(&source.name).file_name().and_then(|name| name.to_str()).unwrap_or(&source.name);
        let short_name = Arc::from(short);
        let breaks = memchr::memchr_iter(b'\n', source.text.as_bytes()).map(|at| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        let counted = source.text.as_bytes().chunks(STRIDE).scan(0, |before, chunk| {
            let next = *before + characters_in(chunk);
            Some(std::mem::replace(before, next))
        });
        let characters = counted.collect();
        Arc::new(Self { source, short_name, lines, characters })
    }

    /// The line that holds the byte, from 0.
    fn line_index(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Line and column from 1; the column counts characters.
    pub(super) fn position(&self, offset: usize) -> (u32, u32) {
        let index = self.line_index(offset);
        let start = self.lines.get(index).copied().unwrap_or(0);
        let before = self.characters_before(offset).saturating_sub(self.characters_before(start));
        (number(index + 1), number(before + 1))
    }

    fn characters_before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        // A text whose length is a multiple ends before its last stride begins.
        let (stride, known) = match self.characters.get(stride) {
            Some(known) => (stride, *known),
            None => (stride.saturating_sub(1), self.characters.last().copied().unwrap_or(0)),
        };
        known + self.source.text.as_bytes().get(stride * STRIDE..offset).map_or(0, characters_in)
    }

    /// The line of a byte, from 1.
    fn line(&self, offset: usize) -> u32 {
        number(self.line_index(offset) + 1)
    }

    /// The bytes of the line that holds the byte, without its end.
    pub(super) fn line_around(&self, offset: usize) -> Range<usize> {
        let index = self.line_index(offset);
        let start = self.lines.get(index).copied().unwrap_or(0);
        let end = self.lines.get(index + 1).copied().unwrap_or(self.source.text.len());
        let line = self.source.text.get(start..end).unwrap_or("");
        start..start + line.trim_end_matches(['\r', '\n']).len()
    }

    /// The rest of the line after the byte.
    pub(super) fn rest_of_line(&self, offset: usize) -> &str {
        let end = self.line_around(offset).end;
        self.source.text.get(offset..end).unwrap_or("")
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A place: bytes of a file.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) file: Arc<File>,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn text(&self) -> &str {
        self.file.source.text.get(self.start..self.end).unwrap_or("")
    }

    /// The same file, other bytes.
    pub(super) fn with(&self, range: Range<usize>) -> Self {
        Self { file: Arc::clone(&self.file), start: range.start, end: range.end }
    }

    pub(super) fn line(&self) -> u32 {
        self.file.line(self.start)
    }

    pub(super) fn contains(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file)
            && self.start <= other.start
            && other.start < self.end.max(self.start + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = File::new(Source::new("a/b.yaml", "one\r\n제목: x\n"));
        assert_eq!(file.position(0), (1, 1));
        assert_eq!(file.position(5 + "제목".len()), (2, 3));
        assert_eq!(&*file.short_name, "b.yaml");
        assert_eq!(file.rest_of_line(1), "ne");
        let long = File::new(Source::new("b.yaml", format!("x\n{}", "제".repeat(4096))));
        assert_eq!(long.position(2 + 3 * 4000), (2, 4001));
        assert_eq!(long.position(2 + 3 * 4096), (2, 4097));
        assert_eq!(File::new(Source::new("c.yaml", "a".repeat(2048))).position(2048), (1, 2049));
    }
}
