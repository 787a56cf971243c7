//! How the program speaks: help, usage errors, exit codes, and which stream says what.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::program::{Program, project, text};

const COMMANDS: [&str; 8] =
    ["extract", "check", "test", "profiles", "sinks", "schema", "status", "completions"];

#[test]
fn help_shows_examples_and_exit_codes() {
    let program = Program::new();
    let help = program.run(&["--help"]).expect(0);
    assert_eq!(help.stderr, "");
    assert!(
        help.stdout.starts_with("Collects a site's articles, by its profile, into records\n"),
        "{}",
        help.stdout
    );
    for command in COMMANDS {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}");
        assert!(
            program.run(&[command, "--help"]).expect(0).stdout.contains(&format!("Usage: crawl {command}")),
            "{command}"
        );
    }
    let (_, end) = help.stdout.split_once("Examples:").unwrap();
    let (examples, end) = end.split_once("Exit codes:").unwrap();
    assert!(examples.contains("crawl --profile koreatimes --offline "), "{examples}");
    let (codes, streams) = end.split_once("Ctrl-C").unwrap();
    insta::assert_snapshot!(codes, @r"

      0  done
      1  done, but something fell short: incomplete records, failures, failed tests
      2  bad usage, or a bad profile
      3  could not go on: the disk, a sink or the network is gone; nothing is lost, start again to go on
    ");
    assert!(streams.contains("Data goes to standard output"), "{streams}");
    assert!(program.run(&["--version"]).expect(0).stdout.starts_with("crawl "));
}

#[test]
fn no_arguments_give_the_help_and_are_bad_usage() {
    let program = Program::new();
    let run = program.run(&[]).expect(2);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("Usage: crawl") && run.stderr.contains("Exit codes:"), "{}", run.stderr);
}

#[test]
fn an_unknown_profile_is_refused_with_the_places() {
    let program = Program::new();
    for arguments in [
        &["--profile", "nobody", "--offline"][..],
        &["extract", "--profile", "nobody", "page.html"],
        &["check", "nobody"],
        &["test", "nobody"],
    ] {
        let run = program.run(arguments).expect(2);
        assert_eq!(run.stdout, "");
        for word in
            ["there is no profile nobody", "profiles, ", "masthead/profiles", "built-in", "`crawl profiles`"]
        {
            assert!(run.stderr.contains(word), "{arguments:?}: {}", run.stderr);
        }
    }
    let run = program.run(&["--profile", "./nobody.yaml", "--offline"]).expect(2);
    assert!(run.stderr.contains("can't read the profile ./nobody.yaml"), "{}", run.stderr);
}

#[test]
fn a_bad_profile_gives_every_fault() {
    let program = Program::new();
    program.write("page.html", "<h1>A</h1>");
    program.write(
        "bad.yaml",
        "profile: bad\nhosts: [a.example]\ntimezone: Asia/Soul\narticle: {title: 'h1:contains(x)', bdy: p}\n",
    );
    for arguments in [
        &["check", "bad.yaml"][..],
        &["--profile", "bad.yaml", "--offline"],
        &["extract", "--profile", "bad.yaml", "page.html"],
        &["test", "bad.yaml"],
    ] {
        let run = program.run(arguments).expect(2);
        assert_eq!(run.stdout, "");
        let places = ["bad.yaml:3:11: ", "bad.yaml:4:21: ", "bad.yaml:4:36: ", "3 faults in bad.yaml"];
        for words in places.into_iter().chain([
            "did you mean `Asia/Seoul`?",
            "{css: h1, having: x}",
            "did you mean `body`?",
        ]) {
            assert!(run.stderr.contains(words), "{arguments:?}: {words} is not in {}", run.stderr);
        }
    }
    let faults = program.run(&["check", "bad.yaml", "--json"]).expect(2).json();
    let places: Vec<_> = faults
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["line"].as_u64(), fault["column"].as_u64()))
        .collect();
    assert_eq!(places, [(Some(3), Some(11)), (Some(4), Some(21)), (Some(4), Some(36))]);
    assert!(!program.path(".crawl").exists(), "nothing was begun");
}

#[test]
fn bad_flags_are_refused_before_anything_begins() {
    let program = Program::new();
    let cases: [(&[&str], &str); 16] = [
        (&["--bogus"], "'--bogus'"),
        (&["bogus"], "'bogus'"),
        (&["--offline"], "--profile"),
        (&["--profile", "koreatimes", "--offline", "--archive", "x"], "cannot be used with"),
        (&["--profile", "koreatimes", "--offline", "status"], "cannot be used with"),
        (&["--profile", "koreatimes", "--offline", "--sink", "jsno:x"], "there is no sink `jsno`"),
        (&["--profile", "koreatimes", "--offline", "--sink", "x.jsonl"], "`jsonl:x.jsonl`"),
        (&["--profile", "koreatimes", "--offline", "--sink", "jsonl:"], "needs a target"),
        (&["--profile", "koreatimes", "--offline", "--sink", "jsonl:x?colour=red"], "no option `colour`"),
        (&["--profile", "koreatimes", "--offline", "--delay", "5"], "`500ms`"),
        (&["--profile", "koreatimes", "--offline", "--since", "tomorrow"], "2019-08-21"),
        (&["--profile", "koreatimes", "--offline", "--limit", "few"], "--limit"),
        (&["--profile", "koreatimes", "--offline", "--concurrency", "0"], "1..=64"),
        (
            &["--profile", "koreatimes", "--offline", "--url", "https://a.example/"],
            "not on a host of the profile",
        ),
        (&["extract", "--profile", "koreatimes", "--auto", "x"], "cannot be used with"),
        (&["extract", "--auto", "--fetched", "yesterday", "x"], "RFC 3339"),
    ];
    for (arguments, words) in cases {
        let run = program.run(arguments).expect(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
    let left: Vec<_> = std::fs::read_dir(program.path(".")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_file_or_folder_that_is_not_there_is_bad_usage() {
    let program = Program::new();
    std::fs::create_dir(program.path("empty")).unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["--profile", "koreatimes", "--archive", "absent.warc.gz"], "absent.warc.gz can't be read"),
        (&["--profile", "koreatimes", "--archive", "empty"], "holds no .warc or .warc.gz file"),
        (&["extract", "--profile", "koreatimes", "--batch", "absent.jsonl"], "absent.jsonl"),
        (&["status"], "there is no crawl in ./.crawl"),
        (&["status", "--state", "empty"], "there is no crawl's state in empty"),
    ];
    for (arguments, words) in cases {
        let run = program.run(arguments).expect(2);
        assert!(run.stdout.is_empty() && run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn data_goes_to_standard_output_and_words_to_standard_error() {
    let program = Program::new();
    let crawl = program.run(&["--profile", "koreatimes", "--offline"]).expect(0);
    assert_eq!(crawl.stdout, "");
    assert!(crawl.stderr.contains("koreatimes (offline): finished"), "{}", crawl.stderr);
    // No progress display, no colours and no logs where nobody looks at a terminal.
    assert!(!crawl.stderr.contains('\u{1b}') && !crawl.stderr.contains('\r'), "{:?}", crawl.stderr);
    assert_eq!(program.run(&["--profile", "koreatimes", "--offline", "-q"]).expect(0).stderr, "");
    let report = program.run(&["--profile", "koreatimes", "--offline", "--json", "-q"]).expect(0);
    assert_eq!((report.json()["profile"].as_str(), report.stderr.as_str()), (Some("koreatimes"), ""));
    let logged = program.run(&["--profile", "koreatimes", "--offline", "-vv"]).expect(0);
    assert_eq!(logged.stdout, "");
    assert!(logged.stderr.contains("INFO") && !logged.stderr.contains('\u{1b}'), "{}", logged.stderr);
    assert!(!logged.stderr.contains("Matching complex selector"), "no logs of the libraries below");
    // A test is for people unless it is asked for data.
    let pages = project("tests/pages");
    let test = program.run(&["test", "koreatimes", "--pages", text(&pages), "--skip-missing"]).expect(0);
    assert_eq!(test.stdout, "");
    for arguments in [&["profiles"][..], &["sinks"], &["schema"], &["status"], &["completions", "bash"]] {
        let run = program.run(arguments).expect(0);
        assert!(run.stderr.is_empty() && !run.stdout.is_empty(), "{arguments:?}: {}", run.stderr);
    }
}

/// As in `crawl … | head -1`.
#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let program = Program::new();
    program.write("page.html", "<div class=view_headline>A</div>");
    let line = "{\"file\": \"page.html\", \"url\": \"https://www.koreatimes.co.kr/\"}\n";
    program.write("batch.jsonl", line.repeat(3_000));
    for arguments in [
        &["schema"][..],
        &["completions", "bash"],
        &["extract", "--profile", "koreatimes", "--batch", "batch.jsonl"],
    ] {
        let mut command = program.crawl();
        let mut child =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty(), "{arguments:?}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

/// The records that the reader didn't take are kept, and come with the next run.
#[cfg(unix)]
#[test]
fn a_crawl_whose_reader_goes_away_keeps_what_was_not_read() {
    let program = Program::new();
    let arguments = ["--profile", "koreatimes", "--offline", "--sink", "jsonl:-", "--state", "state", "-q"];
    let mut child =
        program.crawl().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("nobody reads the output any more"), "{said}");
    let later = program.run(&arguments).expect(0);
    assert_eq!(later.stdout.lines().count(), 39);
}
