//! Files and streams that are only ever appended to, whatever the format of what they hold.
//!
//! [`AppendFile`] keeps every item exactly once; [`AppendStream`] writes to a pipe, where an item may come again. A
//! [`Format`] says what an item looks like and what stands before the first.

mod error;
mod file;
mod folder;
mod lock;
mod stream;
mod token;

use masthead_record::{Delivery, Rejected};

pub use error::{FileError, StreamError};
pub use file::AppendFile;
pub(crate) use folder::{make_folder, sync_folder};
pub use stream::AppendStream;

/// What stands in a file that is appended to. Every item begins where another ended, and ends with a line's end.
pub trait Format: Send {
    /// What a new file begins with, such as the names of its columns; empty where it begins with an item.
    fn header(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Goes on with a file that begins with `start`: its whole header, and perhaps more. Gives the header's length in
    /// bytes.
    ///
    /// # Errors
    /// Where the file was begun in another way; the text quotes what it begins with.
    fn adopt(&mut self, _start: &[u8]) -> Result<usize, String> {
        Ok(0)
    }

    /// The bytes that every item begins with; empty where they differ.
    fn item_start(&self) -> &'static [u8] {
        b""
    }

    /// Appends the item to `bytes`. One that the format can't hold leaves no trace there and is given back.
    fn append(&self, bytes: &mut Vec<u8>, delivery: &Delivery) -> Option<Rejected>;
}
