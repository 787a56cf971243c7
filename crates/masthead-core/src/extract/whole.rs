//! From the pages of an article to its record.

use masthead_record::{Content, Ledger, Record, RecordId};

use super::article::OnePage;
use super::doubts;
use super::finding::Finding;
use super::missing::missing;
use super::onward::{After, More, Seen};
use super::read::{Options, Outcome, Page, Reading};
use super::records;
use crate::profile::model::{Fields, Layout, Pages, Profile};

/// What [`Record::truncated`] says where parts of the article were not read.
const PAGES: &str = "pages";

/// The article that its first page and its other parts, in their order, make together.
pub(super) fn whole(
    profile: &Profile,
    number: usize,
    layout: &Layout,
    (page, first): (&Page<'_>, OnePage),
    others: Vec<(&Page<'_>, OnePage)>,
    options: &Options,
) -> Reading {
    let mut seen = Seen::default();
    seen.add(profile, [page.url]);
    let mut whole = first;
    for (page, part) in others {
        seen.add(profile, [page.url]);
        join(&mut whole, part, page, &layout.fields);
    }
    let more = more(profile, number, layout, &mut whole, seen);
    let records = std::mem::take(&mut whole.records);
    let (url, mut findings) = (whole.url.clone(), std::mem::take(&mut whole.findings));
    let records = records::records(profile, (page, &url), options.explain, records, &mut findings);
    let record = record(profile, layout, page, whole, &mut findings, options);
    Reading { outcome: Outcome::Article(Box::new(record)), records, findings, links: Vec::new(), more }
}

fn record(
    profile: &Profile,
    layout: &Layout,
    page: &Page<'_>,
    whole: OnePage,
    findings: &mut Vec<Finding>,
    options: &Options,
) -> Record {
    let OnePage { mut content, body, mut sources, truncated, url, .. } = whole;
    content.body = body.text();
    content.missing = missing(&layout.fields, &content, &sources, &body, findings);
    doubts::on_body(&body, findings);
    doubts::on_times(layout, page, &content, findings);
    content.blocks = body.blocks;
    sources.insert("body".to_owned(), body.provenance);
    Record {
        id: RecordId::new("article", url.as_str(), ""),
        revision: 1,
        kind: "article".to_owned(),
        profile: profile.name.clone(),
        layout: layout.id.clone(),
        url: url.to_string(),
        fetched: page.fetched.map(str::to_owned),
        content,
        truncated,
        provenance: options.explain.then_some(sources),
        ledger: options.explain.then_some(body.ledger),
    }
}

/// Adds a part. Fields are the first page's; the body, images and related articles are those of all.
fn join(whole: &mut OnePage, part: OnePage, page: &Page<'_>, fields: &Fields) {
    let single = matches!(fields.pages, Some(Pages::Single(_)));
    let about_the_text = |finding: &Finding| {
        finding.field.as_deref().is_some_and(|field| matches!(field, "body" | "images" | "related"))
    };
    if part.body.blocks.is_empty() {
        let url = page.url;
        let message = format!("{url} is a part of the article, and no text was found there");
        whole.findings.push(Finding::warning("body", message));
        mark(whole);
    } else if single || whole.body.blocks.is_empty() {
        // What there is to say of the text is said of the one that is kept.
        whole.findings.retain(|finding| finding.field.as_deref() != Some("body"));
        whole.body = part.body;
    } else {
        whole.body.blocks.extend(part.body.blocks);
        add(&mut whole.body.ledger, part.body.ledger);
    }
    whole.findings.extend(part.findings.into_iter().filter(about_the_text));
    join_items(&mut whole.content, part.content, fields);
    whole.records.extend(part.records);
    for budget in part.truncated {
        if !whole.truncated.contains(&budget) {
            whole.truncated.push(budget);
        }
    }
    whole.onward = part.onward;
}

/// The images and related articles that the parts before don't have. A part's metadata only repeats the first's.
fn join_items(content: &mut Content, part: Content, fields: &Fields) {
    if fields.images.is_some() {
        for image in part.images {
            if !content.images.iter().any(|known| known.url == image.url) {
                content.images.push(image);
            }
        }
    }
    for related in part.related {
        if !content.related.contains(&related) {
            content.related.push(related);
        }
    }
}

fn add(ledger: &mut Ledger, part: Ledger) {
    for (field, words) in part.claimed {
        *ledger.claimed.entry(field).or_default() += words;
    }
    for (rule, words) in part.dropped {
        *ledger.dropped.entry(rule).or_default() += words;
    }
    for (rule, texts) in part.dropped_text {
        ledger.dropped_text.entry(rule).or_default().extend(texts);
    }
    ledger.residual += part.residual;
    ledger.linked += part.linked;
    ledger.outside += part.outside;
    ledger.residual_text.extend(part.residual_text);
}

/// The part that comes next. Where there is one, the record says that it is not whole.
fn more(profile: &Profile, number: usize, layout: &Layout, whole: &mut OnePage, seen: Seen) -> Option<More> {
    let pages = layout.fields.pages.as_ref()?;
    let (message, more) = match whole.onward.after(profile, pages, &seen) {
        After::Nothing => return None,
        After::Part(url) => {
            (format!("the article goes on at {url} which was not read"), Some(More::new(url, number, seen)))
        }
        After::Closed(url, why) => (format!("the article goes on at {url} which was not read: {why}"), None),
    };
    whole.findings.push(Finding::warning("body", message));
    mark(whole);
    more
}

fn mark(whole: &mut OnePage) {
    if !whole.truncated.iter().any(|budget| budget == PAGES) {
        whole.truncated.push(PAGES.to_owned());
    }
}

#[cfg(test)]
mod tests;
