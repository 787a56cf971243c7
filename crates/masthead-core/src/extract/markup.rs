//! An element's content as HTML or as Markdown, for values that keep their markup.

use crate::dom::{Dom, NodeNumber, Role, tidy};

/// The attributes that HTML keeps: what a reader sees or follows, not what scripts and styles need.
const KEPT: [&str; 17] = [
    "id", "class", "href", "src", "srcset", "alt", "title", "cite", "datetime", "lang", "dir", "colspan",
    "rowspan", "start", "width", "height", "data-src",
];
/// Elements without an end tag (HTML, "13.1.2 Elements") that text may hold.
const VOID: [&str; 7] = ["br", "hr", "img", "wbr", "source", "area", "col"];

/// The content of `node` as HTML: what is hidden or dropped is left out, so are attributes that mean nothing to a reader.
/// Addresses stay as they are written.
pub(super) fn html(dom: &Dom<'_>, node: NodeNumber, dropped: &[NodeNumber]) -> String {
    let mut text = String::new();
    walk(dom, node, dropped, &mut |step| match step {
        Step::Text(_, piece) => escape(&mut text, piece),
        Step::Open(node) => open_tag(dom, node, &mut text),
        Step::Close(node) if !VOID.contains(&dom.tag(node)) => {
            text.push_str("</");
            text.push_str(dom.tag(node));
            text.push('>');
        }
        Step::Close(_) => {}
    });
    text.trim().to_owned()
}

fn open_tag(dom: &Dom<'_>, node: NodeNumber, text: &mut String) {
    text.push('<');
    text.push_str(dom.tag(node));
    for name in KEPT {
        if let Some(value) = dom.attribute(node, name) {
            text.push_str(&format!(" {name}=\""));
            escape(text, value);
            text.push('"');
        }
    }
    text.push('>');
}

fn escape(text: &mut String, piece: &str) {
    for character in piece.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            other => text.push(other),
        }
    }
}

/// The content of `node` as Markdown (CommonMark): paragraphs, headings, lists, quotes, code, emphasis, links and images.
pub(super) fn markdown(dom: &Dom<'_>, node: NodeNumber, dropped: &[NodeNumber]) -> String {
    let mut writer = Writer::default();
    walk(dom, node, dropped, &mut |step| match step {
        Step::Text(node, piece) => writer.text(dom, node, piece),
        Step::Open(node) => writer.open(dom, node),
        Step::Close(node) => writer.close(dom, node),
    });
    writer.finish()
}

#[derive(Default)]
struct Writer {
    blocks: Vec<String>,
    line: String,
    /// What begins the next block: `## `, `- `.
    mark: String,
    /// What stands before each line: `> `, or the indentation of a list's inner items.
    margins: Vec<&'static str>,
    /// The numbers of the lists around; 0 in those without numbers.
    lists: Vec<usize>,
    preformatted: usize,
    /// Where in the line the marks around began.
    marks: Vec<usize>,
}

impl Writer {
    /// Begins emphasis or code; what stands in it may turn out to be nothing.
    fn open_mark(&mut self, mark: &str) {
        self.marks.push(self.line.len());
        self.line.push_str(mark);
    }

    fn close_mark(&mut self, mark: &str) {
        match self.marks.pop() {
            Some(start) if start + mark.len() == self.line.len() => self.line.truncate(start),
            _ => self.line.push_str(mark),
        }
    }

    fn text(&mut self, dom: &Dom<'_>, node: NodeNumber, piece: &str) {
        if self.preformatted > 0 {
            self.line.push_str(piece);
            return;
        }
        let in_code = dom.ancestors(node).any(|around| dom.tag(around) == "code");
        for character in piece.chars() {
            match character {
                character if character.is_whitespace() => {
                    if !self.line.ends_with([' ', '\n']) {
                        self.line.push(' ');
                    }
                    continue;
                }
                '\\' | '*' | '_' | '`' | '[' | ']' if !in_code => self.line.push('\\'),
                _ => {}
            }
            self.line.push(character);
        }
    }

    fn open(&mut self, dom: &Dom<'_>, node: NodeNumber) {
        let role = dom.role(node);
        if role == Role::Break {
            if !self.line.ends_with("\\\n") {
                self.line.push_str("\\\n");
            }
        } else if role.ends_line() {
            self.end_block();
        }
        match (role, dom.tag(node)) {
            (Role::Heading(level), _) => self.mark = format!("{} ", "#".repeat(usize::from(level))),
            (Role::Quote, _) => self.margins.push("> "),
            (Role::List, tag) => {
                if !self.lists.is_empty() {
                    self.margins.push("  ");
                }
                self.lists.push(usize::from(tag == "ol"));
            }
            (Role::ListItem, _) => {
                self.mark = match self.lists.last_mut() {
                    Some(number) if *number > 0 => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
            }
            (Role::Preformatted, _) => self.preformatted += 1,
            (_, "b" | "strong") => self.open_mark("**"),
            (_, "i" | "em") => self.open_mark("*"),
            (_, "code") if self.preformatted == 0 => self.open_mark("`"),
            (_, "a") if dom.attribute(node, "href").is_some() => self.line.push('['),
            (_, "img") => {
                let of = |name| dom.attribute(node, name).map(tidy).unwrap_or_default();
                self.line.push_str(&format!("![{}]({})", of("alt"), of("src")));
            }
            _ => {}
        }
    }

    fn close(&mut self, dom: &Dom<'_>, node: NodeNumber) {
        let role = dom.role(node);
        match (role, dom.tag(node)) {
            (Role::Preformatted, _) => {
                self.preformatted -= 1;
                let code = std::mem::take(&mut self.line);
                self.line = format!("```\n{}\n```", code.trim_matches('\n'));
            }
            (_, "b" | "strong") => self.close_mark("**"),
            (_, "i" | "em") => self.close_mark("*"),
            (_, "code") if self.preformatted == 0 => self.close_mark("`"),
            (_, "a") => {
                if let Some(href) = dom.attribute(node, "href") {
                    self.line.push_str(&format!("]({})", href.trim()));
                }
            }
            _ => {}
        }
        if role.ends_line() && role != Role::Break {
            self.end_block();
        }
        match role {
            Role::Quote => drop(self.margins.pop()),
            Role::List => {
                self.lists.pop();
                if !self.lists.is_empty() {
                    self.margins.pop();
                }
            }
            _ => {}
        }
    }

    fn end_block(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = line.trim_matches([' ', '\n']).trim_end_matches('\\').trim_end();
        if text.is_empty() {
            return;
        }
        let mark = std::mem::take(&mut self.mark);
        let margin = self.margins.concat();
        let lines: Vec<String> =
            format!("{mark}{text}").lines().map(|line| format!("{margin}{line}")).collect();
        self.blocks.push(lines.join("\n"));
    }

    fn finish(mut self) -> String {
        self.end_block();
        self.blocks.join("\n\n")
    }
}

enum Step<'a> {
    Text(NodeNumber, &'a str),
    Open(NodeNumber),
    Close(NodeNumber),
}

/// Goes through what is in `node` in page order, without what is hidden or dropped.
fn walk<'a>(dom: &Dom<'a>, node: NodeNumber, dropped: &[NodeNumber], take: &mut impl FnMut(Step<'a>)) {
    let mut open: Vec<NodeNumber> = Vec::new();
    let end = dom.end(node);
    let mut at = node + 1;
    while at < end {
        while let Some(&last) = open.last().filter(|&&last| dom.end(last) <= at) {
            open.pop();
            take(Step::Close(last));
        }
        if dom.hidden(at) || dropped.binary_search(&at).is_ok() {
            at = dom.end(at);
            continue;
        }
        if let Some(text) = dom.text_of(at) {
            take(Step::Text(at, text));
        } else if dom.role(at).is_element() {
            take(Step::Open(at));
            open.push(at);
        }
        at += 1;
    }
    while let Some(last) = open.pop() {
        take(Step::Close(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{self, Budget};

    const PAGE: &str = "<h2 onclick=x>A *b*</h2><p class=c data-x=1>One <b>bold</b> &amp;\n <a href='/x?a=1&amp;b=2'>link</a><script>no</script><br>two</p>
        <ul><li>a<ol><li>b<li>c</ol><li>d</ul><blockquote><p>q</p><p>r</p></blockquote><pre>x\n  y</pre><p hidden>no</p><p><img src=/i.jpg alt=' A  ship '><code>a_b</code></p>";

    fn of(html: &str, write: fn(&Dom<'_>, NodeNumber, &[NodeNumber]) -> String) -> String {
        let page = parse::fragment(html, &Budget::default());
        write(&Dom::new(&page, None), 1, &[])
    }

    #[test]
    fn html_keeps_what_a_reader_sees() {
        let found = of(
            "<p class=c onclick=x>One &amp; <b>two</b><br><img src=/a alt='\"'></p><script>no</script><i hidden>no</i>",
            html,
        );
        assert_eq!(found, r#"<p class="c">One &amp; <b>two</b><br><img src="/a" alt="&quot;"></p>"#);
    }

    #[test]
    fn markdown_has_blocks_and_marks() {
        let expected = "## A \\*b\\*\n\nOne **bold** & [link](/x?a=1&b=2)\\\ntwo\n\n- a\n\n  1. b\n\n  2. c\n\n- d\n\n> q\n\n> r\n\n```\nx\n  y\n```\n\n![A ship](/i.jpg)`a_b`";
        assert_eq!(of(PAGE, markdown), expected);
        assert_eq!(of("plain", markdown), "plain");
        assert_eq!(of("<p> </p>", markdown), "");
    }
}
