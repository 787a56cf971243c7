//! The command `crawl` with one more sink: `--sink titles:FILE`.

fn main() -> std::process::ExitCode {
    masthead::Cli::new().sink_kind(masthead_example_sink::kind()).run()
}
