//! Clients in other languages, as they are, and what they cost at the sandbox.
//!
//! Their scripts are in `tests/agent-interop`. Those that need nothing but their language always run;
//! `cargo xtask agent-interop` installs the packages that the others need.

mod client;
mod day;

use std::collections::BTreeSet;

use client::{Client, Run};

use crate::fixture::Fixture;

/// How many calls of the API a client makes through the gateway.
const CALLS: usize = 20;

/// How often a client asks for the platform's token.
const TOKENS: usize = 3;

/// What becomes of the calls at the sandbox: two come too fast and are made again after a second, and
/// the token of one has been revoked. None of it is left for the client.
const THROTTLE_EVERY: usize = 10;
const REVOKE_EVERY: usize = 15;
const CALLS_AT_THE_SANDBOX: usize = CALLS + 3;

/// Need nothing but their language.
const CURL: Client = of_the_language("curl", &["sh", "curl.sh"]);
const PYTHON: Client = of_the_language("urllib", &["python3", "standard-library.py"]);
const NODE: Client = of_the_language("fetch", &["node", "fetch.mjs"]);
const JAVA: Client = of_the_language(
    "java.net.http",
    &[
        "java",
        "-Xshare:auto",
        "-XX:TieredStopAtLevel=1",
        "JavaNetHttp.java",
    ],
);

const IN_PYTHON: Option<&str> = Some("python/bin/python");

const PACKAGED: [Client; 6] = [
    Client {
        name: "purecloud-platform-client-v2",
        command: &["node", "genesys-sdk.mjs"],
        place: Some("node_modules/purecloud-platform-client-v2"),
        takes_tokens: false,
    },
    Client {
        name: "PureCloudPlatformClientV2",
        command: &["python/bin/python", "genesys-sdk.py"],
        place: IN_PYTHON,
        takes_tokens: false,
    },
    Client {
        name: "openid-client",
        command: &["node", "openid-client.mjs"],
        place: Some("node_modules/openid-client"),
        takes_tokens: true,
    },
    Client {
        name: "Authlib",
        command: &["python/bin/python", "authlib-session.py"],
        place: IN_PYTHON,
        takes_tokens: true,
    },
    Client {
        name: "requests-oauthlib",
        command: &["python/bin/python", "requests-oauthlib-session.py"],
        place: IN_PYTHON,
        takes_tokens: true,
    },
    Client {
        name: "golang.org/x/oauth2",
        command: &["go", "run", "oauth2.go"],
        place: Some("/usr/share/gocode/src/golang.org/x/oauth2"),
        takes_tokens: true,
    },
];

const fn of_the_language(name: &'static str, command: &'static [&'static str]) -> Client {
    Client {
        name,
        command,
        place: None,
        takes_tokens: true,
    }
}

#[test]
fn curl_uses_the_agent() {
    uses_the_agent(&CURL);
}

#[test]
fn python_uses_the_agent() {
    uses_the_agent(&PYTHON);
}

#[test]
fn node_uses_the_agent() {
    uses_the_agent(&NODE);
}

#[test]
fn java_uses_the_agent() {
    uses_the_agent(&JAVA);
}

#[test]
#[ignore = "needs packages: cargo xtask agent-interop"]
fn every_client_uses_the_agent() {
    [CURL, PYTHON, NODE, JAVA].iter().for_each(uses_the_agent);
    PACKAGED.iter().for_each(uses_the_agent);
}

#[expect(clippy::print_stdout, reason = "the figures of the step")]
fn uses_the_agent(client: &Client) {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    genesys.throttle_every(THROTTLE_EVERY);
    genesys.revoke_every(REVOKE_EVERY);
    let agent = fixture.agent(&["--max-wait", "5s"]);
    let Some(run) = client.run(&fixture, &agent) else {
        return;
    };
    let tokens = client.tokens();
    assert_eq!(run.calls_that_found(57), CALLS + tokens, "{run:?}");
    assert_eq!(genesys.api_requests(), CALLS_AT_THE_SANDBOX + tokens);
    assert_eq!(genesys.token_requests(), 2);
    keeps_secrets(&fixture, &run);
    println!(
        "{}: {} calls, 2 rate limits, 1 revocation, 2 token requests at the sandbox",
        client.name,
        CALLS + tokens,
    );
}

/// By the gateway, a client sees neither the credential nor a token of the platform. At the token
/// endpoint it gets the newest token, and no credential.
fn keeps_secrets(fixture: &Fixture, run: &Run) {
    let genesys = fixture.sandbox.genesys();
    let received = genesys.api_server().received();
    let used: Vec<&str> = received
        .iter()
        .filter_map(|request| request.bearer_token())
        .collect();
    let newest = used.last().unwrap();
    assert_eq!(used.iter().collect::<BTreeSet<_>>().len(), 2);
    let gateway = run.values("gateway");
    assert!(gateway.len() == 1 && !gateway[0].is_empty(), "{run:?}");
    for token in run.values("platform") {
        assert_eq!(token, *newest);
    }
    for token in &used {
        assert!(!run.without("platform").contains(token), "{run:?}");
    }
    for secret in [genesys.client_id(), genesys.client_secret()] {
        assert!(!run.all().contains(&secret), "{run:?}");
    }
}
