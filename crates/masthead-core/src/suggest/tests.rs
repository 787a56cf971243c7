use super::*;

fn text(wanted: &str) -> Option<Wanted> {
    Some(Wanted::Text(wanted.to_owned()))
}

fn rules(pages: &[String], wanted: &[Option<Wanted>]) -> Vec<String> {
    let found = SamplePages::parse(pages.iter().map(String::as_str)).suggest(wanted, 3);
    found.iter().map(|one| format!("{} {}/{}", one.rule(), one.pages, one.of)).collect()
}

fn best(pages: &[String], wanted: &[Option<Wanted>]) -> String {
    rules(pages, wanted).into_iter().next().unwrap_or_default()
}

#[test]
fn the_shortest_name_that_selects_the_value_alone_wins() {
    let page = |title: &str| {
        format!(
            "<header><h2 class=logo>The Ferryman</h2></header><div class='css-1x9k wrap'><div class=head>\
             <h2 class='art-tit css-77ab2'>{title}</h2></div><h2 class=more>More</h2></div>"
        )
    };
    let pages = [page("A lock is opened"), page("Low water &amp; high hopes")];
    let wanted = [text("A lock is opened"), text("Low  Water & high hopes")];
    assert_eq!(best(&pages, &wanted), "h2.art-tit 2/2");
}

#[test]
fn a_name_that_stands_twice_needs_one_around_it() {
    let page = |title: &str, other: &str| {
        format!(
            "<main><div class=story><p class=name>{title}</p></div><aside><p class=name>{other}</p></aside></main>"
        )
    };
    let pages = [page("One", "Two"), page("Three", "Four")];
    assert_eq!(best(&pages, &[text("One"), text("Three")]), ".story .name 2/2");
}

#[test]
fn made_classes_and_positions_are_never_used() {
    let page = "<div class=css-1ab23><span class='sc-bdVaJa x9Y8z'>Alone at sea</span><span>b</span></div>"
        .to_owned();
    assert_eq!(rules(&[page], &[text("Alone at sea")]), [""; 0], "nothing on this page has a name");
    let page =
        "<div class=Story_head__x1Y2z><i class=Story_title__a9B8c>Alone at sea</i><i>b</i></div>".to_owned();
    assert_eq!(best(&[page], &[text("Alone at sea")]), "i[class*=Story_title__] 1/1");
}

#[test]
fn the_page_that_differs_is_counted() {
    let pages = ["<h1>One</h1>", "<h1>Two</h1>", "<h2 class=ttl>Three</h2>", "<p>no"].map(str::to_owned);
    let found = rules(&pages, &[text("One"), text("Two"), text("Three"), None]);
    assert_eq!(found, ["h1 2/3", "h2.ttl 1/3", "h2 1/3"]);
}

#[test]
fn times_are_found_in_attributes_and_texts() {
    let wanted = [Some(Wanted::Time("2026-01-27T09:05:00+01:00".to_owned()))];
    let marked = "<div><time class=when datetime='2026-01-27T08:05:00Z'>today</time><time datetime='2025-01-01'>x</time></div>";
    assert_eq!(best(&[marked.to_owned()], &wanted), "time.when@datetime 1/1");
    let written =
        "<div class=meta><span class=date>Posted: 2026-01-27 09:05</span><span class=cnt>12</span></div>";
    assert_eq!(best(&[written.to_owned()], &wanted), ".date 1/1");
    let other = "<div class=meta><span class=date>Posted: 2026-01-28 09:05</span></div>";
    assert_eq!(rules(&[other.to_owned()], &wanted), [""; 0]);
}

#[test]
fn names_are_read_as_a_byline_is() {
    let page = "<p class=by>By Ada Lark and Tom Reed</p><p class=by2>By Ada Lark</p>".to_owned();
    let wanted = [Some(Wanted::Names(vec!["Ada Lark".to_owned(), "Tom Reed".to_owned()]))];
    assert_eq!(best(&[page], &wanted), ".by 1/1");
}

#[test]
fn what_a_reader_does_not_see_is_no_place() {
    let page = "<head><title>Seen</title></head><div hidden><b class=x>Seen</b></div>".to_owned();
    assert_eq!(rules(&[page], &[text("Seen")]), [""; 0]);
}
