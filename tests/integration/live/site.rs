//! A small site of our own, and a crawl of it.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::server::{Answer, Asked, Server, host};
use crate::program::{Program, Run, run, text};

/// What the site's own robots.txt says.
pub(super) const OPEN: &str = "User-agent: *\nAllow: /\n";
const OUTPUT: &str = "harbour.jsonl";

/// An article's page.
pub(super) fn article(title: &str) -> String {
    article_of("2024-03-05", title)
}

pub(super) fn article_of(day: &str, title: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>{title}</title></head><body><h1>{title}</h1>\
         <time datetime=\"{day}T08:15:00+00:00\">{day}</time><div class=text>\
         <p>The pilot boat left at first light and met the ferry beyond the outer buoy.</p>\
         <p>By noon the quay was dry again, and the cranes went back to work.</p></div></body></html>"
    )
}

/// The title of the article that the site has at a number.
pub(super) fn title(asked: &Asked) -> String {
    format!("Harbour note {} of {}", asked.path.rsplit('/').next().unwrap(), asked.host)
}

/// A list page with these links.
pub(super) fn list(links: impl IntoIterator<Item = String>) -> String {
    let items: String =
        links.into_iter().map(|link| format!("<li><a href=\"{link}\">{link}</a></li>")).collect();
    format!("<!doctype html><html><body><h1>All notes</h1><ul>{items}</ul></body></html>")
}

pub(super) fn article_path(number: usize) -> String {
    format!("/article/{number}")
}

/// A site of a robots.txt, a list, and articles of the numbers from 1.
pub(super) fn site(articles: usize) -> impl Fn(&Asked) -> Answer + Send + Sync + 'static {
    move |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text(OPEN),
        "/" => Answer::html(list((1..=articles).map(article_path))),
        path if path.starts_with("/article/") => Answer::html(article(&title(asked))),
        _ => Answer::status(404),
    }
}

/// A profile of the server's hosts 1 to `hosts`, each with its front page as a seed; `more` is further YAML.
pub(super) fn profile(server: &Server, hosts: u8, more: &str) -> String {
    let names: Vec<String> = (1..=hosts).map(host).collect();
    let seeds: Vec<String> = (1..=hosts).map(|number| server.url(number, "/")).collect();
    profile_of(&names, &seeds, more)
}

pub(super) fn profile_of(hosts: &[String], seeds: &[String], more: &str) -> String {
    format!(
        "profile: harbour\nversion: 1\nhosts: {hosts:?}\ntimezone: Europe/Dublin\n\
         discover:\n  seeds: {seeds:?}\n  articles: ['^/article/']\n\
         article: {{title: h1, published: time@datetime, body: .text}}\n{more}"
    )
}

/// A crawl in a folder of its own.
pub(super) struct Crawl {
    pub(super) program: Program,
}

impl Crawl {
    pub(super) fn new(profile: &str) -> Self {
        let program = Program::new();
        program.write("harbour.yaml", profile);
        Self { program }
    }

    /// A crawl of the server's hosts 1 to `hosts`.
    pub(super) fn of(server: &Server, hosts: u8, more: &str) -> Self {
        Self::new(&profile(server, hosts, more))
    }

    pub(super) fn command(&self, more: &[&str]) -> Command {
        let mut command = self.program.crawl();
        command.args(["--profile", "harbour.yaml", "--allow-private", "127.0.0.0/8"]);
        command.args(["--contact", "test@example.org", "--json"]).args(more);
        command.env_remove("MASTHEAD_CONTACT");
        command
    }

    pub(super) fn run(&self, more: &[&str]) -> Run {
        run(&mut self.command(more))
    }

    /// Begins a crawl; what it says can be read while it runs.
    pub(super) fn start(&self, more: &[&str]) -> Child {
        let mut command = self.command(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub(super) fn state(&self) -> PathBuf {
        self.program.path(".crawl/harbour")
    }

    pub(super) fn records(&self) -> Vec<Value> {
        self.program.records(OUTPUT)
    }

    /// The URLs of the whole records. Fails where one comes twice, or is a revision.
    #[track_caller]
    pub(super) fn urls(&self) -> BTreeSet<String> {
        let records = self.records();
        let words = |key: &str| -> BTreeSet<String> {
            records.iter().map(|record| record[key].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(words("id").len(), records.len(), "a record comes twice");
        assert!(
            records.iter().all(|record| record["revision"] == 1),
            "a revision of an article that never changed"
        );
        words("url")
    }

    /// Fails unless the records are those of the articles 1 to `articles` of the hosts 1 to `hosts`, with their titles.
    #[track_caller]
    pub(super) fn expect_all(&self, server: &Server, hosts: u8, articles: usize) {
        assert_eq!(self.urls(), all(server, hosts, articles));
        for record in self.records() {
            let url = url::Url::parse(record["url"].as_str().unwrap()).unwrap();
            let number = url.path().rsplit('/').next().unwrap();
            let expected = format!("Harbour note {number} of {}", url.host_str().unwrap());
            assert_eq!(record["title"], expected, "{url}");
        }
    }
}

/// The URLs of a site's articles.
pub(super) fn all(server: &Server, hosts: u8, articles: usize) -> BTreeSet<String> {
    (1..=hosts)
        .flat_map(|host| (1..=articles).map(move |number| (host, number)))
        .map(|(host, number)| server.url(host, &article_path(number)))
        .collect()
}

/// Sends a signal to a child.
pub(super) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "kill {name}");
}

/// Waits for a child whose outputs nobody has taken.
pub(super) fn ended(child: Child) -> Run {
    child.wait_with_output().unwrap().into()
}

/// Kills a child as a power cut does, and waits until it is gone.
pub(super) fn cut_off(mut child: Child) {
    child.kill().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "it had ended by itself: {said}");
}

/// How often a report counts something under `list`, whose text begins so.
pub(super) fn counted(report: &Value, list: &str, what: &str) -> u64 {
    let entries = report[list].as_array().unwrap_or_else(|| panic!("no {list} in {report}"));
    let same = entries.iter().filter(|entry| entry["what"].as_str().unwrap().starts_with(what));
    same.map(|entry| entry["count"].as_u64().unwrap()).sum()
}

/// What the state says of a crawl, also while it runs.
pub(super) fn status(crawl: &Crawl) -> Value {
    let state = crawl.state();
    crawl.program.run(&["status", "--json", "--state", text(&state)]).expect(0).json()
}
