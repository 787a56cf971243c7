//! The command line, as `docs/command-line.md` describes it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

const AFTER_HELP: &str = "\
Examples:
  crawl --profile koreatimes --contact you@example.org        the site's articles into koreatimes.jsonl
  crawl --profile koreatimes --sink csv:articles.csv --limit 50
  crawl --profile koreatimes --offline         replay the recorded pages that ship with the profile; no network
  crawl --profile koreatimes --archive my.warc.gz --sink jsonl:out.jsonl
  crawl extract --profile koreatimes page.html.gz
  crawl check my-site.yaml
  crawl status

Exit codes:
  0  done
  1  done, but something fell short: incomplete records, failures, failed tests
  2  bad usage, or a bad profile
  3  could not go on: the disk, a sink or the network is gone; nothing is lost, start again to go on
Ctrl-C ends a crawl cleanly (1, a later run goes on); a second one ends it at once (130).

Data goes to standard output, everything said to a person to standard error.";

/// Collects a site's articles, by its profile, into records.
#[derive(Debug, Parser)]
#[command(
    name = "crawl",
    version,
    after_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) crawl: Crawl,

    /// Say more; twice for each page
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// How log lines are written
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,

    /// Say only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// A JSON object a line
    Json,
}

/// The main job.
#[derive(Debug, Args)]
pub(crate) struct Crawl {
    /// The site's profile: a name (see `crawl profiles`) or a YAML file
    #[arg(long, value_name = "NAME|FILE", required = true)]
    pub(crate) profile: Vec<String>,

    /// Where records go; repeat for several [default: jsonl:NAME.jsonl]
    #[arg(long, value_name = "SPEC")]
    pub(crate) sink: Vec<String>,

    /// Replay the recorded pages that ship with the profile; no network at all
    #[arg(long, conflicts_with = "archive")]
    pub(crate) offline: bool,

    /// Replay a WARC file, or a folder of them, instead of the network; repeat for several
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) archive: Vec<PathBuf>,

    /// Stop after so many articles
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,

    /// Follow lists so deep from the seeds
    #[arg(long, value_name = "N")]
    pub(crate) max_depth: Option<u32>,

    /// These pages only, nothing that they link to; repeat for several
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) url: Vec<url::Url>,

    /// Where the crawl keeps what it knows [default: .crawl/NAME beside the first output]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) state: Option<PathBuf>,

    /// Forget the state of earlier runs, and begin again
    #[arg(long)]
    pub(crate) fresh: bool,

    /// From one request to a host to the next, such as `500ms` or `2s` [default: the profile's; none for archives]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) delay: Option<std::time::Duration>,

    /// Requests in flight on one host [default: the profile's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) concurrency: Option<u32>,

    /// Leave out articles that were published before this day
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,

    /// End after this time, such as `15m`; a later run goes on
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) max_time: Option<std::time::Duration>,

    /// End after so many pages; a later run goes on
    #[arg(long, value_name = "N")]
    pub(crate) max_pages: Option<u64>,

    /// End after so many bytes of pages, decoded; a later run goes on
    #[arg(long, value_name = "N")]
    pub(crate) max_bytes: Option<u64>,

    /// The name in the User-Agent, which robots.txt files are asked for
    #[arg(long, value_name = "NAME", default_value = "Masthead", value_parser = agent)]
    pub(crate) agent: String,

    #[command(flatten)]
    pub(crate) manners: Manners,

    /// A proxy for all requests: a URL, or `env` for what the environment says [default: none]
    #[arg(long, value_name = "URL|env")]
    pub(crate) proxy: Option<String>,

    /// A secret that a profile asks for by the name of a slot, taken from an environment variable; repeat for several
    #[arg(long, value_name = "SLOT=VARIABLE")]
    pub(crate) secret: Vec<String>,

    /// Provenance and the text ledger in every record
    #[arg(long)]
    pub(crate) explain: bool,

    /// Keep no pages with the state; `crawl doctor` then has no repair to offer
    #[arg(long)]
    pub(crate) no_samples: bool,

    /// The closing report as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// How hosts are asked.
#[derive(Debug, Args)]
pub(crate) struct Manners {
    /// How a site's people reach you, a URL or an e-mail address: it goes into the User-Agent
    #[arg(long, value_name = "URL|EMAIL", env = "MASTHEAD_CONTACT", value_parser = contact)]
    pub(crate) contact: Option<String>,

    /// Reach this host, address or network although it is not public; repeat for several
    #[arg(long, value_name = "HOST|CIDR")]
    pub(crate) allow_private: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read one stored page, or a batch of them, into records
    Extract(Extract),
    /// Show what a profile finds on a page, by which rules, and what became of every word
    Try(Try),
    /// Check profiles: every fault at once, with its place and the remedy
    Check(Check),
    /// Run the tests that stand in the profiles
    Test(Test),
    /// List the profiles that there are
    Profiles(Listing),
    /// List the sinks that this program has
    Sinks(Listing),
    /// Print the JSON Schema of the profile language
    Schema,
    /// Say which URLs a robots.txt allows, and by which line
    Robots(Robots),
    /// Make profiles of another program's site configs
    Import(Import),
    /// Say what a crawl has done and has left
    Status(Status),
    /// Say which rules a site has broken, since when, and what would serve
    Doctor(Doctor),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  crawl completions bash > ~/.local/share/bash-completion/completions/crawl"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crawl extract --profile koreatimes page.html.gz
  curl -s https://example.com/a | crawl extract --profile example --url https://example.com/a -
  crawl extract --batch pages.jsonl > records.jsonl

A line of a batch is {\"file\", \"url\", \"fetched\"?, \"profile\"?, \"id\"?}; a record comes out for each, in the same order,
and {\"id\", \"error\"} where a page yields none.")]
pub(crate) struct Extract {
    /// The page: HTML, gzipped or not; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "batch", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,

    /// The profile: a name or a YAML file
    #[arg(long, value_name = "NAME|FILE", required_unless_present_any = ["auto", "batch"])]
    pub(crate) profile: Option<String>,

    /// No profile: only what the page says of itself
    #[arg(long, conflicts_with = "profile")]
    pub(crate) auto: bool,

    /// Where the page was [default: what the page names as its own address]
    #[arg(long, value_hint = ValueHint::Url)]
    pub(crate) url: Option<url::Url>,

    /// When it was fetched, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) fetched: Option<String>,

    /// Many pages: a JSON Lines file that names them; `-` is standard input
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["file", "url", "fetched"])]
    pub(crate) batch: Option<PathBuf>,

    /// Say where each value came from, and what became of every word of the body
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crawl try my-site.yaml https://example.com/a
  crawl try my-site.yaml page.html --url https://example.com/a
  crawl try koreatimes page.html.gz | less
  curl -s https://example.com/a | crawl try my-site.yaml -
  crawl try my-site.yaml page.html --json | jq .provenance.title

The code is 0 where the record is whole, 1 where it is incomplete or the page gives none.")]
pub(crate) struct Try {
    /// The profile: a name or a YAML file
    #[arg(value_name = "PROFILE")]
    pub(crate) profile: String,

    /// The page: an URL, or a file, gzipped or not; `-` is standard input
    #[arg(value_name = "URL|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) page: String,

    /// Where a file's page was [default: what the page names as its own address]
    #[arg(long, value_hint = ValueHint::Url)]
    pub(crate) url: Option<url::Url>,

    #[command(flatten)]
    pub(crate) manners: Manners,

    /// The record with provenance and ledger as JSON, as `extract --explain` prints it
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  crawl check my-site.yaml")]
pub(crate) struct Check {
    /// Profiles: YAML files or names
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<String>,

    /// The faults as JSON on standard output, for editors
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crawl test                                   every profile of the project
  crawl test koreatimes --pages tests/pages")]
pub(crate) struct Test {
    /// Profiles: names or YAML files [default: all that have tests]
    #[arg(value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,

    /// Where the pages are; repeat for several
    #[arg(long, value_name = "DIR", default_value = "tests/pages", value_hint = ValueHint::DirPath)]
    pub(crate) pages: Vec<PathBuf>,

    /// Skip the tests whose page is in none of the folders, and say how many
    #[arg(long)]
    pub(crate) skip_missing: bool,

    /// The results as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crawl robots https://example.com/news/1      asks the site for its robots.txt
  crawl robots --robots robots.txt --agent Masthead https://example.com/news/1 /private/
  crawl robots --batch questions.jsonl > answers.jsonl

One line a URL: `allowed` or `disallowed`, a tab, the URL, a tab, the reason. A line of a batch is
{\"robots_txt\" or \"robots_b64\", \"user_agent\", \"url\"}; {\"allowed\": true|false} comes out for each, in the same order.")]
pub(crate) struct Robots {
    /// URLs; with --robots also paths
    #[arg(value_name = "URL", required_unless_present = "batch")]
    pub(crate) urls: Vec<String>,

    /// The robots.txt, instead of the site's; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) robots: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) manners: Manners,

    /// The crawler's name, as robots.txt knows it
    #[arg(long, value_name = "NAME", default_value = "Masthead")]
    pub(crate) agent: String,

    /// Many questions: a JSON Lines file; `-` is standard input
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["urls", "robots"], value_hint = ValueHint::FilePath)]
    pub(crate) batch: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crawl import paper.example.txt > paper.yaml
  crawl import configs/*.txt --output profiles

A config is a file of FiveFilters Full-Text RSS (ftr-site-config), named after its site. Its XPath becomes CSS where that
selects the same nodes; every other rule stays as a comment with the reason.
The code is 0 where all rules are carried over, 1 where some are not, 2 where a file can't be read.")]
pub(crate) struct Import {
    /// Configs: HOST.txt
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// Write each profile into this folder, as NAME.yaml [default: standard output, for one config]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,

    /// The report as JSON on standard output, instead of the profile
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crawl doctor                                 every crawl of this folder
  crawl doctor koreatimes --json
  0 6 * * *  cd /srv/news && crawl doctor -q   a line for cron, which mails what is printed

Every crawl counts which rule served each field, and keeps the counts with its state. The doctor holds the last pages
against those before them, and changes nothing.
The code is 0 where nothing has changed for the worse, 1 where something has, 2 where there is no such crawl.")]
pub(crate) struct Doctor {
    /// Profiles, by name [default: all that were crawled]
    #[arg(value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,

    /// The crawl's state, or a folder of states [default: every crawl in ./.crawl]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) state: Option<PathBuf>,

    /// As JSON, with what was counted
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// The crawl's state [default: every crawl in ./.crawl]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) state: Option<PathBuf>,

    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `500ms`, `2s`, `15m`, `1h`, `1d`
fn duration(text: &str) -> Result<std::time::Duration, String> {
    masthead_core::profile::duration(text)
        .ok_or_else(|| "a duration is a number and a unit: `500ms`, `2s`, `15m`, `1h`, `1d`".to_owned())
}

/// What stands in the comment of a User-Agent (RFC 9110 §10.1.5).
fn contact(text: &str) -> Result<String, String> {
    let fits = text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')'));
    let reaches = text.contains('@') || text.starts_with("https://") || text.starts_with("http://");
    if fits && reaches { Ok(text.to_owned()) } else { Err("give a URL or an e-mail address".to_owned()) }
}

/// A product's name (RFC 9110 §5.6.2), as robots.txt takes it (RFC 9309 §2.2.1).
fn agent(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits { Ok(text.to_owned()) } else { Err("a name is made of letters, digits, - and _".to_owned()) }
}

fn time(text: &str) -> Result<String, String> {
    masthead_core::is_rfc3339(text)
        .then(|| text.to_owned())
        .ok_or_else(|| "not an RFC 3339 time with an offset, such as 2019-12-08T11:59:00+09:00".to_owned())
}
