//! Requests that are written so that the agent would lose count of where they begin.

use crate::fixture::{Fixture, bearer};

/// What an agent that has lost count takes for the beginning of a request with a long body.
const DECOY: &str = "\r\nGET / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n";

#[test]
fn a_length_that_cannot_be_read_ends_its_connection() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let (token, host) = (agent.login("prod"), agent.port.unwrap());
    let (length, wide) = (DECOY.len(), 140);
    let first = [
        format!("Content-Length:{:wide$}{length}\r\n\r\n{DECOY}", ""),
        format!("Content-Length: {length:0wide$}\r\n\r\n{DECOY}"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:0wide$x}\r\n{DECOY}\r\n0\r\n\r\n"),
    ];
    let fields = format!("Host: {host}\r\n{}", bearer(&token));
    for first in first {
        let mut connection = agent.connect();
        connection.write(format!(
            "POST /prod/first HTTP/1.1\r\n{fields}{first}\
             POST /prod/second HTTP/1.1\r\n{fields}Content-Length: 5\r\n\
             Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ));
        let all = String::from_utf8_lossy(&connection.rest()).into_owned();
        assert!(all.contains("HTTP/1.1 400 "), "{first}: {all}");
        let received = fixture.sandbox.genesys().api_server().received();
        let mut paths = received.iter().map(cxone_auth_tests::Received::path);
        assert!(paths.all(|path| path == "/first"), "{first}");
    }
}
