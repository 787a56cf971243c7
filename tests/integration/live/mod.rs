//! Live crawls over loopback: the built program against a server of the tests', which notes what it is asked and when.
//! Each loopback address is a host of its own, as on Linux all of 127.0.0.0/8 is there.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test shows what it measured; one that can't go on fails"
)]

mod again;
mod agent;
mod bad_servers;
mod cookies;
mod discovery;
mod encodings;
mod interrupted;
mod kills;
mod limits;
mod manners;
mod outputs;
mod parts;
mod private;
mod robots;
mod server;
mod silence;
mod site;
mod unreachable;
