//! `crawl robots`

use crate::program::Program;

const RULES: &str =
    "User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: Masthead\nDisallow: /ours\n";

#[test]
fn each_url_gets_a_verdict_and_the_line_that_gave_it() {
    let program = Program::new();
    program.write("robots.txt", RULES);
    let run = |arguments: &[&str]| {
        program.run(&[&["robots", "--robots", "robots.txt"], arguments].concat()).expect(0).stdout
    };
    assert_eq!(
        run(&["--agent", "Other", "https://paper.example/private/x", "/private/open", "/a"]),
        "disallowed\thttps://paper.example/private/x\tline 2: Disallow: /private\n\
         allowed\t/private/open\tline 3: Allow: /private/open\n\
         allowed\t/a\tno rule matches\n"
    );
    assert_eq!(
        run(&["/private/x", "/ours"]),
        "allowed\t/private/x\tno rule matches\ndisallowed\t/ours\tline 6: Disallow: /ours\n"
    );
}

#[test]
fn a_batch_keeps_its_order_and_says_what_is_no_question() {
    let program = Program::new();
    let questions = concat!(
        r#"{"robots_txt": "User-agent: *\nDisallow: /", "user_agent": "A", "url": "/x"}"#,
        "\n\n",
        r#"{"robots_b64": "VXNlci1hZ2VudDogKgpEaXNhbGxvdzogL3k=", "user_agent": "A", "url": "https://a.example/x"}"#,
        "\nnot JSON\n",
        r#"{"user_agent": "A", "url": "/x"}"#,
        "\n",
    );
    program.write("questions.jsonl", questions);
    let run = program.run(&["robots", "--batch", "questions.jsonl"]).expect(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", run.stdout);
    assert_eq!(lines[..2], [r#"{"allowed":false}"#, r#"{"allowed":true}"#]);
    assert!(lines[2].contains("not a line of a batch") && lines[3].contains("robots_b64"), "{}", run.stdout);
}

#[test]
fn without_a_file_it_says_what_to_name() {
    let program = Program::new();
    assert!(program.run(&["robots", "/x"]).expect(2).stderr.contains("--robots"));
    assert!(program.run(&["robots", "--robots", "absent.txt", "/x"]).expect(2).stderr.contains("absent.txt"));
}
