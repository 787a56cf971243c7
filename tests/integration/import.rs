//! `crawl import`: a foreign site config becomes a profile that `crawl check` accepts.

use serde_json::Value;

use crate::program::{Program, text};

const WHOLE: &str = "title: //h1[@id='head']\nbody: //div[contains(@class, 'text')]\nstrip: //aside\n";
const SHORT: &str = "title: //h1/text()\nbody: //main\ntitl: //h2\n";

#[test]
fn a_config_becomes_a_profile_that_is_sound_and_reads_a_page() {
    let program = Program::new();
    let config = program.write("paper.example.txt", WHOLE);
    let run = program.run(&["import", text(&config)]).expect(0);
    assert_eq!(run.stderr, "paper.example.txt: 3 of 3 rules carried over\n");
    let profile = program.write("paper.yaml", &run.stdout);
    program.run(&["check", text(&profile)]).expect(0);
    let html = "<title>Other</title><h1 id=head>A headline</h1><div class='the text'><p>One.</p><aside>Two.</aside></div>";
    let page = program.write("page.html", html);
    let arguments = ["extract", "--profile", text(&profile), "--url", "https://paper.example/a", text(&page)];
    let record: Value = serde_json::from_str(&program.run(&arguments).stdout).unwrap();
    assert_eq!(record["title"], "A headline");
    assert_eq!(record["body"], "One.");
}

#[test]
fn what_is_not_carried_is_said_with_its_reason() {
    let program = Program::new();
    let config = program.write("paper.example.txt", SHORT);
    let run = program.run(&["import", text(&config)]).expect(1);
    assert_eq!(
        run.stderr,
        "paper.example.txt: 1 of 2 rules carried over\n  \
         line 1: title: //h1/text()\n    it takes a piece of text, not an element\n  \
         line 3: titl: //h2\n    `titl` is no key; did its author mean `title`?\n"
    );
    assert!(run.stdout.contains("#   line 1: title: //h1/text()\n"), "{}", run.stdout);
    let quiet = program.run(&["import", "--quiet", text(&config)]).expect(1);
    assert_eq!((quiet.stderr.as_str(), &quiet.stdout), ("", &run.stdout));
}

#[test]
fn several_configs_go_into_a_folder_and_nothing_is_written_over() {
    let program = Program::new();
    let one = program.write("paper.example.txt", WHOLE);
    let two = program.write(".other.example.txt", SHORT);
    let both = ["import", text(&one), text(&two), "--output", "made/profiles"];
    let refused = program.run(&both[..3]).expect(2);
    assert!(refused.stderr.contains("--output"), "{}", refused.stderr);
    let run = program.run(&both).expect(1);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.ends_with("2 configs, 1 of them whole; 4 of 5 rules carried over\n"),
        "{}",
        run.stderr
    );
    for name in ["paper.example", "other.example-subdomains"] {
        let profile = program.path(&format!("made/profiles/{name}.yaml"));
        program.run(&["check", text(&profile)]).expect(0);
    }
    std::fs::write(program.path("made/profiles/paper.example.yaml"), "mine").unwrap();
    let again = program.run(&both).expect(2);
    assert!(again.stderr.contains("paper.example.yaml is there already"), "{}", again.stderr);
    assert_eq!(program.read("made/profiles/paper.example.yaml"), "mine");
}

#[test]
fn the_report_is_json_on_request() {
    let program = Program::new();
    let config = program.write("paper.example.txt", SHORT);
    let run = program.run(&["import", "--json", text(&config)]).expect(1);
    let reports: Value = serde_json::from_str(&run.stdout).unwrap();
    let report = &reports[0];
    assert_eq!(report["rules"], 2);
    assert_eq!(report["carried"][0]["selections"][0]["css"], "main");
    assert_eq!(report["not_carried"][0]["line"], 1);
    assert_eq!(report["faults"][0]["text"], "titl: //h2");
}

#[test]
fn bad_input_is_bad_usage() {
    let program = Program::new();
    program.write("global.txt", WHOLE);
    program.write("paper.example.txt", b"title: \xff");
    program.write("empty.example.txt", "# nothing\n");
    for (file, word) in [
        ("global.txt", "nothing names the site"),
        ("paper.example.txt", "not UTF-8"),
        ("empty.example.txt", "no line is"),
        ("absent.example.txt", "No such file"),
    ] {
        let run = program.run(&["import", file]).expect(2);
        assert!(run.stderr.contains(word) && run.stderr.contains(file), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}
