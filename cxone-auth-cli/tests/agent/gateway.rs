//! What passes through the gateway, and what does not.

use cxone_auth_tests::{Received, Reply, Server, Stage};

use crate::fixture::{Agent, Fixture, bearer};

/// An API of the test's own behind the profile `prod`.
pub(crate) struct Api {
    pub(crate) fixture: Fixture,
    pub(crate) server: Server,
    pub(crate) agent: Agent,
    pub(crate) token: String,
}

impl Api {
    pub(crate) fn of(behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::at("", &[], behaviour)
    }

    /// With this path of the API's base, and these flags of the agent.
    pub(crate) fn at(
        base: &str,
        arguments: &[&str],
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let fixture = Fixture::new();
        let server = Server::http(behaviour);
        let genesys = fixture.sandbox.genesys();
        let config = crate::fixture::profile("prod", "genesys-cloud", genesys);
        let own = server.url(base);
        fixture.config(&config.replace(&genesys.api_base(), &own));
        let agent = fixture.agent(arguments);
        let token = agent.login("prod");
        Self {
            fixture,
            server,
            agent,
            token,
        }
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.fixture.sandbox.genesys().token_requests()
    }
}

#[test]
fn a_call_gets_the_tokens_of_the_platform_and_the_client_never_sees_them() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    let genesys = fixture.sandbox.genesys();
    assert_eq!(genesys.token_requests(), 0);
    for _ in 0..2 {
        let response = agent.get("/prod/api/v2/users?pageSize=3&pageNumber=2", &token);
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(response.json()["pageSize"], 3);
        assert!(response.field("inin-ratelimit-count").is_some());
    }
    let sent = genesys.api_server().received();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].target, "/api/v2/users?pageSize=3&pageNumber=2");
    let platform = sent[0].bearer_token().unwrap();
    assert_ne!(platform, token);
    assert_eq!(genesys.token_requests(), 1);
}

#[test]
fn what_the_api_says_passes_unchanged() {
    for status in [204, 301, 400, 403, 404, 409, 422, 429, 500, 503] {
        let api = Api::of(move |_| {
            let reply = Reply::text(status, "own words");
            reply
                .header("x-own", "kept")
                .header("location", "https://elsewhere.example/")
        });
        let response = api.agent.get("/prod/x", &api.token);
        assert_eq!(response.status, status);
        assert_eq!(response.field("x-own"), Some("kept"));
        assert_eq!(
            response.field("location"),
            Some("https://elsewhere.example/")
        );
        if status != 204 {
            assert_eq!(response.text(), "own words");
        }
        assert_eq!((api.server.request_count(), api.token_requests()), (1, 1));
    }
}

#[test]
fn paths_are_appended_byte_for_byte_to_the_base() {
    let api = Api::at("/crm/", &[], |_| Reply::text(200, "ok"));
    let targets = [
        "/api/v2/users",
        "/a%2Fb%20c;v=1/...?x=/../&y=%0a&z=a+b",
        "/",
        "/?",
        "/%252e%252e/x",
        "/incontactapi/services/v30.0/agents",
        "/a//b",
    ];
    for target in targets {
        let response = api.agent.get(&format!("/prod{target}"), &api.token);
        assert_eq!(response.status, 200, "{target}");
    }
    let sent: Vec<String> = api
        .server
        .received()
        .into_iter()
        .map(|own| own.target)
        .collect();
    let expected = targets.map(|target| format!("/crm{target}"));
    assert_eq!(sent, expected);
}

#[test]
fn fields_of_the_connection_end_at_the_agent() {
    let api = Api::of(|_| {
        let reply = Reply::text(200, "ok").header("connection", "x-hop");
        reply
            .header("x-hop", "1")
            .header("keep-alive", "timeout=5")
            .header("x-end", "2")
    });
    let fields = "Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n\
                  Proxy-Authorization: Basic eA==\r\nProxy-Connection: x\r\nTE: gzip\r\n\
                  X-End: 2\r\nCookie: a=b\r\nAccept-Encoding: gzip\r\n";
    let fields = fields.to_owned() + &bearer(&api.token);
    let response = api.agent.send("GET", "/prod/x", &fields, "");
    assert_eq!(response.field("x-end"), Some("2"));
    assert_eq!(
        (response.field("x-hop"), response.field("keep-alive")),
        (None, None)
    );
    let sent = &api.server.received()[0];
    for name in [
        "x-hop",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
    ] {
        assert_eq!(sent.header(name), None, "{name}");
    }
    for (name, value) in [
        ("x-end", "2"),
        ("cookie", "a=b"),
        ("accept-encoding", "gzip"),
    ] {
        assert_eq!(sent.header(name), Some(value));
    }
    let host = api.server.address().to_string();
    assert_eq!(sent.header_values("host"), [host.as_str()]);
    assert_eq!(sent.header_values("authorization").len(), 1);
}

#[test]
fn a_body_of_known_length_arrives_with_its_length_and_a_stream_as_one() {
    let api = Api::of(|_| Reply::empty(200));
    let fields = bearer(&api.token);
    api.agent.send("POST", "/prod/x", &fields, "a thing");
    let mut connection = api.agent.connect();
    let host = api.agent.port.unwrap();
    connection.write(format!(
        "POST /prod/x HTTP/1.1\r\nHost: {host}\r\n{fields}Transfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    ));
    assert_eq!(connection.response().status, 200);
    let sent = api.server.received();
    assert_eq!(
        (&sent[0].body[..], sent[0].header("content-length")),
        (&b"a thing"[..], Some("7"))
    );
    assert_eq!(
        (&sent[1].body[..], sent[1].header("content-length")),
        (&b"abcde"[..], None)
    );
    assert_eq!(sent[1].header("transfer-encoding"), Some("chunked"));
}

#[test]
fn a_head_has_no_body() {
    let api = Api::of(|_| Reply::text(200, "twelve bytes"));
    let response = api.agent.send("HEAD", "/prod/x", &bearer(&api.token), "");
    assert_eq!((response.status, &response.body[..]), (200, &b""[..]));
    assert_eq!(api.server.received()[0].method, "HEAD");
}

#[test]
fn a_body_is_asked_for_only_if_the_call_is_made() {
    let api = Api::of(|_| Reply::text(200, "ok"));
    let host = api.agent.port.unwrap();
    let head = |token: &str, expected: &str| {
        format!(
            "POST /prod/x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 5\r\n\
             Expect: {expected}\r\n{}\r\n",
            bearer(token)
        )
    };
    let mut connection = api.agent.connect();
    connection.write(head(&api.token, "100-continue"));
    assert!(connection.head().starts_with("HTTP/1.1 100 "));
    connection.write("hello");
    assert_eq!(connection.response().status, 200);
    assert_eq!(api.server.received()[0].header("expect"), None);
    let mut connection = api.agent.connect();
    connection.write(head("wrong", "100-continue"));
    assert!(connection.head().starts_with("HTTP/1.1 401 "));
    let mut connection = api.agent.connect();
    connection.write(head(&api.token, "something"));
    assert!(connection.head().starts_with("HTTP/1.1 417 "));
    assert_eq!(api.server.request_count(), 1);
}

#[test]
fn trailers_pass_to_a_client_that_wants_them() {
    let raw = "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n\
               3\r\nabc\r\n0\r\nx-sum: 6\r\n\r\n";
    let api = Api::of(move |_| Reply::raw(raw));
    let fields = "TE: trailers\r\n".to_owned() + &bearer(&api.token);
    let response = api.agent.send("GET", "/prod/x", &fields, "");
    assert_eq!(response.text(), "abc");
    assert!(response.trailers.contains("x-sum: 6"), "{response:?}");
    assert_eq!(api.server.received()[0].header("te"), Some("trailers"));
    let response = api.agent.get("/prod/x", &api.token);
    assert_eq!(
        (&*response.text(), response.trailers.contains("x-sum")),
        ("abc", false)
    );
}

#[test]
fn a_response_begins_before_its_end() {
    let api = Api::of(|_| Reply::text(200, "12345678").stall(Stage::WithinBody));
    let mut connection = api.agent.connect();
    let host = api.agent.port.unwrap();
    let fields = bearer(&api.token);
    connection.write(format!(
        "GET /prod/x HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"
    ));
    assert!(connection.head().starts_with("HTTP/1.1 200 "));
    assert_eq!(connection.exactly(4), b"1234");
}

/// A megabyte of a body, 32 times, at an API that reads nothing: far more than all buffers hold.
#[test]
fn a_client_cannot_send_faster_than_the_api_reads() {
    use std::io::Read as _;
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = deaf.local_addr().unwrap();
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let config = crate::fixture::profile("prod", "genesys-cloud", genesys);
    fixture.config(&config.replace(&genesys.api_base(), &format!("http://{address}")));
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    let length: usize = 32 << 20;
    let mut connection = agent.connect();
    connection.write(format!(
        "POST /prod/x HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n{}\r\n",
        agent.port.unwrap(),
        bearer(&token)
    ));
    let writer = std::thread::spawn(move || {
        let part = vec![b'x'; 1 << 20];
        (0..32)
            .all(|_| connection.try_write(&part))
            .then_some(connection)
    });
    let (mut api, _) = deaf.accept().unwrap();
    let before = memory(agent.id());
    let mut received = 0;
    let mut buffer = vec![0; 1 << 16];
    let mut most = before;
    while received < length {
        received += api.read(&mut buffer).unwrap();
        most = most.max(memory(agent.id()));
    }
    assert!(writer.join().unwrap().is_some());
    assert!(most < before + 4_096, "{most} KiB, {before} KiB at first");
}

/// The memory of a process, in KiB.
fn memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.unwrap().trim().trim_end_matches(" kB");
    kib.parse().unwrap()
}

#[test]
fn an_api_that_cannot_be_reached_is_a_bad_gateway() {
    let port = cxone_auth_tests::ClosedPort::new().unwrap();
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let config = crate::fixture::profile("prod", "genesys-cloud", genesys);
    let closed = format!("http://{}", port.address());
    fixture.config(&config.replace(&genesys.api_base(), &closed));
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    let response = agent.get("/prod/x", &token);
    response.failed(502, "temporarily_unavailable");
    let (finding, text) = (&response.json()["finding"], response.text());
    assert_eq!(finding["code"], "CXA-602", "{text}");
    assert!(
        response.member("error_description").contains(&closed),
        "{text}"
    );
    assert!(!text.contains("token"), "{text}");
    assert!(
        finding["remedy"].as_str().unwrap().contains("the API"),
        "{text}"
    );
    assert_eq!(genesys.token_requests(), 1);
}

#[test]
fn without_a_token_of_the_platform_nothing_is_sent_to_its_api() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    genesys.disable_client();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    for _ in 0..2 {
        let response = agent.get("/prod/api/v2/users", &token);
        response.failed(503, "server_error");
        assert!(response.field("retry-after").is_some());
        assert!(response.json()["finding"]["code"].is_string());
    }
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (1, 0));
}

#[test]
fn an_unknown_api_is_named_as_what_is_missing() {
    let fixture = Fixture::new();
    let custom = fixture.sandbox.custom();
    let config = crate::fixture::profile("other", "custom", custom);
    let base = format!("api-base = \"{}\"\n", custom.api_base());
    fixture.config(&config.replace(&base, ""));
    let agent = fixture.agent(&[]);
    let token = agent.login("other");
    let response = agent.get("/other/x", &token);
    response.failed(503, "server_error");
    assert_eq!(response.json()["finding"]["code"], "CXA-812");
}
