use masthead_record::{Delivery, Rejected};

/// Appends the item to `lines`, as one line. An item that has no JSON leaves no trace there and is given back.
pub(super) fn append(lines: &mut Vec<u8>, delivery: &Delivery) -> Option<Rejected> {
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
