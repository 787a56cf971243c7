//! The elements of pages that selectors match, and the pages' trees as XML, for a comparison with an engine of XPath.
//!
//! A line of standard input is `{"page": FILE, "queries": [{"css", "having"?}]}`; one of the output is
//! `{"page", "xml", "matches": [[NUMBER…]…]}`. A number is the element's place in document order, from 0. The parse is the
//! one that profiles see. See `tests/against_lxml.py`.

use std::error::Error;
use std::io::{BufRead as _, Read as _, Write as _};

use regex::Regex;
use scraper::{ElementRef, Html, Node, Selector};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Request {
    page: String,
    queries: Vec<Query>,
}

#[derive(Deserialize)]
struct Query {
    css: String,
    having: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let html = Html::parse_document(&read(&request.page)?);
        let mut elements = Vec::new();
        let mut xml = String::new();
        write_xml(html.root_element(), &mut elements, &mut xml);
        let numbers: std::collections::HashMap<_, _> =
            elements.iter().enumerate().map(|(number, element)| (element.id(), number)).collect();
        let mut matches = Vec::new();
        for query in &request.queries {
            let selector = Selector::parse(&query.css).map_err(|error| format!("{}: {error}", query.css))?;
            let having = query.having.as_deref().map(Regex::new).transpose()?;
            let found = html.select(&selector).filter(|element| {
                having.as_ref().is_none_or(|having| having.is_match(&visible_text(*element)))
            });
            let mut found: Vec<_> = found.filter_map(|element| numbers.get(&element.id()).copied()).collect();
            found.sort_unstable();
            matches.push(found);
        }
        writeln!(out, "{}", json!({"page": request.page, "xml": xml, "matches": matches}))?;
    }
    Ok(())
}

fn read(page: &str) -> Result<String, Box<dyn Error>> {
    let bytes = std::fs::read(page)?;
    let mut text = Vec::new();
    if page.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text)?;
    } else {
        text = bytes;
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Elements, their attributes and text, without what XML has no name for.
fn write_xml<'a>(root: ElementRef<'a>, elements: &mut Vec<ElementRef<'a>>, xml: &mut String) {
    for edge in root.traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Text(text) => escape(text, xml),
                Node::Element(element) => {
                    elements.extend(ElementRef::wrap(node));
                    xml.push('<');
                    xml.push_str(&name(element.name()));
                    for (key, value) in &element.attrs {
                        let local = key.local.as_ref();
                        if key.ns.is_empty() && name(local) == local && local != "xmlns" {
                            xml.push_str(&format!(" {local}=\""));
                            escape(value, xml);
                            xml.push('"');
                        }
                    }
                    xml.push('>');
                }
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    xml.push_str(&format!("</{}>", name(element.name())));
                }
            }
        }
    }
}

fn name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { name } else { format!("_{name}") }
}

fn escape(text: &str, xml: &mut String) {
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\n' | '\t' | '\r' => xml.push_str(&format!("&#{};", u32::from(c))),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => xml.push('\u{fffd}'),
            c => xml.push(c),
        }
    }
}

/// About what a profile's `having` sees: no scripts, nothing hidden, white space tidied.
fn visible_text(root: ElementRef<'_>) -> String {
    const SILENT: [&str; 5] = ["script", "style", "noscript", "template", "button"];
    let mut text = String::new();
    let mut stack = vec![*root];
    while let Some(node) = stack.pop() {
        if let Node::Text(piece) = node.value() {
            text.push_str(piece);
        } else if let Some(element) = ElementRef::wrap(node) {
            let value = element.value();
            let style = value.attr("style").unwrap_or_default().replace(' ', "");
            let hidden = SILENT.contains(&value.name())
                || value.attr("hidden").is_some()
                || style.contains("display:none");
            if hidden && node.id() != root.id() {
                continue;
            }
            if matches!(value.name(), "br" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "td" | "tr") {
                text.push(' ');
            }
        }
        let children: Vec<_> = node.children().collect();
        stack.extend(children.into_iter().rev());
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
