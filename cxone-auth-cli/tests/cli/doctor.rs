//! The doctor, in set-ups that are broken in one way each.

mod case;
mod certainty;
mod fixture;
mod page;
mod refused;
mod setup;

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_tests::{Placement, Reply, Sandbox, Server};
use serde_json::json;

use case::CASES;
use fixture::DoctorFixture;

use crate::fixture::{Fixture, Run};

#[test]
fn each_verdict_names_the_cause_first() {
    for case in CASES {
        let setup = (case.set_up)();
        let run = setup.examined(&[]);
        let verdict = verdict(&run);
        assert!(
            verdict.starts_with(case.verdict),
            "{}: {}",
            case.title,
            run.stdout
        );
        assert_eq!(run.code, case.code, "{}: {}", case.title, run.stdout);
        assert_eq!(run.stderr, "", "{}", case.title);
        assert_eq!(setup.token_requests(), case.requests, "{}", case.title);
    }
}

#[test]
fn a_probe_makes_four_token_requests_more_at_most_and_none_without_need() {
    for case in CASES {
        let setup = (case.set_up)();
        let is_asked = setup.is_probing();
        let run = setup.examined(if is_asked { &[] } else { &["--probe"] });
        assert_eq!(
            setup.token_requests(),
            case.probed,
            "{}: {}",
            case.title,
            run.stdout
        );
        assert!(case.probed <= 5, "{}", case.title);
        // What was not sent changes nothing about the verdict.
        if case.probed == case.requests {
            assert!(verdict(&run).starts_with(case.verdict), "{}", case.title);
        }
    }
}

#[test]
fn a_setting_that_is_missing_is_the_one_to_set() {
    let fixture = Fixture::new();
    for (variable, flag) in [
        ("CXONE_AUTH_CLIENT_ID", "--client-id"),
        ("CXONE_AUTH_CLIENT_SECRET", "--client-secret-file"),
        ("CXONE_AUTH_ACCESS_KEY_ID", "--access-key-id"),
        ("CXONE_AUTH_ACCESS_KEY_SECRET", "--access-key-secret-file"),
    ] {
        let mut command = fixture.bare(&["doctor"]);
        command.envs(fixture.cxone_variables()).env_remove(variable);
        let run = Run::of(&mut command);
        let set: Vec<&str> = run
            .stdout
            .lines()
            .filter(|l| l.starts_with("  set:"))
            .collect();
        assert_eq!(set.len(), 1, "{}", run.stdout);
        assert!(
            set[0].starts_with(&format!("  set:  {flag} (or ")),
            "{}",
            set[0]
        );
    }
}

#[test]
fn offline_nothing_is_sent() {
    for case in CASES {
        let setup = (case.set_up)().without_options();
        let run = setup.examined(&["--offline"]);
        assert!([0, 3].contains(&run.code), "{}: {}", case.title, run.stdout);
        assert_eq!(setup.token_requests(), 0, "{}", case.title);
        assert_eq!(setup.connections(), 0, "{}", case.title);
    }
}

#[test]
fn the_report_for_programs_says_the_same_and_no_secret() {
    for case in CASES {
        let setup = (case.set_up)();
        let run = setup.examined(&["--output", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let summary = report["verdict"]["summary"].as_str().unwrap();
        assert!(
            summary.starts_with(case.verdict),
            "{}: {summary}",
            case.title
        );
        assert_eq!(report["verdict"]["exit_code"], case.code, "{}", case.title);
        assert_eq!(report["verdict"]["ok"], case.code == 0, "{}", case.title);
        let sent = report["token_requests"].as_u64().unwrap();
        assert_eq!(sent, case.requests as u64, "{}", case.title);
        for secret in setup.secrets() {
            assert!(!run.stdout.contains(secret), "{}", case.title);
            assert!(!run.stderr.contains(secret), "{}", case.title);
        }
    }
}

#[test]
fn the_page_shows_what_the_doctor_says() {
    page::compare();
}

#[test]
fn a_token_comes_and_is_not_shown() {
    let setup = DoctorFixture::genesys();
    let run = setup.examined(&["--api", "--verbose"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert_eq!(verdict(&run), "A token comes with this configuration");
    let api = setup.sandbox().genesys().api_server().received();
    let token = api[0].bearer_token().unwrap();
    assert!(!run.stdout.contains(token) && !run.stderr.contains(token));
    assert_eq!((setup.token_requests(), api.len()), (1, 1));
}

#[test]
fn the_api_is_called_where_the_tenants_configuration_has_it() {
    let setup = setup::discovering();
    let path = "/incontactapi/services/v31.0/agents";
    let run = setup.examined(&[&format!("--api={path}")]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let said = "api-na1.niceincontact.com responds with 200: the token is good";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    let found = "the tenant's configuration names the API https://api-na1.niceincontact.com, \
                 area na1";
    assert!(run.stdout.contains(found), "{}", run.stdout);
    let cxone = setup.sandbox().cxone();
    let called = cxone.api_server().received();
    assert_eq!((called.len(), called[0].path()), (1, path));
    assert_eq!((setup.token_requests(), cxone.discovery_requests()), (1, 2));
}

#[test]
fn where_no_resource_is_known_the_api_is_named_and_not_called() {
    let setup = setup::discovering();
    let run = setup.examined(&["--api"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let said = "the API is at https://api-na1.niceincontact.com; name what";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert_eq!(setup.sandbox().cxone().api_requests(), 0);
}

#[test]
fn a_token_goes_to_no_host_that_is_not_of_the_configuration() {
    let other = Server::http(|_| Reply::empty(200));
    let api = format!("--api={}", other.url("/api/v2/users"));
    let setup = DoctorFixture::genesys();
    let run = setup.examined(&[&api]);
    assert_eq!((run.code, other.connections()), (3, 0), "{}", run.stdout);
    let setup = setup.set("CXONE_AUTH_API_BASE", other.url(""));
    let run = setup.examined(&[&api]);
    assert_eq!((run.code, other.request_count()), (0, 1), "{}", run.stdout);
}

#[test]
fn an_address_that_is_fit_for_no_token_is_refused_as_it_is_typed() {
    let setup = DoctorFixture::genesys();
    for (address, said) in [
        (
            "http://api.example.com/",
            "uses http:// to a host that is not loopback",
        ),
        (
            "https://u:hunter2@api.example.com/",
            "contains user information",
        ),
    ] {
        let run = setup.examined(&[&format!("--api={address}")]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
    assert_eq!(setup.connections(), 0);
}

#[test]
fn a_stranger_is_looked_at_and_gets_no_secret() {
    let setup = setup::strangers_host();
    let run = setup.examined(&["--probe", "--api=/a"]);
    assert!(run.stdout.contains("ok    TLS "), "{}", run.stdout);
    assert_eq!(setup.token_requests(), 0, "{}", run.stdout);
    assert!(verdict(&run).contains("CXA-204"), "{}", run.stdout);
    assert_eq!(run.code, 3, "{}", run.stdout);
}

#[test]
fn where_the_way_is_left_to_a_proxy_the_proxy_is_what_to_look_at() {
    let run = setup::no_socks_proxy().examined(&[]);
    assert_eq!(run.code, 6, "{}", run.stdout);
    let seen = "  seen: the way is left to the proxy that HTTPS_PROXY names\n";
    assert!(run.stdout.contains(seen), "{}", run.stdout);
    let set = "\n  set:  --proxy (or CXONE_AUTH_PROXY, ";
    assert!(run.stdout.contains(set), "{}", run.stdout);
}

#[test]
fn a_handshake_that_takes_too_long_names_the_timeout() {
    // Connections wait in the queue of the system, and nobody speaks.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/token", silent.local_addr().unwrap());
    let setup = DoctorFixture::genesys().set("CXONE_AUTH_TOKEN_URL", url);
    let run = setup.examined(&["--timeout", "50ms"]);
    assert_eq!(run.code, 6, "{}", run.stdout);
    assert!(
        verdict(&run).contains("(CXA-605, certain)"),
        "{}",
        run.stdout
    );
    let set = "\n  set:  timeout, which comes from --timeout\n";
    assert!(run.stdout.contains(set), "{}", run.stdout);
}

#[test]
fn where_an_allow_list_may_be_the_cause_the_address_of_this_machine_is_told() {
    const LINE: &str = "IP allow list of the client: the request left this machine from 127.0.0.1;";
    for setup in [setup::not_on_the_list(), setup::cut_secret()] {
        let run = setup.examined(&[]);
        assert!(run.stdout.contains(LINE), "{}", run.stdout);
    }
    for setup in [
        setup::rotated_secret(),
        setup::throttled(),
        setup::no_role(),
    ] {
        let run = setup.examined(&[]);
        assert!(!run.stdout.contains("allow list"), "{}", run.stdout);
    }
}

#[test]
fn a_newer_region_is_taken_and_told() {
    let setup = DoctorFixture::genesys().set("CXONE_AUTH_REGION", "xyz1.pure.cloud");
    let run = setup.examined(&[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let note = "xyz1.pure.cloud is no region that this program knows";
    assert!(run.stdout.contains(note), "{}", run.stdout);
    let known = DoctorFixture::genesys().examined(&[]);
    assert!(!known.stdout.contains("is no region"), "{}", known.stdout);
}

#[test]
fn a_newline_at_the_end_of_a_file_is_dropped_and_said() {
    let setup = DoctorFixture::genesys();
    let secret = setup.variable("CXONE_AUTH_CLIENT_SECRET").to_owned();
    let setup = setup.file("secret", &format!("{secret}\n"));
    let setup = setup.unset("CXONE_AUTH_CLIENT_SECRET");
    let run = setup.examined(&["--client-secret-file", "secret"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("newline"), "{}", run.stdout);
}

#[test]
fn quiet_is_one_line_and_plain_output_has_no_escape() {
    let run = setup::cut_secret().examined(&["--quiet"]);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert_eq!((run.code, run.stderr.as_str()), (4, ""));
    let run = setup::cut_secret().examined(&[]);
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
}

#[test]
fn the_attempts_of_a_probe_are_announced_before_they_are_made() {
    let run = setup::wants_the_body().examined(&[]);
    let announced = run.stdout.find("one more token request").unwrap();
    assert!(announced < run.stdout.find("a token came").unwrap());
    let run = setup::wants_the_body().examined(&["--output", "json"]);
    assert!(
        run.stderr.contains("one more token request"),
        "{}",
        run.stderr
    );
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let change = &report["verdict"]["change"];
    assert_eq!(change["flag"], "--client-auth body");
    assert_eq!(change["variable"], "CXONE_AUTH_CLIENT_AUTH=body");
    assert_eq!(change["profile"], "client-auth = \"body\"");
}

#[test]
fn what_a_probe_has_ruled_out_is_no_cause_any_more() {
    let run = setup::rotated_secret().examined(&[]);
    assert!(run.stdout.contains("CXA-306"), "{}", run.stdout);
    let run = setup::rotated_secret().examined(&["--probe"]);
    assert!(!run.stdout.contains("CXA-306"), "{}", run.stdout);
    assert!(
        run.stdout.contains("the response was the same"),
        "{}",
        run.stdout
    );
    assert_eq!(run.code, 4);
}

#[test]
fn another_response_to_a_probe_is_told_and_not_taken_for_a_way_that_works() {
    let server = Server::http(|request| match request.placement() {
        Placement::Body => Reply::json(400, &json!({ "error": "invalid_scope" })),
        _ => Reply::json(401, &json!({ "error": "invalid_client" })),
    });
    let setup = DoctorFixture::custom(Sandbox::start()).asking(server);
    let run = setup.examined(&["--probe"]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert!(
        verdict(&run).contains("(CXA-306, possible)"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("another response came this way"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("set:  --client-auth body (flag)"),
        "{}",
        run.stdout
    );
    assert_eq!(setup.token_requests(), 2);
}

#[test]
fn a_throttle_ends_a_probe() {
    let asked = AtomicUsize::new(0);
    let server = Server::http(move |_| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Reply::json(401, &json!({ "error": "invalid_client" })),
        _ => Reply::empty(429),
    });
    let setup = DoctorFixture::custom(Sandbox::start()).asking(server);
    let setup = setup.set("CXONE_AUTH_CLIENT_SECRET", "needs%encoding+here");
    let run = setup.examined(&["--probe"]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert_eq!(setup.token_requests(), 2, "{}", run.stdout);
}

#[test]
fn nothing_is_told_twice() {
    let mut seen_in = 0;
    for case in CASES {
        let run = (case.set_up)().examined(&[]);
        let seen = run
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix("  seen: "));
        let Some(seen) = seen else { continue };
        seen_in += 1;
        let lines = run.stdout.lines().filter(|line| line.ends_with(seen));
        assert_eq!(lines.count(), 1, "{}: {}", case.title, run.stdout);
        let mut parts: Vec<&str> = seen.split("; ").collect();
        let count = parts.len();
        parts.sort_unstable();
        parts.dedup();
        assert_eq!(parts.len(), count, "{seen}");
    }
    assert!(seen_in > 0);
}

#[test]
fn a_secret_that_cannot_be_read_is_set_where_it_stands() {
    let setup = |text: &str| {
        let setup = DoctorFixture::genesys().unset("CXONE_AUTH_CLIENT_SECRET");
        setup.file(".config/cxone-auth/config.toml", text)
    };
    let profile = "[profile.p]\nclient-secret-file = \"missing\"\n";
    for (setup, arguments, place) in [
        (
            setup(profile),
            &["--profile", "p"][..],
            "client-secret-file in profile p of ",
        ),
        (
            setup(profile).set("CXONE_AUTH_PROFILE", "p".to_owned()),
            &[],
            "client-secret-file in profile p of ",
        ),
        (
            setup("").set("CXONE_AUTH_CLIENT_SECRET_FILE", "missing".to_owned()),
            &[],
            "CXONE_AUTH_CLIENT_SECRET_FILE\n",
        ),
        (
            setup(""),
            &["--client-secret-file", "missing"],
            "--client-secret-file\n",
        ),
    ] {
        let run = setup.examined(arguments);
        assert_eq!(run.code, 3, "{}", run.stdout);
        let set = format!("\n  set:  client-secret, which comes from {place}");
        assert!(run.stdout.contains(&set), "{}", run.stdout);
    }
}

/// The line of the verdict, whatever stands before it.
fn verdict(run: &Run) -> &str {
    let line = run
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("Verdict: "));
    line.unwrap_or_else(|| panic!("{}{}", run.stdout, run.stderr))
}
