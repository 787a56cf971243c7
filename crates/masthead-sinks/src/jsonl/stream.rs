use std::io::Write;

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use super::StreamError;
use super::line;

/// JSON Lines on a pipe or a terminal: each item at least once, as nothing can be taken back.
#[derive(Debug)]
pub struct JsonLinesStream<W> {
    output: W,
    lines: Vec<u8>,
    /// The last item that was handed to the output whole.
    n: u64,
}

impl<W: Write + Send> JsonLinesStream<W> {
    /// Writes to `output`.
    pub fn new(output: W) -> Self {
        Self { output, lines: Vec::new(), n: 0 }
    }

    fn write_lines(&mut self) -> Result<(), StreamError> {
        self.output.write_all(&self.lines)?;
        Ok(self.output.flush()?)
    }
}

impl<W: Write + Send> Sink for JsonLinesStream<W> {
    fn open(&mut self, _stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        let position = known.cloned().unwrap_or_default();
        self.n = position.n;
        Ok(position)
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        self.lines.clear();
        let rejected = batch.iter().filter_map(|delivery| line::append(&mut self.lines, delivery)).collect();
        self.write_lines().map_err(SinkError::fatal)?;
        self.n = batch.last().map_or(self.n, |delivery| delivery.n);
        Ok(rejected)
    }

    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        Ok(Position { n: self.n, token: Vec::new() })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtLeastOnce
    }
}
