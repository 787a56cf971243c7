use super::*;

fn steps(text: &str) -> Vec<(Axis, NodeTest, usize)> {
    match parse(text).unwrap() {
        Expression::Path(path) => {
            path.steps.into_iter().map(|step| (step.axis, step.test, step.predicates.len())).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn abbreviations_are_spelt_out() {
    let name = |name: &str| NodeTest::Name(name.to_owned());
    assert_eq!(
        steps("//div[@id='x']/a//../@href"),
        [
            (Axis::DescendantOrSelf, NodeTest::Node, 0),
            (Axis::Child, name("div"), 1),
            (Axis::Child, name("a"), 0),
            (Axis::DescendantOrSelf, NodeTest::Node, 0),
            (Axis::Parent, NodeTest::Node, 0),
            (Axis::Attribute, name("href"), 0),
        ]
    );
    assert_eq!(steps("/"), []);
    assert_eq!(steps("following-sibling::*[1][self::p]"), [(Axis::FollowingSibling, NodeTest::Any, 2)]);
}

#[test]
fn words_are_operators_only_between_operands() {
    assert!(matches!(parse("or or and").unwrap(), Expression::Or(..)));
    assert!(matches!(parse("div div div").unwrap(), Expression::Arithmetic('/', ..)));
    assert!(matches!(parse("* * *").unwrap(), Expression::Arithmetic('*', ..)));
    assert!(matches!(parse("a = b or c and not(d)").unwrap(), Expression::Or(..)));
}

#[test]
fn faults_say_what_is_wrong() {
    for (text, message) in [
        ("//div[@id='x'", "`]` is missing before the end"),
        ("//div[@id='x]", "a quote that is not closed"),
        ("//fb:like", "`:` has no meaning"),
        ("//div]", "`]` does not fit"),
        ("//", "a name is missing before the end"),
        ("sideways::a", "`sideways` is no axis"),
        ("$x", "`$` has no meaning"),
    ] {
        let found = parse(text).unwrap_err();
        assert!(found.contains(message), "{text}: {found}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&deep(20)).is_ok());
    assert!(parse(&deep(5_000)).is_err());
    assert!(parse(&"[".repeat(100)).is_err());
    assert!(parse(&"a|".repeat(10_000)).is_err());
    assert!(parse(&format!("{}a", "-".repeat(8_000))).is_err());
}
