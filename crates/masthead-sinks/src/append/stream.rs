use std::io::Write;

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use super::{Format, StreamError};

/// Items in the format `F` on a pipe or a terminal: each at least once, as nothing can be taken back.
#[derive(Debug)]
pub struct AppendStream<F, W> {
    format: F,
    output: W,
    bytes: Vec<u8>,
    /// Whether the header was written: once, however often the sink is opened.
    begun: bool,
    /// The last item that was handed to the output whole.
    n: u64,
}

impl<F: Format, W: Write + Send> AppendStream<F, W> {
    /// Writes to `output`.
    pub fn with_format(output: W, format: F) -> Self {
        Self { format, output, bytes: Vec::new(), begun: false, n: 0 }
    }

    fn hand_over(&mut self) -> Result<(), SinkError> {
        let written = self.output.write_all(&self.bytes).and_then(|()| self.output.flush());
        self.bytes.clear();
        written.map_err(|error| SinkError::fatal(StreamError::from(error)))
    }

    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.bytes.extend(self.format.header());
        }
    }
}

impl<F: Format, W: Write + Send> Sink for AppendStream<F, W> {
    fn open(&mut self, _stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        let position = known.cloned().unwrap_or_default();
        self.n = position.n;
        Ok(position)
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        self.begin();
        let rejected =
            batch.iter().filter_map(|delivery| self.format.append(&mut self.bytes, delivery)).collect();
        self.hand_over()?;
        self.n = batch.last().map_or(self.n, |delivery| delivery.n);
        Ok(rejected)
    }

    fn checkpoint(&mut self, when: When) -> Result<Position, SinkError> {
        if when == When::Last && !self.begun {
            self.begin(); // a table without rows is still a table
            self.hand_over()?;
        }
        Ok(Position { n: self.n, token: Vec::new() })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtLeastOnce
    }
}
