use masthead_record::{Delivery, Rejected};

use crate::append::Format;

/// One item a line, as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonLines;

impl Format for JsonLines {
    fn item_start(&self) -> &'static [u8] {
        br#"{"id":""#
    }

    fn append(&self, lines: &mut Vec<u8>, delivery: &Delivery) -> Option<Rejected> {
        let start = lines.len();
        match serde_json::to_writer(&mut *lines, delivery.item.as_ref()) {
            Ok(()) => {
                lines.push(b'\n');
                None
            }
            Err(error) => {
                lines.truncate(start);
                Some(Rejected { n: delivery.n, why: error.to_string() })
            }
        }
    }
}
