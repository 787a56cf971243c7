//! The fetcher for the network, against servers of our own on loopback that speak what a test tells them to.
#![expect(clippy::unwrap_used, reason = "tests fail by panic")]

mod http {
    mod authority;
    mod body;
    mod broken;
    mod certificates;
    mod http2;
    mod pace;
    mod server;
    mod wire;
}
