//! The bytes of a WARC file, unpacked: plain, or a row of gzip members.
//!
//! A record's place is the file offset of the gzip member that holds it, and so the members must not be joined into
//! one stream, as the usual decoders do.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// First byte of a gzip member (RFC 1952 §2.3.1); a WARC header never begins with it.
const GZIP_MAGIC: u8 = 0x1f;

/// Counts what is consumed: a gzip decoder takes exactly its member's bytes and leaves the rest.
#[derive(Debug)]
pub(crate) struct Counted<R> {
    inner: R,
    position: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.position += count as u64;
    }
}

#[derive(Debug)]
enum Layer<R> {
    Plain(Counted<R>),
    Gzip(Box<BufReader<GzDecoder<Counted<R>>>>),
    /// Between two members, and after the last.
    Between(Counted<R>),
    /// Only while a member is being swapped for the next.
    Gone,
}

/// Unpacks a file member by member. A plain file is one member that begins at 0.
#[derive(Debug)]
pub(crate) struct Members<R> {
    layer: Layer<R>,
    /// File offset of the current member.
    start: u64,
    /// Unpacked bytes of the current member that were consumed.
    consumed: u64,
    compressed: bool,
}

impl<R: BufRead> Members<R> {
    /// `start` is the file offset of the source's first byte.
    pub(crate) fn new(source: R, start: u64) -> Self {
        let layer = Layer::Between(Counted { inner: source, position: start });
        Members { layer, start, consumed: 0, compressed: false }
    }

    /// File offset of the current member's first byte.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Unpacked bytes of the current member so far.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Whether the current member is packed.
    pub(crate) fn is_compressed(&self) -> bool {
        self.compressed
    }

    /// Unpacked bytes that are at hand; empty at the member's end.
    pub(crate) fn fill(&mut self) -> io::Result<&[u8]> {
        match &mut self.layer {
            Layer::Plain(source) => source.fill_buf(),
            Layer::Gzip(source) => source.fill_buf(),
            Layer::Between(_) | Layer::Gone => Ok(&[]),
        }
    }

    /// Marks bytes of the last [`fill`](Self::fill) as used.
    pub(crate) fn consume(&mut self, count: usize) {
        self.consumed += count as u64;
        match &mut self.layer {
            Layer::Plain(source) => source.consume(count),
            Layer::Gzip(source) => source.consume(count),
            Layer::Between(_) | Layer::Gone => {}
        }
    }

    /// Steps over up to `count` bytes; fewer at the member's end.
    pub(crate) fn skip(&mut self, count: u64) -> io::Result<u64> {
        let mut left = count;
        while left > 0 {
            let at_hand = self.fill()?.len();
            if at_hand == 0 {
                break;
            }
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(at_hand);
            self.consume(step);
            left -= step as u64;
        }
        Ok(count - left)
    }

    /// Goes to the next member; `false` at the file's end. Call it where [`fill`](Self::fill) is empty.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        let mut source = match std::mem::replace(&mut self.layer, Layer::Gone) {
            Layer::Gzip(source) => source.into_inner().into_inner(),
            Layer::Plain(source) | Layer::Between(source) => source,
            Layer::Gone => return Ok(false),
        };
        let first = source.fill_buf()?.first().copied();
        let after_member = std::mem::replace(&mut self.compressed, first == Some(GZIP_MAGIC));
        self.start = source.position;
        self.consumed = 0;
        match first {
            None => {
                self.layer = Layer::Between(source);
                return Ok(false);
            }
            Some(GZIP_MAGIC) => self.layer = Layer::Gzip(Box::new(BufReader::new(GzDecoder::new(source)))),
            Some(_) if after_member => {
                self.layer = Layer::Between(source);
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "no gzip member follows the last one",
                ));
            }
            Some(_) => self.layer = Layer::Plain(source),
        }
        Ok(true)
    }
}
