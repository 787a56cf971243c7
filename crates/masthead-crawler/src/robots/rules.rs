use std::cmp::Reverse;
use std::collections::HashSet;
use std::time::Duration;

use super::agent::{Addressee, product_token};
use super::content::content;
use super::decision::{Decision, Reason};
use super::line::{Key, Line, lines};
use super::pattern::{Pattern, Target};
use super::timing::{RequestRate, crawl_delay};

/// A robots.txt, parsed. Ask [`Robots::agent`] for what it says to one crawler.
#[derive(Clone, Debug, Default)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

/// Consecutive `User-agent` lines and the rules below them (RFC 9309 §2.1).
#[derive(Clone, Debug, Default)]
struct Group {
    agents: Vec<Addressee>,
    rules: Vec<Rule>,
    timings: Vec<Timing>,
}

#[derive(Clone, Debug)]
struct Rule {
    allow: bool,
    pattern: Pattern,
    line: u32,
    text: String,
}

#[derive(Clone, Copy, Debug)]
enum Timing {
    Delay(Duration),
    Rate(RequestRate),
}

impl Robots {
    /// Reads a file of any bytes; what it can't read says nothing. Time and memory grow with the part that is read,
    /// which is at most [`MAX_BYTES`](super::MAX_BYTES).
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let mut parser = Parser::default();
        for line in lines(&content(body)) {
            parser.take(&line);
        }
        parser.robots
    }

    /// The rules for the crawler of this name: those of all groups that name it, else those for everyone (RFC 9309
    /// §2.2.1).
    #[must_use]
    pub fn agent(&self, name: &str) -> AgentRules {
        let agent = product_token(name).to_ascii_lowercase();
        let named = self.select(|addressee| addressee.names(&agent));
        if named.addressed { named } else { self.select(|addressee| *addressee == Addressee::Everyone) }
    }

    /// The URLs of `Sitemap` lines as written, each once, in order. They belong to no group.
    #[must_use]
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    fn select(&self, applies: impl Fn(&Addressee) -> bool) -> AgentRules {
        let mut selected = AgentRules::default();
        for group in &self.groups {
            if group.agents.iter().any(&applies) {
                selected.addressed = true;
                selected.rules.extend(group.rules.iter().cloned());
                group.timings.iter().for_each(|timing| selected.take(*timing));
            }
        }
        selected.rules.sort_by_key(|rule| (Reverse(rule.pattern.length()), !rule.allow, rule.line));
        selected
    }
}

#[derive(Default)]
struct Parser {
    robots: Robots,
    /// Whether the group has a rule or a delay, so that the next `User-agent` begins another.
    closed: bool,
    seen: HashSet<String>,
}

impl Parser {
    fn take(&mut self, line: &Line<'_>) {
        match line.key {
            Key::UserAgent => self.user_agent(line.value),
            Key::Allow | Key::Disallow => self.rule(line),
            Key::CrawlDelay => self.timing(crawl_delay(line.value).map(Timing::Delay)),
            Key::RequestRate => self.timing(RequestRate::read(line.value).map(Timing::Rate)),
            Key::Sitemap => {
                let url = String::from_utf8_lossy(line.value).into_owned();
                if !url.is_empty() && self.seen.insert(url.clone()) {
                    self.robots.sitemaps.push(url);
                }
            }
        }
    }

    /// A line may list several names with commas between them. The RFC knows no lists, but who writes one means all.
    fn user_agent(&mut self, value: &[u8]) {
        if self.closed || self.robots.groups.is_empty() {
            self.robots.groups.push(Group::default());
            self.closed = false;
        }
        let Some(group) = self.robots.groups.last_mut() else { return };
        group.agents.extend(value.split(|byte| *byte == b',').map(|name| Addressee::read(name.trim_ascii())));
    }

    /// Rules above the first `User-agent` are nobody's.
    fn rule(&mut self, line: &Line<'_>) {
        let Some(group) = self.robots.groups.last_mut() else { return };
        self.closed = true;
        let allow = line.key == Key::Allow;
        let directory = if allow { Pattern::of_index_page(line.value) } else { None };
        for pattern in Pattern::new(line.value).into_iter().chain(directory) {
            let text = String::from_utf8_lossy(line.text).into_owned();
            group.rules.push(Rule { allow, pattern, line: line.number, text });
        }
    }

    /// A delay closes the list of agents as a rule does: files say `User-agent: a`, `Crawl-delay: 9`, `User-agent: b`,
    /// `Disallow: /`, and mean to slow `a` down, not to shut it out.
    fn timing(&mut self, timing: Option<Timing>) {
        let Some(group) = self.robots.groups.last_mut() else { return };
        self.closed = true;
        group.timings.extend(timing);
    }
}

/// What a robots.txt says to one crawler.
#[derive(Clone, Debug, Default)]
pub struct AgentRules {
    /// Most specific first, `Allow` before `Disallow` where equal: the first that matches decides.
    rules: Vec<Rule>,
    addressed: bool,
    crawl_delay: Option<Duration>,
    request_rate: Option<RequestRate>,
}

impl AgentRules {
    /// Whether the URL may be fetched, and why. `url` may also be a bare path. The longest matching rule decides, and
    /// `Allow` wins a tie (RFC 9309 §2.2.2).
    #[must_use]
    pub fn decide(&self, url: &str) -> Decision {
        let target = Target::new(url);
        if target.is_robots_txt() {
            return Decision { allowed: true, reason: Reason::RobotsFile };
        }
        match self.rules.iter().find(|rule| rule.pattern.matches(&target)) {
            Some(rule) => {
                let reason = Reason::Rule { line: rule.line, text: rule.text.clone() };
                Decision { allowed: rule.allow, reason }
            }
            None if self.addressed => Decision { allowed: true, reason: Reason::NoRule },
            None => Decision { allowed: true, reason: Reason::NoGroup },
        }
    }

    /// `Crawl-delay`, the longest where several are said; at most a day.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// `Request-rate`, the slowest where several are said.
    #[must_use]
    pub fn request_rate(&self) -> Option<RequestRate> {
        self.request_rate
    }

    /// The time between two requests that delay and rate ask for. A rate for certain hours counts at all hours: that
    /// is never less polite, and verdicts need no clock.
    #[must_use]
    pub fn period(&self) -> Option<Duration> {
        self.crawl_delay.max(self.request_rate.map(|rate| rate.period()))
    }

    fn take(&mut self, timing: Timing) {
        match timing {
            Timing::Delay(delay) => self.crawl_delay = self.crawl_delay.max(Some(delay)),
            Timing::Rate(rate) => {
                if self.request_rate.is_none_or(|known| known.period() < rate.period()) {
                    self.request_rate = Some(rate);
                }
            }
        }
    }
}

#[cfg(test)]
impl Robots {
    /// How much of the file is kept, in bytes and entries.
    pub(super) fn held(&self) -> usize {
        let rule = |rule: &Rule| 1 + rule.text.len() + rule.pattern.held();
        let group = |group: &Group| {
            group.agents.len() + group.timings.len() + group.rules.iter().map(rule).sum::<usize>()
        };
        self.groups.iter().map(group).sum::<usize>() + self.sitemaps.iter().map(String::len).sum::<usize>()
    }
}

#[cfg(test)]
impl AgentRules {
    /// How many bytes of patterns and path a decision looks at where no rule matches, and how many rules it tries.
    pub(super) fn examined(&self, url: &str) -> usize {
        let target = Target::new(url);
        self.rules.iter().map(|rule| 1 + rule.pattern.search(&target).examined).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
Sitemap: https://example.com/news.xml
Disallow: /nobody
User-agent: Masthead
Disallow: /private   # not for robots
Allow: /private/press

User-agent: *
Crawl-delay: 3
Disallow: /

User-agent: masthead/2
Disallow: /drafts
";

    fn decide(file: &str, agent: &str, url: &str) -> (bool, String) {
        let decision = Robots::parse(file.as_bytes()).agent(agent).decide(url);
        (decision.allowed, decision.reason.to_string())
    }

    #[test]
    fn groups_of_one_agent_are_merged_and_reasons_name_the_line() {
        let agent = "Masthead/0.1 (+https://example.com/bot)";
        assert_eq!(decide(FILE, agent, "/private/x"), (false, "line 4: Disallow: /private".into()));
        assert_eq!(decide(FILE, agent, "/private/press/1"), (true, "line 5: Allow: /private/press".into()));
        assert_eq!(
            decide(FILE, agent, "https://example.com/drafts"),
            (false, "line 12: Disallow: /drafts".into())
        );
        assert_eq!(decide(FILE, agent, "/nobody"), (true, "no rule matches".into()));
        assert_eq!(decide(FILE, "other", "/"), (false, "line 9: Disallow: /".into()));
        assert!(decide(FILE, "other", "/robots.txt").0);
        assert_eq!(
            decide("User-agent: a\nDisallow: /", "b", "/"),
            (true, "no group names this crawler".into())
        );
    }

    #[test]
    fn allow_wins_a_tie() {
        assert!(decide("User-agent: *\nDisallow: /a\nAllow: /a", "x", "/a").0);
        assert!(!decide("User-agent: *\nDisallow: /a/b\nAllow: /a", "x", "/a/b").0);
    }

    #[test]
    fn delays_belong_to_the_agents_above_them() {
        let robots =
            Robots::parse(b"User-agent: a\nCrawl-delay: 1\n\nUser-agent: b\nRequest-rate: 1/2\nDisallow: /x");
        assert_eq!(robots.agent("a").crawl_delay(), Some(Duration::from_secs(1)));
        assert_eq!(robots.agent("a").request_rate(), None);
        assert_eq!(robots.agent("b").crawl_delay(), None);
        assert_eq!(robots.agent("b").period(), Some(Duration::from_secs(2)));
        assert!(robots.agent("a").decide("/x").allowed, "a delay ends the list of agents");
        assert_eq!(Robots::parse(FILE.as_bytes()).agent("other").crawl_delay(), Some(Duration::from_secs(3)));
    }

    #[test]
    fn the_longest_wait_of_a_crawlers_own_groups_counts() {
        let period = |lines: &str, agent: &str| {
            let file = format!("User-agent: *\nCrawl-delay: 60\n\nUser-agent: a\n{lines}");
            Robots::parse(file.as_bytes()).agent(agent).period().map(|period| period.as_secs())
        };
        let own = "Crawl-delay: 2\nCrawl-delay: 9\nCrawl-delay: soon\nDisallow: /x\nCrawl-delay: 3";
        assert_eq!(period(own, "a"), Some(9));
        assert_eq!(period(own, "b"), Some(60));
        assert_eq!(
            period("Crawl-delay: 2\nUser-agent: a\nCrawl-delay: 5", "a"),
            Some(5),
            "of all its groups"
        );
        assert_eq!(period("Crawl-delay: 2\nRequest-rate: 2/30\nRequest-rate: 1/1", "a"), Some(15));
        assert_eq!(period("Disallow: /x", "a"), None, "a group of its own replaces that of everyone");
        assert_eq!(period("Crawl-delay: -1", "a"), None);
    }

    #[test]
    fn lines_that_are_no_rules_do_not_part_two_names() {
        for other in ["Sitemap: /s.xml", "Noindex: /x", "Visit-time: 0600-0845", "# remark", "", "nonsense"] {
            let file = format!("User-agent: a\n{other}\nUser-agent: b\nDisallow: /");
            assert!(!decide(&file, "a", "/").0 && !decide(&file, "b", "/").0, "{other}");
        }
        let delay = "User-agent: a\nCrawl-delay: soon\nUser-agent: b\nDisallow: /";
        assert!(decide(delay, "a", "/").0, "a delay does, even one that can't be read");
    }

    #[test]
    fn visiting_hours_are_not_kept() {
        let file = "User-agent: *\nVisit-time: 0100-0101\nDisallow: /x";
        assert!(decide(file, "a", "/").0);
        assert_eq!(Robots::parse(file.as_bytes()).agent("a").period(), None);
    }

    #[test]
    fn a_list_of_names_means_all_of_them() {
        assert!(!decide("User-agent: One, Masthead\nDisallow: /", "masthead", "/").0);
    }

    #[test]
    fn sitemaps_stand_anywhere() {
        assert_eq!(Robots::parse(FILE.as_bytes()).sitemaps(), ["https://example.com/news.xml"]);
    }
}
