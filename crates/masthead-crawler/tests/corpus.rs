//! The suites of other projects: robots.txt verdicts, sitemaps, feeds, URLs.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests fail by panic, and say aloud what they skip"
)]

mod corpus {
    mod feed_facts;
    mod feeds;
    mod robots;
    mod shared;
    mod sitemaps;
    mod urls;
}
