//! What attackers send. Nothing of it reaches an API, and nobody gets the token of another profile.

use crate::client::Response;
use crate::fixture::{Agent, FORM, Fixture, bearer};

/// Sends a whole request as it is, with `HOST` and `TOKEN` filled in.
fn raw(agent: &Agent, token: &str, text: &str) -> Response {
    let mut connection = agent.connect();
    let host = agent.port.unwrap().to_string();
    let text = text.replace("HOST", &host).replace("TOKEN", token);
    connection.write(&text);
    let read = connection.rest();
    assert!(!read.is_empty(), "no response: {text:?}");
    Response::read(&read)
}

const REFUSED: &[(&str, u16)] = &[
    // Two statements of a body's length.
    (
        "POST /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nContent-Length: 4\r\n\
      Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /prod/y HTTP/1.1\r\nHost: HOST\r\n\r\n",
        400,
    ),
    (
        "POST /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nTransfer-Encoding: chunked\r\n\
      Content-Length: 4\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "POST /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nContent-Length: 4\r\n\
      Content-Length: 5\r\n\r\nabcd",
        400,
    ),
    (
        "POST /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nContent-Length: +4\r\n\r\nabcd",
        400,
    ),
    (
        "POST /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nTransfer-Encoding: xchunked\r\n\r\n",
        400,
    ),
    (
        "POST /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "POST /prod/x HTTP/1.0\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x HTTP/1.1\r\nHost: HOST\r\n Folded: x\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    // Hosts.
    (
        "GET /prod/x HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x HTTP/1.0\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        421,
    ),
    (
        "GET /prod/x HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer TOKEN\r\nConnection: close\r\n\r\n",
        421,
    ),
    (
        "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        421,
    ),
    // A page in a browser.
    (
        "GET /prod/x HTTP/1.1\r\nHost: HOST\r\nOrigin: https://evil.example\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        403,
    ),
    (
        "GET /prod/x HTTP/1.1\r\nHost: HOST\r\nOrigin: null\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        403,
    ),
    (
        "OPTIONS /prod/oauth/token HTTP/1.1\r\nHost: HOST\r\nOrigin: https://evil.example\r\n\
      Access-Control-Request-Method: POST\r\n\r\n",
        403,
    ),
    // Other forms of a target.
    (
        "GET http://evil.example/prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET http://HOST/prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET //evil.example/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod//evil.example/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/@evil.example/../x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "OPTIONS * HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x#y HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/\\..\\x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/%2e%2e/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/..%2fx HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x%00 HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x%0d%0aX:y HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/x\x01 HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    (
        "GET /prod/\u{e9} HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        400,
    ),
    // What makes another thing of the connection, or shows the token.
    (
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        501,
    ),
    (
        "GET /prod/x HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
      Authorization: Bearer TOKEN\r\n\r\n",
        501,
    ),
    (
        "GET /prod/x HTTP/1.1\r\nHost: HOST\r\nConnection: keep-alive, upgrade\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        501,
    ),
    (
        "TRACE /prod/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n",
        501,
    ),
];

#[test]
fn what_only_an_attacker_sends_is_refused_and_nothing_is_passed_on() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    for (text, status) in REFUSED {
        let response = raw(&agent, &token, text);
        let told = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(response.status, *status, "{text:?}: {told}");
        assert!(
            !told.contains(&token) && !told.contains(agent.secret()),
            "{told}"
        );
    }
    let genesys = fixture.sandbox.genesys();
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (0, 0));
    assert_eq!(agent.get("/prod/api/v2/users", &token).status, 200);
}

#[test]
fn an_offer_of_http_2_is_not_taken_up() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n";
    let fields = offer.to_owned() + &bearer(&agent.login("prod"));
    let response = agent.send("GET", "/prod/api/v2/users", &fields, "");
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = &fixture.sandbox.genesys().api_server().received()[0];
    assert_eq!(
        (sent.header("upgrade"), sent.header("http2-settings")),
        (None, None)
    );
    let fields = fields.replace("h2c", "h2c, websocket");
    agent
        .send("GET", "/prod/api/v2/users", &fields, "")
        .failed(501, "invalid_request");
}

#[test]
fn another_protocol_ends_its_connection() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    for text in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\0\x01\0",
        "x\r\n\r\n",
    ] {
        let mut connection = agent.connect();
        connection.write(text);
        let read = connection.rest();
        assert!(
            read.is_empty() || read.starts_with(b"HTTP/1.1 400 "),
            "{read:?}"
        );
    }
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
}

#[test]
fn a_thousand_slow_clients_keep_nobody_out_and_are_closed() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let room = limit.current.unwrap_or(u64::MAX).saturating_sub(100);
    let host = agent.port.unwrap();
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nX: ");
    let body = format!(
        "POST /prod/login/oauth/token HTTP/1.1\r\nHost: {host}\r\n{FORM}Content-Length: 99\r\n\r\nx"
    );
    let slow = ["", &head, &body].into_iter().cycle();
    let slow: Vec<_> = slow
        .take(usize::try_from(room.min(1_000)).unwrap())
        .map(|begun| {
            let mut connection = agent.connect();
            connection.write(begun);
            connection
        })
        .collect();
    assert_eq!(agent.token("prod", "").status, 200);
    let token = agent.login("prod");
    assert_eq!(agent.get("/prod/api/v2/users", &token).status, 200);
    for mut connection in slow {
        let response = connection.rest();
        let is_told = response.starts_with(b"HTTP/1.1 408 ");
        assert!(response.is_empty() || is_told, "{response:?}");
        assert!(connection.is_ended());
    }
    let genesys = fixture.sandbox.genesys();
    assert_eq!((genesys.token_requests(), genesys.api_requests()), (1, 1));
    assert_eq!(agent.get("/prod/api/v2/users", &token).status, 200);
}

#[test]
fn a_request_in_the_body_of_another_is_no_request() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    let hidden =
        "GET /prod/api/v2/users HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n";
    let host = agent.port.unwrap().to_string();
    let hidden = hidden.replace("HOST", &host).replace("TOKEN", &token);
    // It passes as the body of a refused call, of a call, and of a call in chunks.
    for (path, fields) in [
        ("/prod/api/v2/users", bearer("wrong")),
        ("/prod/nothing", bearer(&token)),
    ] {
        let mut connection = agent.connect();
        connection.write(format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\
             Content-Length: {}\r\n\r\n{hidden}",
            hidden.len()
        ));
        let all = String::from_utf8_lossy(&connection.rest()).into_owned();
        assert_eq!(all.matches("HTTP/1.1 ").count(), 1, "{all}");
    }
    let mut connection = agent.connect();
    connection.write(format!(
        "POST /prod/nothing HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{}\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{hidden}\r\n0\r\n\r\n",
        bearer(&token),
        hidden.len()
    ));
    let all = String::from_utf8_lossy(&connection.rest()).into_owned();
    assert_eq!(all.matches("HTTP/1.1 ").count(), 1, "{all}");
    let received = fixture.sandbox.genesys().api_server().received();
    assert!(
        received
            .iter()
            .all(|own| own.path() == "/nothing" && own.method == "POST")
    );
}

#[test]
fn pipelined_requests_are_each_judged_by_their_own_head() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let (token, other) = (agent.login("prod"), agent.login("other"));
    let host = agent.port.unwrap();
    let get = |path: &str, token: &str, end: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\n{}{end}\r\n",
            bearer(token)
        )
    };
    let mut connection = agent.connect();
    let requests = [
        get("/prod/api/v2/users?pageSize=1", &token, ""),
        get("/prod/api/v2/users?pageSize=1", &other, ""),
        get("/other/x", &token, ""),
        get(
            "/prod/api/v2/users?pageSize=1",
            &token,
            "Connection: close\r\n",
        ),
    ];
    connection.write(requests.concat());
    let all = String::from_utf8_lossy(&connection.rest()).into_owned();
    let statuses: Vec<&str> = all
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &all[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["200", "401", "401", "200"]);
    assert_eq!(fixture.sandbox.custom().api_requests(), 0);
    assert_eq!(fixture.sandbox.genesys().api_requests(), 2);
}

#[test]
fn a_profile_is_named_as_it_is_written() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    for path in [
        "/PROD/x",
        "/%70rod/x",
        "/prod%2f/x",
        "/prod;x/x",
        "/prod./x",
        "/absent/x",
        "/absent/oauth/token",
        "/absent/login/oauth/token",
    ] {
        for token in [&*token, "wrong"] {
            agent.get(path, token).failed(404, "invalid_request");
        }
    }
    agent.get("/other/x", &token).failed(401, "invalid_token");
    for path in ["/prod/oauth/token", "/prod/login/oauth/token"] {
        let response = agent.get(path, &token);
        response.failed(405, "invalid_request");
        assert_eq!(response.field("allow"), Some("POST"));
    }
    for path in [
        "/prod/oauth/revoke",
        "/prod/login/oauth/authorize",
        "/prod/login/",
    ] {
        agent.get(path, &token).failed(404, "invalid_request");
    }
    assert_eq!(fixture.sandbox.genesys().api_requests(), 0);
}

#[test]
fn a_connection_option_takes_away_no_field_that_counts() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let token = agent.login("prod");
    let fields = bearer(&token) + "Connection: authorization, host, content-length\r\n";
    let response = agent.send("GET", "/prod/api/v2/users", &fields, "");
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = &fixture.sandbox.genesys().api_server().received()[0];
    assert!(sent.bearer_token().is_some() && sent.header("host").is_some());
}

#[test]
fn a_head_that_is_too_long_ends_its_connection() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let host = agent.port.unwrap();
    let mut connection = agent.connect();
    let long = "x".repeat(1_000);
    connection.write(format!("GET /prod/x HTTP/1.1\r\nHost: {host}\r\n"));
    let mut written = 0;
    while written < 1_000 && connection.try_write(format!("X-{written}: {long}\r\n").as_bytes()) {
        written += 1;
    }
    let all = connection.rest();
    assert!(all.is_empty() || all.starts_with(b"HTTP/1.1 431 "));
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
}

#[test]
fn the_platforms_own_credentials_open_nothing() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let genesys = fixture.sandbox.genesys();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        genesys.client_id(),
        genesys.client_secret()
    );
    agent
        .send("POST", "/prod/login/oauth/token", FORM, &form)
        .failed(401, "invalid_client");
    assert_eq!(genesys.token_requests(), 0);
}
