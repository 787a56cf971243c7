//! `crawl`: a site's articles, by its profile, into records.

fn main() -> std::process::ExitCode {
    masthead::Cli::new().run()
}
