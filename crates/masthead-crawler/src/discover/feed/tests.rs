use crate::discover::{Cut, Entry, Found, read};

use super::*;

fn found(text: &str) -> Found {
    read(text.as_bytes(), &Url::parse("https://example.com/feeds/all.xml").unwrap()).unwrap()
}

fn entry(text: &str) -> Entry {
    found(text).entries.into_iter().next().unwrap()
}

fn urls(text: &str) -> Vec<String> {
    found(text).entries.into_iter().map(|entry| entry.url.into()).collect()
}

#[test]
fn addresses_are_relative_to_xml_base() {
    let atom = |feed: &str, entry: &str, link: &str| {
        urls(&format!("<feed {feed}><entry {entry}><link {link} href='fog'/></entry></feed>"))
    };
    assert_eq!(atom("", "", ""), ["https://example.com/feeds/fog"]);
    assert_eq!(atom("xml:base='/2026/'", "", ""), ["https://example.com/2026/fog"]);
    assert_eq!(
        atom("xml:base='/2026/'", "xml:base='07/'", "xml:base='sea/'"),
        ["https://example.com/2026/07/sea/fog"]
    );
    let rss = "<rss><channel xml:base='https://www.example.com/b/'><item><link>fog</link></item>
        <item xml:base='c/'><link>fog</link></item></channel></rss>";
    assert_eq!(urls(rss), ["https://www.example.com/b/fog", "https://www.example.com/b/c/fog"]);
}

#[test]
fn what_is_about_something_else_is_not_the_item_s() {
    let entry = entry(
        "<feed><entry><source><title>The Other Post</title><author><name>Nobody</name></author>
          <link href='https://other.example/'/><updated>1999-01-01</updated></source>
          <contributor><name>A helper</name></contributor><link href='/fog'/><title>Fog</title>
          <author><email>mina@example.com</email> <name>Mina Okafor</name><uri>/mina</uri></author></entry></feed>",
    );
    assert_eq!(entry.url.as_str(), "https://example.com/fog");
    assert_eq!((entry.title.as_deref(), entry.updated), (Some("Fog"), None));
    assert_eq!(entry.authors, ["Mina Okafor"]);
}

#[test]
fn authors_as_rss_writes_them() {
    let authors = |xml: &str| entry(&format!("<rss><item><link>/a</link>{xml}</item></rss>")).authors;
    assert_eq!(authors("<author>desk@example.com (Mina Okafor)</author>"), ["Mina Okafor"]);
    assert_eq!(authors("<author>Mina Okafor (desk@example.com)</author>"), ["Mina Okafor"]);
    assert_eq!(authors("<author>Mina Okafor</author>"), ["Mina Okafor"]);
    assert_eq!(authors("<author>desk@example.com</author>"), ["desk@example.com"]);
    // The name counts more than the mail.
    assert_eq!(
        authors("<author>desk@example.com</author><dc:creator>Mina Okafor</dc:creator>"),
        ["Mina Okafor"]
    );
}

#[test]
fn other_modules_count_where_the_item_is_silent() {
    let item = |xml: &str| entry(&format!("<rss><item><link>/a</link>{xml}</item></rss>"));
    let entry = item(
        "<dc:title>Second</dc:title><title>First</title><dc:date>2026-01-01</dc:date><x:title>No</x:title>",
    );
    assert_eq!((entry.title.as_deref(), entry.published.as_deref()), (Some("First"), Some("2026-01-01")));
    assert_eq!(item("<dc:title>Second</dc:title>").title.as_deref(), Some("Second"));
    let whole = "<content:encoded><![CDATA[<p>All of it.]]></content:encoded>";
    assert_eq!(item(whole).summary.as_deref(), Some("<p>All of it."));
    assert_eq!(item(&format!("{whole}<description>Short.</description>")).summary.as_deref(), Some("Short."));
    let prefixed = "<r:rss xmlns:r='x'><r:item><r:title>T</r:title><r:link>/p</r:link></r:item></r:rss>";
    assert_eq!(urls(prefixed), ["https://example.com/p"]);
}

#[test]
fn times_stay_as_they_are_written() {
    let published = |time: &str| {
        entry(&format!("<rss><item><link>/a</link><pubDate>{time}</pubDate></item></rss>")).published
    };
    for time in ["Thu, 01 Jan 2026 08:00:00 +0900", "Thu, 01 Jan 2026 08:00:00 KST", "2026-01-01 08:00"] {
        assert_eq!(published(time).as_deref(), Some(time));
    }
}

#[test]
fn references_and_packed_text() {
    let title = |attributes: &str, text: &str| {
        entry(&format!("<feed><entry><link href='/a'/><title {attributes}>{text}</title></entry></feed>"))
            .title
    };
    assert_eq!(title("", "a&#8217;b&#x2019;c&#X41;&#146;").as_deref(), Some("a’b’cA’"));
    assert_eq!(
        title("", "&eacute; &amp;eacute; & x &#0; &#xD800;").as_deref(),
        Some("&eacute; &eacute; & x &#0; &#xD800;")
    );
    assert_eq!(title("mode='base64'", "Rm9n"), None);
    assert_eq!(title("type='application/octet-stream'", "Rm9n"), None);
}

#[test]
fn what_was_left_open_ends_with_its_item() {
    let found = found(
        "<rss><channel><item><link>/a</link><title>Open<item><link>/b</link><source>Open</item>
         <item><link>/c</link><title>C</title></item><item><link>/d</link><title>Brea",
    );
    let told: Vec<_> = found.entries.iter().map(|entry| (entry.url.path(), entry.title.as_deref())).collect();
    assert_eq!(told[..3], [("/a", Some("Open")), ("/b", None), ("/c", Some("C"))]);
    assert_eq!(found.cut, Some(Cut::Broken));
}

/// One pass, whatever is open: the work is that of the bytes.
#[test]
fn a_large_feed_of_open_elements() {
    let text = format!(
        "<rss>{}{}",
        "<item><link>/a</link><title><b>".repeat(20_000),
        "<item xml:base='x/'><link xml:base='y/'>z</link>".repeat(20_000)
    );
    assert_eq!(found(&text).entries.len(), 40_000);
}
