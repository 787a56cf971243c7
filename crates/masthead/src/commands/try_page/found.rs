//! The page that is tried: a file, standard input, or one from the network.

use std::path::Path;

use masthead_core::Profile;
use masthead_driver::Look;
use url::Url;

use crate::exit_code::Usage;
use crate::{args, output, page_file};

/// A page with all that is known of it.
pub(super) struct Found {
    /// Where it was, after redirects.
    pub(super) url: Url,
    /// Who said that it was there, in brackets behind the URL; empty where the command line said it.
    pub(super) url_from: &'static str,
    pub(super) text: String,
    /// When it was fetched, RFC 3339.
    pub(super) fetched: Option<String>,
}

/// What came from the network.
struct Fetched {
    /// Where it came from, after redirects.
    url: Url,
    body: Vec<u8>,
    /// The `charset` of the Content-Type header.
    charset: Option<String>,
    /// RFC 3339.
    at: Option<String>,
}

/// Finds the page that the command line names.
pub(super) fn find(args: &args::Try, profile: &Profile) -> anyhow::Result<Found> {
    match address(&args.page) {
        Some(url) if args.url.is_none() => {
            let page = fetch_page(args, profile, &url)?;
            let text = decode(&page.body, page.charset.as_deref(), page.url.host_str());
            Ok(Found { url: page.url, url_from: "", text, fetched: page.at })
        }
        Some(_) => {
            Err(Usage("--url says where a file was: leave it out where the page is an URL".to_owned()).into())
        }
        None => stored(args, profile),
    }
}

/// What begins as an address of the web is none of a file.
fn address(page: &str) -> Option<Url> {
    let url = Url::parse(page).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn stored(args: &args::Try, profile: &Profile) -> anyhow::Result<Found> {
    let bytes = page_file::read(Path::new(&args.page)).map_err(|error| Usage(output::chain(&error)))?;
    let host = args.url.as_ref().and_then(Url::host_str);
    let text = decode(&bytes, None, host.or_else(|| profile.hosts().first().map(String::as_str)));
    let front = || Url::parse(&format!("https://{}/", profile.hosts().first()?)).ok();
    let (url, url_from) = if let Some(url) = &args.url {
        (url.clone(), "")
    } else if let Some(url) = masthead_core::own_address(&text) {
        (url, "the page names it; --url gives another")
    } else if let Some(url) = front() {
        (url, "the page names none, so the front page stands for it: give one with --url")
    } else {
        return Err(Usage("the page names no address of its own: give one with --url".to_owned()).into());
    };
    Ok(Found { url, url_from, text, fetched: None })
}

fn decode(bytes: &[u8], charset: Option<&str>, host: Option<&str>) -> String {
    let domain = host.and_then(|host| host.rsplit('.').next());
    masthead_core::decode(bytes, charset, domain).text
}

/// Fetches a page from the network, as politely as a crawl would.
fn fetch_page(args: &args::Try, profile: &Profile, url: &Url) -> anyhow::Result<Fetched> {
    let look = Look::new("Masthead", args.manners.contact.as_deref(), &args.manners.allow_private)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let page = runtime.block_on(look.page(profile, url))?;
    let charset = page.charset().map(str::to_owned);
    Ok(Fetched { url: page.url, body: page.body, charset, at: page.fetched })
}
