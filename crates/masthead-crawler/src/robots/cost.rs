//! What hostile files cost, in counted work: eight times the file is eight times the work, never more.

use super::Robots;

/// A kind of file that was made to cost much: its text at a size, and a URL that makes matching hard.
struct Shape {
    name: &'static str,
    file: fn(usize) -> String,
    url: fn(usize) -> String,
}

/// In each the size is that of one thing only: of the file, or of the path, never of both.
const SHAPES: [Shape; 11] = [
    Shape {
        name: "stars between letters",
        file: |size| rules(&"*a".repeat(size), 1),
        url: |size| format!("/{}", "a".repeat(size / 2)),
    },
    Shape { name: "nothing but stars", file: |size| rules(&"*".repeat(size), 1), url: |_| "/x".to_owned() },
    Shape {
        name: "stars and a letter that is missing",
        file: |size| rules(&format!("{}b", "*".repeat(size)), 1),
        url: |size| format!("/{}", "a".repeat(size)),
    },
    Shape {
        name: "many rules with wildcards",
        file: |size| rules("*a*a*a*b$", size),
        url: |_| format!("/{}", "a".repeat(500)),
    },
    Shape {
        name: "a long path and many of its prefixes",
        file: |size| rules("/aaaaaaaab", size),
        url: |_| format!("/{}", "a".repeat(500)),
    },
    Shape {
        name: "a long path",
        file: |_| rules("/*aa*ab", 100),
        url: |size| format!("/{}", "a".repeat(size)),
    },
    Shape {
        name: "a long line",
        file: |size| rules(&format!("/{}", "ツ".repeat(size)), 1),
        url: |size| format!("/{}", "ツ".repeat(size)),
    },
    Shape {
        name: "escapes in a query",
        file: |size| rules(&format!("/?{}", "%2F%3a*".repeat(size)), 1),
        url: |size| format!("/?{}", "/:%2f".repeat(size)),
    },
    Shape {
        name: "many groups for one crawler",
        file: |size| "User-agent: masthead\nAllow: /b/index.html\nCrawl-delay: 1\n".repeat(size),
        url: |_| "/a".to_owned(),
    },
    Shape {
        name: "many names for one group",
        file: |size| format!("User-agent: {}\n{}", "masthead,".repeat(size), rules("/b", 1)),
        url: |_| "/a".to_owned(),
    },
    Shape {
        name: "many sitemaps, all alike",
        file: |size| "Sitemap: /s.xml\n".repeat(size),
        url: |_| "/a".to_owned(),
    },
];

fn rules(pattern: &str, count: usize) -> String {
    format!("User-agent: *\n{}", format!("Disallow: {pattern}\n").repeat(count))
}

/// Bytes kept of the file, and bytes examined for a decision.
fn cost(shape: &Shape, size: usize) -> (usize, usize) {
    let file = (shape.file)(size);
    assert!(file.len() <= super::MAX_BYTES, "{}: {} bytes are not read whole", shape.name, file.len());
    let robots = Robots::parse(file.as_bytes());
    (robots.held(), robots.agent("masthead").examined(&(shape.url)(size)))
}

#[test]
fn eight_times_the_size_is_eight_times_the_work() {
    for shape in &SHAPES {
        let (small, large) = (cost(shape, 1_000), cost(shape, 8_000));
        assert!(large.0 <= small.0 * 8 + 8, "{}: keeps {} and {}", shape.name, small.0, large.0);
        assert!(large.1 <= small.1 * 8 + 8, "{}: examines {} and {}", shape.name, small.1, large.1);
    }
}

/// A file at the limit that consists of stars is one star, and no decision walks along it.
#[test]
fn half_a_megabyte_of_stars_costs_nothing() {
    let file = rules(&"*".repeat(super::MAX_BYTES - 30), 1);
    let rules = Robots::parse(file.as_bytes()).agent("masthead");
    assert!(rules.examined("/x") < 10, "{}", rules.examined("/x"));
    assert!(!rules.decide("/x").allowed);
}
