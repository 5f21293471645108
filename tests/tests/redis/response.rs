//! Servers that send what they should not.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use cxone_auth_core::store::StoreErrorKind::{self, Configuration, Damaged, Unavailable};
use cxone_auth_store::RedisOptions;

use super::fixture::{halves, texts};

/// What is sent in place of the first response, then of the second, and what is said of it.
const RESPONSES: &[(&str, &str, StoreErrorKind, &str)] = &[
    (
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "",
        Configuration,
        "use rediss://",
    ),
    ("\x15\x03\x03", "", Configuration, "use rediss://"),
    (
        "-LOADING Redis is loading the dataset in memory\r\n",
        "",
        Unavailable,
        "ready later",
    ),
    (
        "-DENIED Redis is running in protected mode\r\n",
        "",
        Configuration,
        "protected mode",
    ),
    (
        "-ERR max number of clients reached\r\n",
        "",
        Unavailable,
        "too many clients",
    ),
    ("-s3cret\r\n", "", Unavailable, "unknown error"),
    ("-HUNTERTWO\r\n", "", Unavailable, "unknown error"),
    (
        "+PONG\r\n",
        "-HUNTERTWO s3cret\r\n",
        Unavailable,
        "unknown error",
    ),
    (
        "+PONG\r\n",
        "-MOVED 3999 127.0.0.1:6381\r\n",
        Configuration,
        "a cluster",
    ),
    (
        "+PONG\r\n",
        "-NOPERM s3cret\r\n",
        Configuration,
        "may not do this",
    ),
    ("+PONG\r\n", "+OK\r\n", Damaged, "is not that of the script"),
    (
        "+PONG\r\n",
        "*2\r\n:1\r\n:2\r\n",
        Damaged,
        "is not that of the script",
    ),
    (
        "+PONG\r\n",
        "*3\r\n$1\r\nx\r\n:1\r\n:2\r\n",
        Damaged,
        "is not that of the script",
    ),
    (
        "+PONG\r\n",
        "$6\r\ns3cret\r\n",
        Damaged,
        "is not that of the script",
    ),
    ("+PONG\r\n", "s3cret\r\n", Unavailable, "protocol of Redis"),
    (
        "+PONG\r\n",
        "*99999999999999999999\r\n",
        Unavailable,
        "protocol of Redis",
    ),
    ("", "", Unavailable, "closed the connection"),
    ("+PONG\r\n", "", Unavailable, "closed the connection"),
    (
        "+PONG\r\n",
        "$100\r\ns3cret",
        Unavailable,
        "redis://127.0.0.1:",
    ),
];

/// Listens, and sends these texts to each connection, one for each that it receives. Then it closes.
fn server(texts: [&'static str; 2]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            for text in texts.iter().filter(|text| !text.is_empty()) {
                if stream.read(&mut [0; 4096]).is_ok() {
                    let _ = stream.write_all(text.as_bytes());
                }
            }
        }
    });
    url
}

#[test]
fn what_a_strange_server_sends_is_explained_and_not_repeated() {
    for (first, second, kind, part) in RESPONSES {
        for half in halves(&server([first, second]), &RedisOptions::new()) {
            let error = half.load().unwrap_err();
            let texts = texts(&error);
            assert_eq!(
                error.kind(),
                *kind,
                "{first:?} {second:?} {}: {texts}",
                half.is_for
            );
            assert!(
                texts.contains(part),
                "{first:?} {second:?} {}: {texts}",
                half.is_for
            );
            assert!(!texts.contains("s3cret"), "{texts}");
            assert!(!texts.contains("HUNTERTWO"), "{texts}");
        }
    }
}

#[test]
fn a_server_that_sends_byte_by_byte_does_not_hold_a_thread() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // It ends when the client does.
            thread::spawn(move || while stream.write_all(b"+").is_ok() {});
        }
    });
    let options = RedisOptions::new().with_connect_timeout(Duration::from_millis(50));
    for half in halves(&url, &options) {
        assert!(half.load().is_err());
    }
}
