//! The site's server, in a process of its own. All answers are made before the first request: what it costs is not
//! measured, but it shares the machine.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crate::site;

/// The server's process; it ends with this value.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let program = std::env::current_exe().expect("this program's path");
        let mut child = Command::new(program)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let mut address = String::new();
        let output = child.stdout.as_mut().expect("the server's output");
        BufReader::new(output).read_line(&mut address).expect("the server's address");
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("the server's end");
    }
}

/// Serves until standard input ends, which is when the benchmark ends, however it ends.
#[expect(clippy::print_stdout, reason = "the address, for the process that waits for it")]
pub(crate) fn serve() {
    let answers = Arc::new(answers());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, answers) = (stream.expect("a connection"), Arc::clone(&answers));
            std::thread::spawn(move || converse(stream, &answers));
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new()).expect("standard input");
}

fn answers() -> HashMap<String, Vec<u8>> {
    let mut answers = HashMap::from([
        ("/".to_owned(), answer("text/html; charset=utf-8", &site::front())),
        ("/robots.txt".to_owned(), answer("text/plain", "User-agent: *\nDisallow: /private/\n")),
    ]);
    for list in 0..site::LISTS {
        answers.insert(format!("/list/{list}"), answer("text/html; charset=utf-8", &site::list(list)));
    }
    for number in 0..site::PAGES {
        answers.insert(format!("/news/{number}"), answer("text/html; charset=utf-8", &site::article(number)));
    }
    answers
}

fn answer(kind: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

/// Answers one request after the other, until the other side goes.
fn converse(mut stream: TcpStream, answers: &HashMap<String, Vec<u8>>) {
    stream.set_nodelay(true).expect("a socket option");
    let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
    loop {
        let (mut request, mut line) = (String::new(), String::new());
        if !matches!(reader.read_line(&mut request), Ok(1..)) {
            return;
        }
        while line != "\r\n" {
            line.clear();
            if !matches!(reader.read_line(&mut line), Ok(1..)) {
                return;
            }
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let missing: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        if stream.write_all(answers.get(path).map_or(missing, Vec::as_slice)).is_err() {
            return;
        }
    }
}
