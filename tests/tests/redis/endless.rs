//! Servers that send without end, and servers that send nothing.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use cxone_auth_core::store::{StoreErrorKind, TokenStore};
use cxone_auth_store::{RedisOptions, RedisStore};

use super::fixture::{halves, name, texts};

/// What a response begins with, and what follows again and again.
const ENDLESS: &[(&str, &str)] = &[
    ("$107374182400\r\n", "aaaa"),
    ("*2147483647\r\n", ":1\r\n"),
    ("%1073741823\r\n", ":1\r\n"),
    ("~2147483647\r\n", "$-1\r\n"),
    ("!107374182400\r\n", "aaaa"),
    ("=107374182400\r\n", "aaaa"),
    ("+", "aaaa"),
    ("-", "aaaa"),
    ("(", "1111"),
    ("", MESSAGE),
];

/// A message that nobody has asked for.
const MESSAGE: &str = ">2\r\n+x\r\n+y\r\n";

/// More than what sockets have on the way: some megabytes.
const FAR_TOO_MUCH: usize = 64 << 20;

/// Responds to the login and to the first command of each connection, and reports how much it could
/// send.
fn server(begin: &'static str, more: &'static str) -> (String, Receiver<usize>) {
    let (report, reports) = channel();
    let url = listen(move |stream| respond(stream, begin, more, &report));
    (url, reports)
}

fn listen(respond: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            if stream.read(&mut [0; 4096]).is_ok() && stream.write_all(b"+PONG\r\n").is_ok() {
                respond(stream);
            }
        }
    });
    url
}

fn respond(mut stream: TcpStream, begin: &str, more: &str, report: &Sender<usize>) {
    let _ = stream.read(&mut [0; 4096]);
    let block = more.repeat(10_000);
    let mut sent = 0;
    let mut is_open = stream.write_all(begin.as_bytes()).is_ok();
    while is_open && sent < FAR_TOO_MUCH {
        is_open = stream.write_all(block.as_bytes()).is_ok();
        sent += block.len();
    }
    let _ = report.send(sent);
}

#[test]
fn a_response_without_end_is_an_error_and_ends_the_connection() {
    for (begin, more) in ENDLESS {
        let (url, reports) = server(begin, more);
        let options = RedisOptions::new().with_operation_timeout(Duration::from_mins(1));
        for half in halves(&url, &options) {
            let error = half.load().unwrap_err();
            let texts = texts(&error);
            let place = format!("{begin:?} {}: {texts}", half.is_for);
            let (kind, says) = match (*more, half.is_for) {
                // A thread takes the first message for the response.
                (MESSAGE, "threads") => (StoreErrorKind::Damaged, "is not that of the script"),
                _ => (StoreErrorKind::Unavailable, "longer than any"),
            };
            assert_eq!(error.kind(), kind, "{place}");
            assert!(texts.contains(says), "{place}");
            assert!(!texts.contains("aaaa"), "{place}");
            // With the runtime its connections end.
            drop(half);
            assert!(reports.recv().unwrap() < FAR_TOO_MUCH, "{place}");
        }
    }
}

/// As long as the program and its runtime run.
#[test]
fn a_connection_ends_with_an_operation_that_is_too_late() {
    let (report, reports) = channel();
    let url = listen(move |mut stream| {
        let asked = stream.read(&mut [0; 4096]).unwrap_or_default();
        let ended = stream.read(&mut [0; 4096]);
        let _ = report.send((asked > 0, matches!(ended, Ok(0) | Err(_))));
    });
    let options = RedisOptions::new().with_operation_timeout(Duration::from_millis(50));
    let store = RedisStore::connect(&url, options).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(TokenStore::load(&store, &name(1)));
    assert!(error.unwrap_err().to_string().contains("no response"));
    let ended = reports.recv_timeout(Duration::from_secs(10));
    assert_eq!(ended, Ok((true, true)), "the connection is still open");
}
