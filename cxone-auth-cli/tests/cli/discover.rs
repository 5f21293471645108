//! A server that is named by its issuer.

use std::process::Command;
use std::thread;
use std::time::Duration;

use cxone_auth_tests::{
    Authority, CustomServer, MetadataFault as Fault, Placement, Reply, Sandbox,
};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Run};

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

/// The program with the client of the custom server, and nothing that names the server.
fn unnamed(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = fixture.bare(arguments);
    command.envs(fixture.custom_variables());
    for variable in ["PLATFORM", "TOKEN_URL", "API_BASE"] {
        command.env_remove(format!("CXONE_AUTH_{variable}"));
    }
    command
}

/// The same with the issuer.
fn named(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = unnamed(fixture, arguments);
    command.env("CXONE_AUTH_DISCOVER", server(fixture).issuer());
    command
}

fn server(fixture: &Fixture) -> &CustomServer {
    fixture.sandbox.custom()
}

fn asked(fixture: &Fixture) -> (usize, usize) {
    let server = server(fixture);
    (server.metadata_requests().len(), server.token_requests())
}

#[test]
fn an_issuer_is_enough_by_flag_by_variable_and_by_profile() {
    let fixture = Fixture::new();
    let issuer = server(&fixture).issuer();
    let no_cache = ["token", "--no-cache"];
    let mut by_flag = unnamed(&fixture, &no_cache);
    Run::of(by_flag.args(["--discover", &issuer])).silently();
    assert_eq!(server(&fixture).metadata_requests(), [OAUTH]);
    Run::of(&mut named(&fixture, &no_cache)).silently();
    fixture.config(&format!("[profile.p]\ndiscover = \"{issuer}\"\n"));
    let mut by_profile = unnamed(&fixture, &no_cache);
    Run::of(by_profile.args(["--profile", "p"])).silently();
    assert_eq!(asked(&fixture), (3, 3));
}

#[test]
fn the_client_authenticates_as_the_server_lists_unless_it_is_set() {
    for (listed, arguments, sent) in [
        (Placement::Body, &[][..], Placement::Body),
        (Placement::Basic, &[], Placement::Basic),
        (
            Placement::Body,
            &["--client-auth", "basic"],
            Placement::Basic,
        ),
    ] {
        let fixture = Fixture::new();
        server(&fixture).accept_only(listed);
        let run = Run::of(named(&fixture, &["token"]).args(arguments));
        assert_eq!(run.code == 0, listed == sent, "{}", run.stderr);
        assert_eq!(
            run.stderr.contains("CXA-907"),
            listed != sent,
            "{}",
            run.stderr
        );
        let received = server(&fixture).token_server().received();
        assert_eq!(received.last().unwrap().placement(), sent);
        assert_eq!(asked(&fixture), (1, 1));
    }
}

#[test]
fn a_kept_token_is_found_without_asking_the_issuer() {
    let fixture = Fixture::new();
    let token = Run::of(&mut named(&fixture, &["token"])).silently();
    server(&fixture).publish(&Reply::empty(503));
    for _ in 0..3 {
        assert_eq!(Run::of(&mut named(&fixture, &["token"])).silently(), token);
    }
    assert_eq!(asked(&fixture), (1, 1));
    // The same endpoint by its own name is the same target.
    let mut by_url = fixture.bare(&["token"]);
    by_url.envs(fixture.custom_variables());
    assert_eq!(Run::of(&mut by_url).silently(), token);
    // A forced token is not sought where the issuer led before.
    let mut forced = named(&fixture, &["token", "--force-refresh"]);
    Run::of(&mut forced).failed(5);
    assert_eq!(asked(&fixture), (2, 1));
}

#[test]
fn an_issuer_that_is_down_withholds_no_valid_token() {
    let fixture = Fixture::new();
    server(&fixture).issue_for(Duration::from_secs(8));
    let token = Run::of(&mut named(&fixture, &["token"])).silently();
    server(&fixture).publish(&Reply::empty(503));
    // Less than half is left, and a new token would have more.
    thread::sleep(Duration::from_millis(4_200));
    let arguments = ["token", "--min-ttl", "4s"];
    let run = Run::of(&mut named(&fixture, &arguments));
    assert!(
        run.stderr.contains("the cached token is valid"),
        "{}",
        run.stderr
    );
    assert_eq!(run.succeeded().trim_end(), token);
    assert_eq!(asked(&fixture), (2, 1));
}

#[test]
fn another_secret_is_another_token_and_asks_again() {
    let fixture = Fixture::new();
    Run::of(&mut named(&fixture, &["token"])).silently();
    let mut other = named(&fixture, &["token"]);
    Run::of(other.env("CXONE_AUTH_CLIENT_SECRET", "another-secret")).failed(4);
    assert_eq!(asked(&fixture), (2, 2));
}

#[test]
fn forgetting_finds_the_token_without_asking() {
    let fixture = Fixture::new();
    Run::of(&mut named(&fixture, &["forget"])).succeeded();
    Run::of(&mut named(&fixture, &["token"])).silently();
    let run = Run::of(&mut named(&fixture, &["forget", "--verbose"]));
    assert!(
        run.stderr.contains("the token was removed"),
        "{}",
        run.stderr
    );
    assert_eq!(asked(&fixture), (1, 1));
    Run::of(&mut named(&fixture, &["token"])).silently();
    assert_eq!(asked(&fixture), (2, 2));
}

#[test]
fn forgetting_finds_the_refusal_too() {
    let fixture = Fixture::new();
    let refused = Reply::json(401, &json!({ "error": "invalid_client" }));
    server(&fixture).fail_next(1, refused);
    Run::of(&mut named(&fixture, &["token"])).failed(4);
    let run = Run::of(&mut named(&fixture, &["forget", "--verbose"]));
    let said = &run.stderr;
    assert!(said.contains("the cached refusal was removed"), "{said}");
    assert_eq!(asked(&fixture), (1, 1), "forgetting asks nobody");
    Run::of(&mut named(&fixture, &["token"])).silently();
    assert_eq!(asked(&fixture), (2, 2));
}

/// What was stored before the refusal is still good.
#[test]
fn a_refused_renewal_leaves_the_token_to_be_found() {
    let fixture = Fixture::new();
    let token = Run::of(&mut named(&fixture, &["token"])).silently();
    let refused = Reply::json(401, &json!({ "error": "invalid_client" }));
    server(&fixture).fail_next(1, refused);
    Run::of(&mut named(&fixture, &["token", "--force-refresh"])).failed(4);
    assert_eq!(Run::of(&mut named(&fixture, &["token"])).silently(), token);
    assert_eq!(asked(&fixture), (2, 2));
}

/// A token of the agent or of a library may be there all the same.
#[test]
fn forgetting_says_that_it_cannot_know_where_an_issuer_leads() {
    let fixture = Fixture::new();
    let mut by_url = fixture.bare(&["token"]);
    Run::of(by_url.envs(fixture.custom_variables())).silently();
    let run = Run::of(&mut named(&fixture, &["forget"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let said = &run.stderr;
    assert!(said.contains("forget does not ask the issuer"), "{said}");
    assert!(said.contains("--token-url"), "{said}");
    assert_eq!(asked(&fixture), (0, 1));
}

#[test]
fn each_fault_ends_it_before_a_secret_is_sent() {
    for (fault, code, exit) in [
        (Fault::OtherIssuer, "CXA-910", 3),
        (Fault::TrailingSlash, "CXA-910", 3),
        (Fault::PlainHttp, "CXA-213", 3),
        (Fault::OtherVendor, "CXA-201", 3),
        (Fault::NoTokenEndpoint, "CXA-816", 1),
        (Fault::WebPage, "CXA-816", 1),
        (Fault::Cut, "CXA-816", 1),
        (Fault::Redirect, "CXA-816", 3),
        (Fault::Missing, "CXA-816", 3),
    ] {
        let fixture = Fixture::new();
        server(&fixture).publish(&fault.reply(&server(&fixture).metadata()));
        let secret = server(&fixture).client_secret();
        for arguments in [&["token"][..], &["doctor"]] {
            let run = Run::of(&mut named(&fixture, arguments));
            assert_eq!(run.code, exit, "{fault:?}: {}{}", run.stdout, run.stderr);
            let shown = run.stdout + &run.stderr;
            assert!(shown.contains(code), "{fault:?}: {shown}");
            assert!(!shown.contains(&secret), "{fault:?}: {shown}");
        }
        let asked = server(&fixture).token_server().received();
        assert!(asked.len() <= 4, "{fault:?}: two for each process");
        assert!(asked.iter().all(|request| request.method == "GET"));
    }
}

#[test]
fn the_second_address_is_asked_where_the_first_has_nothing() {
    let fixture = Fixture::of(Sandbox::start_https());
    let ca = fixture
        .home
        .write("ca.pem", fixture.sandbox.ca_pem().unwrap());
    server(&fixture).publish_oauth(Reply::text(404, "not found"));
    let mut command = named(&fixture, &["token"]);
    Run::of(command.env("CXONE_AUTH_CA_FILE", ca)).silently();
    assert_eq!(server(&fixture).metadata_requests(), [OAUTH, OPENID]);
}

#[test]
fn doctor_shows_what_the_server_lists_and_compares_it() {
    let fixture = Fixture::new();
    let mut document = server(&fixture).metadata();
    document["grant_types_supported"] = serde_json::json!(["authorization_code"]);
    document["scopes_supported"] = serde_json::json!(["read"]);
    server(&fixture).publish(&Reply::json(200, &document));
    let arguments = ["doctor", "--output", "json", "--scope", "write"];
    let run = Run::of(&mut named(&fixture, &arguments));
    let verdict: Value = serde_json::from_str(&run.succeeded()).unwrap();
    let checks = verdict["checks"].as_array().unwrap();
    let names: Vec<&str> = checks
        .iter()
        .map(|own| own["name"].as_str().unwrap())
        .collect();
    assert_eq!(names[..3], ["configuration", "discovery", "inspection"]);
    let summary = checks[1]["summary"].as_str().unwrap();
    assert!(summary.contains(&server(&fixture).token_url()), "{summary}");
    let details = checks[1]["details"].to_string();
    for listed in ["client_secret_basic", "authorization_code", "read"] {
        assert!(details.contains(listed), "{details}");
    }
    let findings = verdict["findings"].as_array().unwrap();
    let codes: Vec<&str> = findings
        .iter()
        .map(|own| own["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["CXA-912", "CXA-913"]);
    assert_eq!(verdict["token_requests"], 1);
    assert_eq!(asked(&fixture), (1, 1));
}

#[test]
fn a_token_endpoint_on_another_host_is_used_and_shown() {
    let fixture = Fixture::new();
    let mut document = server(&fixture).metadata();
    let url = server(&fixture)
        .token_url()
        .replacen("127.0.0.1", "localhost", 1);
    document["token_endpoint"] = url.into();
    server(&fixture).publish(&Reply::json(200, &document));
    let shown = Run::of(&mut named(&fixture, &["doctor"])).succeeded();
    assert!(
        shown.contains("CXA-909") && shown.contains("localhost"),
        "{shown}"
    );
    Run::of(&mut named(&fixture, &["token"])).silently();
}

#[test]
fn nothing_is_sent_where_nothing_may_be() {
    let fixture = Fixture::new();
    let issuer = server(&fixture).issuer();
    let inspected = Run::of(&mut named(&fixture, &["inspect"])).succeeded();
    assert!(inspected.contains("nothing is sent here"), "{inspected}");
    let offline = Run::of(&mut named(&fixture, &["doctor", "--offline"])).succeeded();
    assert!(offline.contains("discovery"), "{offline}");
    let shown = Run::of(&mut named(&fixture, &["config", "show"])).succeeded();
    assert!(
        shown.contains(&issuer) && !shown.contains("token endpoint:"),
        "{shown}"
    );
    assert_eq!(server(&fixture).token_server().request_count(), 0);
}

#[test]
fn what_contradicts_an_issuer_is_an_error_before_anything_is_sent() {
    let fixture = Fixture::new();
    let secret = server(&fixture).client_secret();
    let leaky = format!("https://id.example.com/{secret}");
    for (arguments, said) in [
        (
            &["--token-url", "https://id.example.com/t"][..],
            "keep one of them",
        ),
        (
            &["--platform", "genesys-cloud", "--region", "euc1"],
            "does not apply",
        ),
        (&["--region", "euc1"], "does not apply"),
        (&["--discover", "http://id.example.com"], "http://"),
        (&["--discover", "https://id.example.com?x"], "query"),
        (
            &["--discover", "https://me:hunter2@id.example.com"],
            "user information",
        ),
        (&["--discover", &leaky], "contains a secret"),
    ] {
        let mut command = named(&fixture, &["token"]);
        if !arguments.contains(&"--discover") {
            let issuer = server(&fixture).issuer();
            command.args(["--discover", &issuer]);
        }
        let error = Run::of(command.args(arguments)).failed(3);
        assert!(error.contains(said), "{arguments:?}: {error}");
        assert!(error.contains("--discover"), "{arguments:?}: {error}");
        assert!(
            !error.contains(&secret) && !error.contains("hunter2"),
            "{error}"
        );
    }
    assert_eq!(server(&fixture).token_server().request_count(), 0);
}

#[test]
fn a_variable_sends_no_secret_of_a_profile_to_an_issuer() {
    let fixture = Fixture::new();
    fixture.home.write(".config/cxone-auth/s", "a-secret");
    fixture.config(
        "[profile.p]\nplatform = \"custom\"\nclient-id = \"an-id\"\nclient-secret-file = \"s\"\n",
    );
    let mut command = fixture.bare(&["token", "--profile", "p"]);
    command.env("CXONE_AUTH_DISCOVER", server(&fixture).issuer());
    let error = Run::of(&mut command).failed(3);
    assert!(
        error.contains("CXONE_AUTH_DISCOVER would decide"),
        "{error}"
    );
    assert_eq!(server(&fixture).token_server().request_count(), 0);
}

#[test]
fn a_named_host_is_asked_by_plain_http_and_may_name_itself() {
    let fixture = Fixture::new();
    let issuer = server(&fixture)
        .issuer()
        .replacen("127.0.0.1", "0.0.0.0", 1);
    let document = server(&fixture).metadata().to_string();
    let document = document.replace("127.0.0.1", "0.0.0.0");
    server(&fixture).publish(&Reply::json(200, &serde_json::from_str(&document).unwrap()));
    let mut command = unnamed(&fixture, &["token", "--discover", &issuer]);
    Run::of(&mut command).failed(3);
    assert_eq!(asked(&fixture), (0, 0));
    let run = Run::of(command.args(["--insecure-host", "0.0.0.0"]));
    assert_eq!(run.stderr.matches("CXA-218").count(), 1, "{}", run.stderr);
    run.succeeded();
    assert_eq!(asked(&fixture), (1, 1));
}

/// A client with a key in place of the secret.
fn with_a_key(fixture: &Fixture, arguments: &[&str]) -> Command {
    let key = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cxone-auth-credentials/tests/keys/p256-pkcs8.pem"
    );
    let mut command = named(fixture, arguments);
    command.env_remove("CXONE_AUTH_CLIENT_SECRET");
    command.args(["--key", key]);
    command
}

#[test]
fn the_audience_is_shown_as_it_is_sent() {
    let fixture = Fixture::new();
    let issuer = server(&fixture).issuer();
    let line = format!("audience of the assertions: {issuer}");
    for command in ["inspect", "doctor"] {
        let run = Run::of(&mut with_a_key(&fixture, &[command]));
        let shown = run.stdout.lines().any(|own| own.ends_with(&line));
        assert!(shown, "{command}: {} {}", run.stdout, run.stderr);
    }
    let set = ["inspect", "--assertion-audience", "https://set.example"];
    let run = Run::of(&mut with_a_key(&fixture, &set));
    assert!(
        run.stdout.contains("assertions: https://set.example"),
        "{}",
        run.stdout
    );
    let okta = [
        "inspect",
        "--discover",
        "https://dev-1.okta.com/oauth2/default",
    ];
    let run = Run::of(&mut with_a_key(&fixture, &okta));
    assert!(
        run.stdout
            .contains("the token endpoint that the metadata names"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_algorithm_of_a_key_is_compared_with_those_that_the_server_lists() {
    for (listed, is_found) in [("RS256", true), ("ES256", false)] {
        let fixture = Fixture::new();
        let mut document = server(&fixture).metadata();
        document["token_endpoint_auth_methods_supported"] = serde_json::json!(["private_key_jwt"]);
        document["token_endpoint_auth_signing_alg_values_supported"] = serde_json::json!([listed]);
        server(&fixture).publish(&Reply::json(200, &document));
        let run = Run::of(&mut with_a_key(&fixture, &["doctor", "--output", "json"]));
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let inspected = report["checks"][2]["summary"].to_string();
        assert_eq!(inspected.contains("CXA-907"), is_found, "{report:#}");
        let first = report["findings"][0]["code"] == "CXA-907";
        assert_eq!(first, is_found, "{report:#}");
    }
}

#[test]
fn a_secret_at_a_server_that_lists_only_keys_is_told_so_first() {
    let fixture = Fixture::new();
    let mut document = server(&fixture).metadata();
    document["token_endpoint_auth_methods_supported"] = serde_json::json!(["private_key_jwt"]);
    server(&fixture).publish(&Reply::json(200, &document));
    let mut command = named(&fixture, &["doctor", "--output", "json"]);
    let run = Run::of(command.env("CXONE_AUTH_CLIENT_SECRET", "another"));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["findings"][0]["code"], "CXA-907", "{report:#}");
}

/// A flag counts before a variable, whichever of the two ways it says.
#[test]
fn a_left_over_variable_of_the_other_way_is_ignored_with_a_warning() {
    let fixture = Fixture::new();
    let (issuer, url) = (
        server(&fixture).issuer(),
        fixture.sandbox.custom().token_url(),
    );
    let other = "https://left-over.example.com/token";
    fixture.config(&format!("[profile.p]\ndiscover = \"{issuer}\"\n"));
    for (arguments, variable) in [
        (["--discover", &issuer], "CXONE_AUTH_TOKEN_URL"),
        (["--profile", "p"], "CXONE_AUTH_TOKEN_URL"),
        (["--token-url", &url], "CXONE_AUTH_DISCOVER"),
    ] {
        let mut command = unnamed(&fixture, &["token", "--no-cache"]);
        let run = Run::of(command.args(arguments).env(variable, other));
        let warning = format!("{variable} is ignored");
        assert!(run.stderr.contains(&warning), "{}", run.stderr);
        run.succeeded();
    }
    assert_eq!(asked(&fixture), (2, 3));
}

/// A secret of a profile goes nowhere that a variable says, and two of one layer contradict each other.
#[test]
fn a_variable_that_may_count_is_an_error() {
    let fixture = Fixture::new();
    let issuer = server(&fixture).issuer();
    let other = "https://left-over.example.com/token";
    fixture.config(&format!(
        "[profile.p]\ndiscover = \"{issuer}\"\nclient-secret = \"s\"\n"
    ));
    let by_default = [("CXONE_AUTH_PROFILE", "p"), ("CXONE_AUTH_TOKEN_URL", other)];
    let both = [
        ("CXONE_AUTH_DISCOVER", &*issuer),
        ("CXONE_AUTH_TOKEN_URL", other),
    ];
    for variables in [by_default, both] {
        let mut command = unnamed(&fixture, &["token", "--no-cache"]);
        let error = Run::of(command.envs(variables)).failed(3);
        assert!(error.contains("CXONE_AUTH_TOKEN_URL"), "{error}");
    }
    assert_eq!(asked(&fixture), (0, 0));
}

#[test]
fn the_address_of_the_metadata_is_no_issuer() {
    let fixture = Fixture::new();
    for path in [OAUTH, OPENID] {
        let url = server(&fixture).issuer() + path;
        let mut command = unnamed(&fixture, &["token"]);
        let error = Run::of(command.args(["--discover", &url])).failed(3);
        assert!(
            error.contains("--discover is the address of the metadata"),
            "{error}"
        );
        assert!(error.contains("without /.well-known/"), "{error}");
    }
    assert_eq!(asked(&fixture), (0, 0));
}

/// A server may have an endpoint of its own for clients with a certificate (RFC 8705 §5).
#[test]
fn the_endpoint_that_is_told_is_the_one_that_is_asked() {
    let fixture = Fixture::new();
    let authority = Authority::new();
    let certificate = authority.client_certificate();
    let both = format!("{}{}", certificate.pem(), certificate.key_pem());
    fixture.home.write("both.pem", &both);
    let mut metadata = server(&fixture).metadata();
    let alias = format!("{}-mtls", metadata["token_endpoint"].as_str().unwrap());
    metadata["mtls_endpoint_aliases"] = json!({ "token_endpoint": alias });
    server(&fixture).publish(&Reply::json(200, &metadata));
    for command in [&["token", "--verbose"][..], &["doctor"]] {
        let mut run = named(&fixture, command);
        run.env_remove("CXONE_AUTH_CLIENT_SECRET").args([
            "--client-auth",
            "tls",
            "--cert",
            "both.pem",
        ]);
        let run = Run::of(&mut run);
        let said = run.stdout + &run.stderr;
        let received = server(&fixture).token_server().received();
        let posts = received.iter().filter(|own| own.method == "POST");
        assert!(posts.count() > 0, "{said}");
        assert!(said.contains(&alias), "{said}");
        for line in said
            .lines()
            .filter(|line| line.contains("asking") || line.contains("names"))
        {
            assert!(!line.ends_with("/token"), "{line}");
        }
    }
}

/// Issuers are compared byte for byte (RFC 8414 §3.3), whether a token is kept or not.
#[test]
fn another_spelling_of_the_issuer_finds_no_token() {
    let fixture = Fixture::new();
    Run::of(&mut named(&fixture, &["token"])).silently();
    let issuer = server(&fixture).issuer();
    for other in [format!("{issuer}/"), issuer.replacen("http", "HTTP", 1)] {
        let mut command = unnamed(&fixture, &["token"]);
        let run = Run::of(command.env("CXONE_AUTH_DISCOVER", &other));
        assert_eq!(run.code, 3, "{other}: {}", run.stderr);
        assert!(run.stderr.contains("CXA-910"), "{}", run.stderr);
    }
    assert_eq!(server(&fixture).token_requests(), 1);
    Run::of(&mut named(&fixture, &["token"])).silently();
    assert_eq!(server(&fixture).token_requests(), 1);
}
