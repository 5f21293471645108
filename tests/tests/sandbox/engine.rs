//! What the scripted server does on the wire.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use cxone_auth_tests::{
    Authority, Certificate, ClosedPort, DeafPort, Gate, Placement, Reply, Script, Server, Stage,
};
use serde_json::json;

use crate::raw::{self, everything, get, post, request, send};

const MAX_WAIT: Duration = Duration::from_secs(10);

fn bytes_of(reply: Reply) -> std::io::Result<Vec<u8>> {
    let server = Server::http(move |_| reply.clone());
    let stream = TcpStream::connect(server.address())?;
    everything(stream, &request("GET", "/", "", ""))
}

#[test]
fn records_a_request_as_it_was_sent() {
    let server = Server::http(|_| Reply::empty(204));
    let head = "X-One: 1\r\nx-two: a\r\nX-Two: b\r\n";
    send(&server.url("/path?a=b%20c"), "PUT", head, "one=1&two=%3D");

    let received = &server.received()[0];
    assert_eq!(received.method, "PUT");
    assert_eq!(received.target, "/path?a=b%20c");
    assert_eq!(received.path(), "/path");
    assert_eq!(received.query(), [("a".to_owned(), "b c".to_owned())]);
    assert_eq!(received.header_values("x-two"), ["a", "b"]);
    assert!(received.headers.contains(&("X-One".into(), "1".into())));
    assert_eq!(received.parameter("two").as_deref(), Some("="));
    assert_eq!((received.connection, received.tls), (1, false));
}

#[test]
fn reads_a_chunked_request() {
    let server = Server::http(|_| Reply::empty(200).close());
    let stream = TcpStream::connect(server.address()).unwrap();
    let request = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    everything(stream, request).unwrap();
    assert_eq!(server.received()[0].body, "abcde");
}

#[test]
fn keeps_the_connection_for_a_second_request() {
    let server = Server::http(|_| Reply::text(200, "x"));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let first = request("GET", "/1", "", "");
    stream.write_all(first.as_bytes()).unwrap();
    let last = request("GET", "/2", "connection: close\r\n", "");
    everything(stream, &last).unwrap();
    let connections: Vec<usize> = server.received().iter().map(|r| r.connection).collect();
    assert_eq!(connections, [1, 1]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn tells_where_a_credential_is() {
    let server = Server::http(|_| Reply::empty(200));
    let table = [
        ("/", "", "grant_type=x", Placement::Nowhere),
        ("/", "authorization: Basic eDp5\r\n", "", Placement::Basic),
        ("/", "authorization: bearer x\r\n", "", Placement::Bearer),
        ("/", "", "client_secret=x", Placement::Body),
        (
            "/",
            "authorization: Basic eA==\r\n",
            "client_id=x",
            Placement::Both,
        ),
        ("/?client_secret=x", "", "", Placement::Url),
    ];
    for (index, (target, head, body, expected)) in table.into_iter().enumerate() {
        send(&server.url(target), "POST", head, body);
        assert_eq!(server.received()[index].placement(), expected);
    }
}

#[test]
fn gives_the_response_in_the_manner_asked_for() {
    let body = json!({ "a": 1 });
    let table = [
        (
            Reply::json(200, &body).close(),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
             content-length: 7\r\n\r\n{\"a\":1}",
        ),
        (
            Reply::text(299, "x")
                .without_header("content-type")
                .without_header("content-length"),
            "HTTP/1.1 299 Other\r\n\r\nx",
        ),
        (
            Reply::response(200, "abc").chunked().close(),
            "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\
             3\r\nabc\r\n0\r\n\r\n",
        ),
        (
            Reply::response(200, "abc")
                .header("content-length", "9")
                .cut_after(99),
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
        ),
        (
            Reply::redirect(307, "http://x/").cut_after(22),
            "HTTP/1.1 307 Temporary",
        ),
        (Reply::raw("garbage").drip(2, Duration::ZERO), "garbage"),
        (Reply::drop_connection(), ""),
    ];
    for (reply, expected) in table {
        let bytes = bytes_of(reply).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}

#[test]
fn resets_the_connection() {
    let error = bytes_of(Reply::text(200, "abc").reset_after(20)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn stalls_at_each_stage() {
    // The body is half of ten bytes; a stalled server sends nothing after the part counted here.
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n".len();
    let table = [
        (Stage::WithinHead, head / 2),
        (Stage::WithinBody, head + 5),
        (Stage::AfterAll, head + 10),
    ];
    for (stage, length) in table {
        let server = Server::http(move |_| Reply::response(200, "0123456789").stall(stage));
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream
            .write_all(request("GET", "/", "", "").as_bytes())
            .unwrap();
        stream.read_exact(&mut vec![0; length]).unwrap();
        stream.set_nonblocking(true).unwrap();
        let more = stream.read(&mut [0]).unwrap_err();
        assert_eq!(more.kind(), ErrorKind::WouldBlock, "{stage:?}");
    }
}

#[test]
fn goes_on_until_the_peer_leaves() {
    let server = Server::http(|_| Reply::endless());
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream
        .write_all(request("GET", "/", "", "").as_bytes())
        .unwrap();
    stream.read_exact(&mut vec![0; 3 * 1024 * 1024]).unwrap();
}

#[test]
fn waits_at_a_gate() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| Reply::text(200, "x").after(&held));
    let url = server.url("/");
    let call = thread::spawn(move || get(&url, None).status);
    server.wait_for_requests(1, MAX_WAIT);
    assert!(!call.is_finished());
    gate.open();
    assert_eq!(call.join().unwrap(), 200);
}

#[tokio::test]
async fn lets_an_async_test_wait_on_the_same_thread() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| Reply::text(200, "x").after(&held));
    let url = server.url("/");
    let call = tokio::task::spawn_blocking(move || get(&url, None).status);
    server.requests_arrived(1).await;
    gate.open();
    assert_eq!(call.await.unwrap(), 200);
}

#[test]
fn follows_a_script() {
    let script = Script::new()
        .then(Reply::empty(503))
        .times(2, &Reply::empty(500));
    let server = Server::http(script.finally(Reply::empty(200)));
    let statuses = [(); 5].map(|()| get(&server.url("/"), None).status);
    assert_eq!(statuses, [503, 500, 500, 200, 200]);
}

#[test]
fn is_a_proxy_that_tunnels() {
    let target = Server::http(|_| Reply::text(200, "behind"));
    let address = target.address();
    let proxy = Server::http(move |_| Reply::tunnel(address));
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.write_all(b"CONNECT x:1 HTTP/1.1\r\n\r\n").unwrap();
    let mut established = [0; 39];
    stream.read_exact(&mut established).unwrap();
    assert!(established.ends_with(b"established\r\n\r\n"));
    let inner = request("GET", "/", "connection: close\r\n", "");
    assert!(everything(stream, &inner).unwrap().ends_with(b"behind"));
    assert_eq!((proxy.request_count(), target.request_count()), (1, 1));
}

#[test]
fn shows_a_certificate_that_its_authority_signed() {
    let authority = Authority::new();
    let server = Server::https(&authority, |_| Reply::text(200, "x"));
    assert_eq!(
        raw::get_tls(&server.url("/"), authority.pem())
            .unwrap()
            .body,
        "x"
    );
    assert!(server.received()[0].tls);
    assert!(server.url("/").starts_with("https://"));
}

#[test]
fn shows_certificates_that_a_client_must_refuse() {
    let authority = Authority::new();
    let table = [
        (authority.expired_certificate(), "expired"),
        (authority.wrong_name_certificate(), "not valid for name"),
        (Certificate::self_signed(), "UnknownIssuer"),
        (Authority::new().certificate(), "BadSignature"),
    ];
    for (certificate, cause) in table {
        let builder = Server::builder().with_certificate(certificate);
        let server = builder.start(|_| Reply::empty(200)).unwrap();
        let Err(error) = raw::get_tls(&server.url("/"), authority.pem()) else {
            panic!("{cause}: the certificate was accepted");
        };
        assert!(error.to_string().contains(cause), "{cause}: {error}");
        assert_eq!(server.request_count(), 0, "{cause}");
    }
}

#[test]
fn responds_to_a_tls_greeting_in_plain_text() {
    let server = Server::http(|_| Reply::empty(200));
    assert!(raw::get_tls(&server.url("/"), Authority::new().pem()).is_err());
    assert_eq!((server.connections(), server.request_count()), (1, 0));
}

#[test]
fn hangs_up_below_http() {
    let server = Server::tcp(|_| Reply::drop_connection());
    assert!(raw::get_tls(&server.url("/"), Authority::new().pem()).is_err());
    // 22 is the content type of a TLS handshake.
    assert_eq!(server.received()[0].body[0], 22);
}

#[test]
fn refuses_or_ignores_connections() {
    let closed = ClosedPort::new().unwrap();
    let error = TcpStream::connect(closed.address()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);

    let deaf = DeafPort::new().unwrap();
    let error = TcpStream::connect_timeout(&deaf.address(), Duration::from_millis(50));
    assert_eq!(error.unwrap_err().kind(), ErrorKind::TimedOut);
}

#[test]
fn stops_when_dropped() {
    let server = Server::http(|_| Reply::empty(200));
    let address = server.address();
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn shows_no_secret_when_a_request_is_printed() {
    let server = Server::http(|_| Reply::empty(200));
    post(
        &server.url("/?q=s3cret"),
        Some("Basic s3cret"),
        "client_secret=s3cret",
    );
    let printed = format!("{:?}", server.received()[0]);
    assert!(
        printed.contains("authorization") && !printed.contains("s3cret"),
        "{printed}"
    );
}
