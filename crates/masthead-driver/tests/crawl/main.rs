//! Whole crawls of a fictional paper: from its recorded pages to the records in a file.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod delivery;
mod discovery;
mod running_again;
mod site;
