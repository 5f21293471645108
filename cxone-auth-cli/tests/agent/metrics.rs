//! The page of metrics: who may read it, what is on it, and what it counts.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_tests::Reply;
use serde_json::json;

use crate::client::Response;
use crate::fixture::{Agent, Fixture, bearer};
use crate::operation::reload;

/// The names and types, in the order of the page.
const METRICS: [(&str, &str); 11] = [
    ("cxone_auth_agent_info", "gauge"),
    ("cxone_auth_last_reload_successful", "gauge"),
    ("cxone_auth_token_age_seconds", "gauge"),
    ("cxone_auth_token_remaining_seconds", "gauge"),
    ("cxone_auth_last_success_age_seconds", "gauge"),
    ("cxone_auth_token_requests_total", "counter"),
    ("cxone_auth_forced_renewals_total", "counter"),
    ("cxone_auth_tokens_handed_out_total", "counter"),
    ("cxone_auth_gateway_calls_total", "counter"),
    ("cxone_auth_served_in_outage_total", "counter"),
    ("cxone_auth_store_errors_total", "counter"),
];

/// A page that was read as the format prescribes.
pub(crate) struct Page {
    types: Vec<(String, String)>,
    /// By name and labels, as they are written.
    samples: BTreeMap<String, f64>,
}

impl Page {
    /// Reads the text. Whatever the format does not allow is a panic.
    fn read(text: &str) -> Self {
        let (mut types, mut samples) = (Vec::new(), BTreeMap::new());
        assert!(text.ends_with('\n'));
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let help = line.strip_prefix("# HELP ").expect(line);
            let (name, help) = help.split_once(' ').unwrap();
            assert!(is_name(name) && help.ends_with('.'), "{line}");
            let kind = lines.next().unwrap();
            let kind = kind.strip_prefix(&*format!("# TYPE {name} ")).expect(kind);
            types.push((name.to_owned(), kind.to_owned()));
            while let Some(sample) = lines.next_if(|line| !line.starts_with('#')) {
                let (series, value) = sample.rsplit_once(' ').unwrap();
                let labels = series.strip_prefix(name).expect(sample);
                let labels = match labels {
                    "" => "",
                    labels => labels.strip_prefix('{').unwrap().strip_suffix('}').unwrap(),
                };
                for label in labels.split(',').filter(|label| !label.is_empty()) {
                    let (label, value) = label.split_once('=').expect(sample);
                    let value = value.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
                    assert!(is_name(label) && !value.contains(['"', '\\']), "{sample}");
                }
                let value: f64 = value.parse().unwrap();
                assert!(value >= 0.0, "{sample}");
                // A series is there once.
                assert_eq!(samples.insert(series.to_owned(), value), None, "{sample}");
            }
        }
        Self { types, samples }
    }

    /// The metric of the profile `prod`, with these labels behind it.
    #[track_caller]
    fn value(&self, name: &str, labels: &str) -> f64 {
        let series = format!("cxone_auth_{name}{{profile=\"prod\"{labels}}}");
        let value = self.samples.get(&series);
        *value.unwrap_or_else(|| panic!("{series}: {:?}", self.samples))
    }

    fn has(&self, name: &str) -> bool {
        let series = format!("cxone_auth_{name}{{profile=\"prod\"");
        self.samples.keys().any(|own| own.starts_with(&series))
    }

    #[track_caller]
    fn counts(&self, expected: &[(&str, &str, u32)]) {
        for (name, labels, count) in expected {
            let value = self.value(name, labels);
            assert!(
                (value - f64::from(*count)).abs() < 0.5,
                "{name}{labels}: {value}"
            );
        }
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    !text.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn metrics(agent: &Agent) -> Page {
    let response = agent.send("GET", "/metrics", &bearer(agent.secret()), "");
    assert_eq!(response.status, 200, "{}", response.text());
    Page::read(&response.text())
}

#[test]
fn metrics_need_the_local_secret_and_cost_nothing() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let ask = |fields: &str| agent.send("GET", "/metrics", fields, "");
    let refused = |response: Response| {
        assert!(response.field("www-authenticate").is_some());
        response.failed(401, "invalid_client");
        assert!(!response.text().contains("cxone_auth_"));
    };
    let basic = |secret: &str| {
        let pair = STANDARD.encode(format!("prometheus:{secret}"));
        format!("Authorization: Basic {pair}\r\n")
    };
    refused(ask(""));
    refused(ask(&bearer("wrong")));
    refused(ask(&basic("wrong")));
    // A client of the gateway has no part in what others do.
    refused(ask(&bearer(&agent.login("prod"))));
    for fields in [bearer(agent.secret()), basic(agent.secret())] {
        let response = ask(&fields);
        assert_eq!(response.status, 200);
        let kind = response.field("content-type");
        assert_eq!(kind, Some("text/plain; version=0.0.4; charset=utf-8"));
        assert_eq!(response.field("cache-control"), Some("no-store"));
    }
    let posted = agent.send("POST", "/metrics", &bearer(agent.secret()), "");
    posted.failed(405, "invalid_request");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn by_the_socket_the_user_is_enough() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let mut command = fixture.command(&["--socket", path.to_str().unwrap()]);
    let agent = Agent::start(&mut command, &fixture.secret_path());
    let response = agent.send("GET", "/metrics", "", "");
    assert_eq!(response.status, 200);
    Page::read(&response.text());
}

#[test]
fn names_and_types_stay_and_are_the_ones_of_the_documentation() {
    let fixture = Fixture::new();
    let page = metrics(&fixture.agent(&[]));
    let types = page.types.iter();
    let types: Vec<(&str, &str)> = types.map(|(name, kind)| (&**name, &**kind)).collect();
    assert_eq!(types, METRICS);
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/telemetry.md");
    let text = std::fs::read_to_string(text).unwrap();
    // What follows is about the libraries.
    let (text, _) = text.split_once("\n## Logs and traces\n").unwrap();
    for (name, kind) in METRICS {
        assert!(text.contains(&format!("| `{name}` | {kind} |")), "{name}");
    }
    // What an alert looks at is there.
    let words = text.split(|character: char| !character.is_ascii_lowercase() && character != '_');
    let named: BTreeSet<&str> = words
        .filter(|word| word.starts_with("cxone_auth_"))
        .collect();
    let known: BTreeSet<&str> = METRICS.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, known);
}

#[test]
fn what_happens_to_tokens_is_counted() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let agent = fixture.agent(&[]);
    let page = metrics(&agent);
    page.counts(&[
        ("token_remaining_seconds", "", 0),
        ("token_requests_total", ",outcome=\"ok\",finding=\"\"", 0),
    ]);
    assert!(!page.has("token_age_seconds") && !page.has("last_success_age_seconds"));

    let platform = agent.token("prod", "").member("access_token");
    assert_eq!(agent.token("prod", "").status, 200);
    let token = agent.login("prod");
    let path = "/prod/api/v2/users";
    assert_eq!(agent.get(path, &token).status, 200);
    assert_eq!(agent.get(path, "wrong").status, 401);
    genesys.revoke_tokens();
    assert_eq!(agent.get(path, &token).status, 200);
    let page = metrics(&agent);
    page.counts(&[
        ("token_requests_total", ",outcome=\"ok\",finding=\"\"", 2),
        ("forced_renewals_total", "", 1),
        ("tokens_handed_out_total", "", 2),
        ("gateway_calls_total", ",class=\"2xx\"", 2),
        ("gateway_calls_total", ",class=\"4xx\"", 1),
        ("gateway_calls_total", ",class=\"5xx\"", 0),
        ("served_in_outage_total", "", 0),
        ("store_errors_total", "", 0),
    ]);
    assert_eq!(genesys.token_requests(), 2);
    let lifetime = page.value("token_remaining_seconds", "") + page.value("token_age_seconds", "");
    assert!((86_300.0..=86_401.0).contains(&lifetime), "{lifetime}");
    assert!(page.value("last_success_age_seconds", "") < 60.0);
    // What is counted says nothing about whom.
    let text = agent
        .send("GET", "/metrics", &bearer(agent.secret()), "")
        .text();
    for secret in [
        &platform,
        &token,
        agent.secret(),
        &genesys.client_secret(),
        &genesys.client_id(),
    ] {
        assert!(!text.contains(secret), "{text}");
    }
    for word in ["/api", "http", "127.0.0.1", ".config"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_refusal_has_its_finding_and_a_failure_too() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let mut agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    genesys.disable_client();
    let refused = agent.token("prod", "");
    refused.failed(503, "server_error");
    let finding = refused.json()["finding"]["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let label = format!(",outcome=\"refused\",finding=\"{finding}\"");
    metrics(&agent).counts(&[
        ("token_requests_total", &label, 1),
        ("tokens_handed_out_total", "", 0),
    ]);
    // The counts go on when the profiles are read again, which ends the pause.
    genesys.enable_client();
    let limited = Reply::text(429, "").header("Retry-After", "600");
    genesys.fail_next(1, limited);
    reload(&mut agent, "read again");
    agent
        .token("prod", "")
        .failed(503, "temporarily_unavailable");
    metrics(&agent).counts(&[
        ("token_requests_total", &label, 1),
        (
            "token_requests_total",
            ",outcome=\"refused\",finding=\"CXA-502\"",
            1,
        ),
        ("token_requests_total", ",outcome=\"ok\",finding=\"\"", 0),
    ]);
    assert_eq!(genesys.token_requests(), 2);
}

#[test]
fn clients_that_are_served_during_an_outage_are_counted() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    // The second half is longer than the tries of a renewal take on a busy machine.
    let short = json!({ "access_token": "short", "expires_in": 16 });
    genesys.fail_next(1, Reply::json(200, &short));
    let agent = fixture.agent(&[]);
    assert_eq!(agent.token("prod", "").member("access_token"), "short");
    genesys.fail_next(1_000, Reply::text(500, "out of order"));
    // From half of its lifetime on, each client asks for a renewal, and gets what there is.
    let page = loop {
        assert_eq!(agent.token("prod", "").member("access_token"), "short");
        let page = metrics(&agent);
        if page.value("served_in_outage_total", "") > 0.0 {
            break page;
        }
    };
    let failed = ",outcome=\"failed\",finding=\"CXA-503\"";
    assert!(page.value("token_requests_total", failed) >= 1.0);
    page.counts(&[("token_requests_total", ",outcome=\"ok\",finding=\"\"", 1)]);
}
