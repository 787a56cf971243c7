use super::*;
use crate::xpath;

fn selections(text: &str, taken: Taken) -> Result<Vec<Selection>, String> {
    match found(&xpath::parse(text)?, taken)? {
        Found::Nodes(selections) => Ok(selections),
        Found::Constant(text) => Err(format!("the constant `{text}`")),
    }
}

/// The selector for all nodes that an expression takes.
fn css(text: &str) -> Result<String, String> {
    Ok(selections(text, Taken::All)?.first().map(ToString::to_string).unwrap_or_default())
}

fn assert_all(cases: &[(&str, &str)]) {
    for (xpath, expected) in cases {
        assert_eq!(css(xpath).as_deref(), Ok(*expected), "{xpath}");
        scraper::Selector::parse(expected.split('@').next().unwrap()).unwrap();
    }
}

fn reason(text: &str) -> String {
    css(text).expect_err(text)
}

#[test]
fn names_and_attributes() {
    assert_all(&[
        ("//div[@id='x']", "div#x"),
        ("//div[@id='1x']", "div[id=\"1x\"]"),
        ("//div[@class='a b']", "div[class=\"a b\"]"),
        ("//*[@class=\"a\"]", "[class=\"a\"]"),
        ("//div[contains(@class, 'x')]", "div[class*=\"x\"]"),
        ("//div[starts-with(@id, \"it's\")]", "div[id^=\"it's\"]"),
        ("//a[@href='a\\b']", "a[href=\"a\\\\b\"]"),
        ("//a[@rel='Next']", "a[rel=\"Next\" s]"),
        ("//a[@rel!='next']", "a[rel]:not([rel=\"next\" s])"),
        ("//a[@title]", "a[title]"),
        ("//a[substring(@href, string-length(@href) - 3) = '.pdf']", "a[href$=\".pdf\"]"),
        ("//meta[@property='og:title']/@content", "meta[property=\"og:title\"]@content"),
        ("//@href", "*@href"),
    ]);
}

#[test]
fn one_word_of_a_class() {
    assert_all(&[
        ("//div[contains(concat(' ',normalize-space(@class),' '),' x ')]", "div.x"),
        ("//div[contains(concat(' ', normalize-space(@class), ' '), ' 2x ')]", "div[class~=\"2x\"]"),
        ("//div[contains(concat(' ',normalize-space(@class),' '),'x')]", "div[class*=\"x\"]"),
        (
            // Without normalize-space() a tab or a line feed parts no words.
            "//p[contains(concat(' ',@class,' '),' x ')]",
            "p:is([class=\"x\"], [class^=\"x \"], [class$=\" x\"], [class*=\" x \"])",
        ),
    ]);
    assert!(
        reason("//p[contains(concat(' ',normalize-space(@class),' '),' x')]").contains("beginning or end")
    );
    assert!(
        reason("//p[contains(concat(' ',normalize-space(@class),' '),' x y ')]").contains("several words")
    );
}

#[test]
fn axes() {
    assert_all(&[
        ("//a/b//c", "a > b c"),
        ("/html/body/*", ":root > body > *"),
        ("//a/descendant::b", "a b"),
        ("//a/descendant-or-self::b", "a b"),
        ("//a/descendant-or-self::*", "a, a *"),
        ("//a/following-sibling::b", "a ~ b"),
        ("//a/following-sibling::*[1]", "a + *"),
        ("//a/following-sibling::*[2][self::b]", "a + * + b"),
        ("//a/preceding-sibling::b", "b:has(~ a)"),
        ("//a/preceding-sibling::*[1]", ":has(+ a)"),
        ("//a/..", ":has(> a)"),
        ("//i/a/parent::b", "b:has(> :is(i > a))"),
        ("//a/ancestor::b", "b:has(a)"),
        ("//a/following::b", "a ~ b, a ~ * b, :has(a) ~ b, :has(a) ~ * b"),
        ("//a/preceding::b", "b:has(~ a, ~ * a), :has(~ a, ~ * a) b"),
        ("//footer/self::* | //footer/following-sibling::*", "footer, footer ~ *"),
        ("(//a | //b)/c", "a > c, b > c"),
        ("//*[self::a or self::b]", "a, b"),
    ]);
}

#[test]
fn what_stands_around_is_a_condition() {
    assert_all(&[
        ("//a[b]", "a:has(> b)"),
        ("//a[.//b/@href]", "a:has(b[href])"),
        ("//a[.//img[@alt='x']]/c", "a:has(img[alt=\"x\"]) > c"),
        ("//a[parent::b]", "a:is(b > *)"),
        ("//a[../@id='x']", "a:is(#x > *)"),
        ("//a[../../@id='x']", "a:is(:is(#x > *) > *)"),
        ("//a[contains(../@class, 'x')]", "a:is([class*=\"x\"] > *)"),
        ("//a[ancestor::b[@id]]", "a:is(b[id] *)"),
        ("//a[preceding-sibling::b]", "a:is(b ~ *)"),
        ("//a[following-sibling::b]", "a:has(~ b)"),
        ("//a[not(@id) and (@x or @y)]", "a:not([id])[x], a:not([id])[y]"),
        ("//a[not(b or @c='d')]", "a:not(:has(> b), [c=\"d\"])"),
        ("//a[count(.//b)=0]", "a:not(:has(b))"),
        ("//div[@id='a' or @id='b']/p", "div#a > p, div#b > p"),
    ]);
}

#[test]
fn positions_count_among_the_children_of_one_parent() {
    assert_all(&[
        ("//a[1]", "a:first-of-type"),
        ("//a[last()]", "a:last-of-type"),
        ("//*[2]", ":nth-child(2)"),
        ("//a[position()>1]/b[last()-1]", "a:nth-of-type(n+2) > b:nth-last-of-type(2)"),
        ("//a[position() <= 3][@id]", "a:nth-of-type(-n+3)[id]"),
        ("//a[2 > position()]", "a:first-of-type"),
        ("//a[position() != last()]", "a:nth-last-of-type(n+2)"),
        ("//a[@x][1]", "a[x]:not(a[x] ~ a[x])"),
        ("//a[@x][2]", "a[x]:is(a[x] ~ a[x]):not(a[x] ~ a[x] ~ a[x])"),
        ("//a[@x][last()]", "a[x]:not(:has(~ a[x]))"),
    ]);
    for other in
        ["//a/descendant::b[1]", "//a/following-sibling::b[1]", "//a/ancestor::b[1]", "//a[1.5]", "//a[0]"]
    {
        assert!(reason(other).contains("position"), "{other}");
    }
}

#[test]
fn of_the_first_node_of_all_the_first_of_each_context_is_one() {
    let first = |text: &str| selections(text, Taken::First).map(|found| found[0].to_string());
    assert_eq!(first("//a/descendant::b[1]").as_deref(), Ok("a b"));
    assert_eq!(first("//a/following-sibling::b[@c][1]").as_deref(), Ok("a ~ b[c]"));
    assert_eq!(first("(//a)[1]").as_deref(), Ok("a"));
    // Behind the attribute another one may be the first.
    assert_eq!(first("//time[1]/@datetime").as_deref(), Ok("time:first-of-type@datetime"));
    assert!(first("//a/ancestor::b[1]").is_err());
}

#[test]
fn positions_over_the_whole_page_are_nth() {
    let one = |text: &str, taken| selections(text, taken).map(|found| (found[0].to_string(), found[0].nth));
    assert_eq!(one("(//a)[1]", Taken::All), Ok(("a".to_owned(), Some(1))));
    assert_eq!(one("(//a | //b)[last()]/@href", Taken::First), Ok(("a, b@href".to_owned(), Some(-1))));
    assert_eq!(one("(//a/@href)[2]", Taken::First), Ok(("a[href]@href".to_owned(), Some(2))));
    assert!(one("(//a)[1]", Taken::Removed).is_err());
    assert!(one("(//a)[1]/b", Taken::All).is_err());
}

#[test]
fn text_is_asked_for_beside_the_selector() {
    let having = |text: &str| selections(text, Taken::Removed).map(|found| found[0].having.clone());
    assert_eq!(having("//a[contains(., 'x (y)')]"), Ok(Some("x \\(y\\)".to_owned())));
    assert_eq!(having("//a[@b][normalize-space()='x']"), Ok(Some("^x$".to_owned())));
    for other in [
        "//a[contains(text(), 'x')]",
        "//a[text()='x']",
        "//a[.='x']",
        "//a[contains(., ' x')]",
        "//a[contains(., 'x')]/b",
    ] {
        assert!(having(other).unwrap_err().contains("text"), "{other}");
    }
    let several = selections("//a | //b[contains(., 'x')] | //c", Taken::Removed).unwrap();
    assert_eq!(several.iter().map(Selection::css).collect::<Vec<_>>(), ["a, c", "b"]);
    assert!(css("//a | //b[contains(., 'x')]").is_err());
}

#[test]
fn a_text_is_cut_where_its_mark_is() {
    let found = selections("substring-before(substring-after(//a/@b, 'x: '), '.')", Taken::First).unwrap();
    assert_eq!(found[0].to_string(), "a[b]@b");
    assert_eq!(found[0].nth, Some(1));
    assert_eq!(found[0].matches, ["(?s)x: (.*)", "(?s)^(.*?)\\."]);
    assert!(css("concat(//a, //b)").is_err());
    assert_eq!(css("'Jane Doe'").unwrap_err(), "the constant `Jane Doe`");
}

#[test]
fn what_has_no_equal_says_why() {
    for (xpath, why) in [
        ("//a/text()", "a piece of text"),
        ("//a/node()", "pieces of text"),
        ("//a//text()[1]", "a piece of text"),
        ("//DIV", "lower case"),
        ("//a[@itemProp]", "lower case"),
        ("div[@id='x']", "`//` is missing"),
        ("//a[contains(@b, '')]", "empty text"),
        ("//a[ends-with(@b, 'c')]", "no function of XPath 1.0"),
        ("//a[contains(b/@c, 'd')]", "first of several"),
        ("//a[@b = @c]", "two values"),
        ("//a[@b > 2]", "number"),
        ("//a[b[c]/d[.//e]]/..", "within another such"),
        ("//a[.//b]/parent::c", "what they contain"),
        ("//noscript//img", "noscript"),
        ("//img[ancestor::noscript]", "noscript"),
        ("//script[contains(., 'x')]", "script"),
        ("count(//a)", "no equal"),
        ("id('x')", "first element"),
        ("//a/self::b", "nothing"),
        ("//*/..", "the document"),
        ("//*[not(..)]", "the document"),
        ("//*[../*]", "the document"),
        ("//*[..//em]", "the document"),
    ] {
        let found = reason(xpath);
        assert!(found.contains(why), "{xpath}: {found}");
    }
}

#[test]
fn selectors_do_not_outgrow_their_bound() {
    assert!(reason(&format!("//a[@x]{}", "[2]".repeat(2_000))).contains("longer"));
    assert!(reason(&format!("//a{}", "/b".repeat(3_000))).contains("longer"));
    assert!(reason(&format!("//a{}", "/following::b".repeat(4))).contains("known by what they contain"));
    assert!(reason(&format!("//a{}", "[@b or @c]".repeat(300))).contains("operators"));
}
