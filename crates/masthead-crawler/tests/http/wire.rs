//! What stands on the wire, and what doesn't.

use masthead_crawler::fetch::{
    Fetch, FetchErrorKind, HttpFetcher, HttpSetupError, Proxy, Request, Validators,
};

use super::server::{AGENT, OK, Server, answer, fetcher, get, options, request};

fn names(head: &str) -> Vec<String> {
    let mut names: Vec<_> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.to_lowercase())
        .collect();
    names.sort();
    names
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.to_owned()))
}

#[tokio::test]
async fn a_request_says_no_more_than_it_must() {
    let server = Server::saying(OK).await;
    let url = server.url("/a?b=1#top").replace("http://", "http://reader:secret@");
    let fetcher = fetcher();
    for _ in 0..2 {
        let response = fetcher.fetch(&request(&url)).await.unwrap();
        assert_eq!(response.url.as_str(), url);
    }
    for head in server.heads() {
        assert!(head.starts_with("GET /a?b=1 HTTP/1.1\r\n"), "{head}");
        assert_eq!(names(&head), ["accept", "accept-encoding", "host", "user-agent"]);
        assert_eq!(header(&head, "user-agent").as_deref(), Some(AGENT));
        assert_eq!(header(&head, "host"), Some(server.address.to_string()));
        assert!(header(&head, "accept").unwrap().starts_with("text/html,"));
    }
}

#[tokio::test]
async fn validators_go_out_as_they_came_and_304_is_an_answer() {
    let server = Server::saying("HTTP/1.1 304 Not Modified\r\nETag: W/\"7\"\r\n\r\n").await;
    let validators = Validators {
        etag: Some("W/\"7 \u{e9}\"".to_owned()),
        last_modified: Some("yesterday, they said".to_owned()),
    };
    let response = fetcher().fetch(&Request { validators, ..request(&server.url("/")) }).await.unwrap();
    assert_eq!((response.status, response.body.len()), (304, 0));
    assert_eq!(response.validators().etag.as_deref(), Some("W/\"7\""));
    let head = server.heads().concat();
    assert_eq!(header(&head, "if-none-match").as_deref(), Some("W/\"7 \u{e9}\""));
    assert_eq!(header(&head, "if-modified-since").as_deref(), Some("yesterday, they said"));
}

#[tokio::test]
async fn a_validator_can_add_no_header() {
    let server = Server::saying(OK).await;
    let validators = Validators { etag: Some("\"1\"\r\nX-Evil: 1".to_owned()), last_modified: None };
    fetcher().fetch(&Request { validators, ..request(&server.url("/")) }).await.unwrap();
    let head = server.heads().concat();
    assert!(!head.contains("Evil") && header(&head, "if-none-match").is_none(), "{head}");
}

#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    let server = Server::saying("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n").await;
    let response = get(&server.url("/a")).await.unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(response.redirect().unwrap().path(), "/b");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn every_status_is_an_answer() {
    for status in [200, 404, 410, 429, 500, 503] {
        let server = Server::saying(format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nno")).await;
        let response = get(&server.url("/")).await.unwrap();
        assert_eq!((response.status, response.body.as_slice()), (status, b"no".as_slice()));
        assert_eq!(server.requests().len(), 1, "{status}: nothing is repeated");
        let fetched = response.fetched.unwrap();
        assert!(fetched.len() == 20 && fetched.ends_with('Z'), "{fetched}");
    }
}

#[tokio::test]
async fn headers_keep_every_value_and_every_byte() {
    let lines = b"Link: </a>\r\nX-Title: caf\xe9\r\nLink: </b>\r\nX-Name: \xed\x95\x9c\r\nX-Empty:\r\nBad Name: x\r\n";
    let body = [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n".as_slice(), lines, b"\r\npage"].concat();
    let server = Server::saying(body).await;
    let response = get(&server.url("/")).await.unwrap();
    let values = |name: &str| {
        let all = response.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone());
        all.collect::<Vec<_>>()
    };
    assert_eq!(values("link"), ["</a>", "</b>"]);
    assert_eq!(values("x-title"), ["caf\u{e9}"]);
    assert_eq!(values("x-name"), ["\u{d55c}"]);
    assert_eq!(values("x-empty"), [""]);
}

#[tokio::test]
async fn cookies_go_back_only_where_they_are_wanted() {
    for wanted in [false, true] {
        let server = Server::saying(answer("Set-Cookie: session=7; Path=/\r\n", b"page")).await;
        let mut options = options();
        options.cookies = wanted;
        let fetcher = HttpFetcher::new(options.clone()).unwrap();
        for _ in 0..2 {
            fetcher.fetch(&request(&server.url("/"))).await.unwrap();
        }
        HttpFetcher::new(options).unwrap().fetch(&request(&server.url("/"))).await.unwrap();
        let sent: Vec<_> = server.heads().iter().map(|head| header(head, "cookie")).collect();
        let second = wanted.then(|| "session=7".to_owned());
        assert_eq!(sent, [None, second, None], "each fetcher has a jar of its own");
    }
}

#[tokio::test]
async fn a_hundred_pages_take_one_connection() {
    let server = Server::saying(OK).await;
    let fetcher = fetcher();
    for at in 0..100 {
        fetcher.fetch(&request(&server.url(&format!("/{at}")))).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (100, 1));
}

#[tokio::test]
async fn a_request_that_a_kept_connection_swallowed_is_not_sent_again() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(OK).await;
        peer.request().await;
    })
    .await;
    let fetcher = fetcher();
    fetcher.fetch(&request(&server.url("/1"))).await.unwrap();
    let error = fetcher.fetch(&request(&server.url("/2"))).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::ConnectionBroken);
    assert_eq!((server.requests().len(), server.connections()), (2, 1));
}

#[tokio::test]
async fn a_kept_connection_that_closes_costs_no_second_request() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(OK).await;
    })
    .await;
    let fetcher = fetcher();
    let mut answered = 0;
    for at in 0..50 {
        let path = format!("/{at}");
        match fetcher.fetch(&request(&server.url(&path))).await {
            Ok(_) => answered += 1,
            Err(error) => assert_eq!(error.kind, FetchErrorKind::ConnectionBroken),
        }
        let seen = server.heads().iter().filter(|head| head.contains(&format!("{path} "))).count();
        assert!(seen <= 1, "{path} was asked for {seen} times");
    }
    assert_eq!(server.requests().len(), answered);
}

#[tokio::test]
async fn a_proxy_is_asked_for_names_that_only_it_can_resolve() {
    let proxy = Server::saying(OK).await;
    let mut options = options();
    options.opened = Default::default();
    options.proxy = Proxy::Url(proxy.url("/"));
    let fetcher = HttpFetcher::new(options).unwrap();
    assert_eq!(fetcher.fetch(&request("http://name.example/a")).await.unwrap().body, b"page");
    assert!(proxy.heads().concat().starts_with("GET http://name.example/a HTTP/1.1\r\n"));
    let error = fetcher.fetch(&request("http://10.0.0.1/")).await.unwrap_err();
    assert!(matches!(error.kind, FetchErrorKind::OutOfScope(_)), "{error}");
}

#[test]
fn options_that_cannot_work_are_named() {
    let fault = |change: fn(&mut masthead_crawler::fetch::HttpOptions)| {
        let mut options = options();
        change(&mut options);
        HttpFetcher::new(options).err()
    };
    assert!(matches!(fault(|options| options.user_agent = "a\nb".into()), Some(HttpSetupError::UserAgent)));
    let root = fault(|options| options.extra_roots = vec![b"no certificate".to_vec()]);
    assert!(matches!(root, Some(HttpSetupError::ExtraRoot(1))), "{root:?}");
    let proxy = fault(|options| options.proxy = Proxy::Url("http://user:secret@:99999".into()));
    assert!(matches!(proxy, Some(HttpSetupError::Proxy)), "{proxy:?}");
    let shown = format!("{:?}", Proxy::Url("http://user:secret@name.example".into()));
    assert!(!shown.contains("secret"), "{shown}");
}
