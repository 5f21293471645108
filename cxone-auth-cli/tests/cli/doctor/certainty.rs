//! What a probe says it is certain of is so: at servers that read id and secret in each way, in
//! each place, with ids and secrets that the ways spell alike or not.

use cxone_auth_tests::{Placement, Received, Reply, Sandbox, SecretDecoding};
use serde_json::Value;

use super::fixture::DoctorFixture;
use crate::fixture::Run;

const WAYS: [&str; 3] = ["basic", "basic-raw", "body"];

/// An id and a secret.
const CLIENTS: [(&str, &str); 5] = [
    ("the-client", "letters-only"),
    ("the-client", "p+s%41s/word=9z"),
    ("the-client", "100%"),
    ("the client", "a b:c"),
    ("the:client", "letters-only"),
];

const DECODINGS: [SecretDecoding; 3] = [
    SecretDecoding::Raw,
    SecretDecoding::FormUrlEncoded,
    SecretDecoding::Either,
];

/// Each client at each server.
fn set_ups() -> impl Iterator<Item = DoctorFixture> {
    let places = [None, Some(Placement::Basic), Some(Placement::Body)];
    CLIENTS.into_iter().flat_map(move |(id, secret)| {
        let servers = DECODINGS.into_iter();
        servers.flat_map(move |decoding| {
            places.map(|place| {
                let builder = Sandbox::builder().with_custom_client(id, secret);
                let setup = DoctorFixture::custom(builder.start().unwrap());
                let custom = setup.sandbox().custom();
                custom.decode_basic(decoding);
                if let Some(place) = place {
                    custom.accept_only(place);
                }
                setup
            })
        })
    })
}

/// Whether each way gets a token: `None` where the request cannot be made.
fn outcomes(setup: &DoctorFixture) -> [Option<bool>; 3] {
    WAYS.map(
        |way| match setup.token(&["--no-cache", "--client-auth", way]).code {
            0 => Some(true),
            4 => Some(false),
            _ => None,
        },
    )
}

#[test]
fn a_probe_finds_what_works_and_is_certain_of_what_nothing_contradicts() {
    let mut certain = 0;
    for setup in set_ups() {
        let outcomes = outcomes(&setup);
        for (way, outcome) in WAYS.iter().zip(outcomes) {
            if outcome == Some(false) {
                let run = setup.examined(&["--probe", "--client-auth", way, "--output", "json"]);
                let report: Value = serde_json::from_str(&run.stdout).unwrap();
                assert_works(&report, outcomes, &run);
                certain += usize::from(assert_proved(&report, outcomes, &run));
            }
        }
    }
    assert!(certain > 20, "{certain}");
}

/// That the way that is proposed works, and that one is proposed if any works.
fn assert_works(report: &Value, outcomes: [Option<bool>; 3], run: &Run) {
    let change = report["verdict"]["change"]["flag"].as_str();
    let found = change.and_then(|flag| flag.strip_prefix("--client-auth "));
    let works = |way: &str| outcomes[WAYS.iter().position(|own| *own == way).unwrap()];
    assert_eq!(
        found.is_some(),
        outcomes.contains(&Some(true)),
        "{}",
        run.stdout
    );
    assert!(
        found.is_none_or(|found| works(found) == Some(true)),
        "{}",
        run.stdout
    );
    assert_eq!(
        run.code,
        if found.is_some() { 3 } else { 4 },
        "{}",
        run.stdout
    );
}

/// That what is certain is so, and whether anything is.
fn assert_proved(report: &Value, [encoded, raw, body]: [Option<bool>; 3], run: &Run) -> bool {
    let first = &report["findings"][0];
    if first["confidence"] != "certain" {
        return false;
    }
    let excluded = match first["title"].as_str().unwrap() {
        "The server wants the credentials in the body" => vec![encoded, raw],
        "The server wants the credentials as Basic" => vec![body],
        "The server wants Basic with id and secret as they are" => vec![encoded],
        "The server wants Basic with id and secret form-encoded" => vec![raw],
        title => panic!("{title}"),
    };
    let are_refused = excluded.iter().all(|outcome| *outcome == Some(false));
    assert!(are_refused, "{:?}: {}", [encoded, raw, body], run.stdout);
    true
}

#[test]
fn refusals_whose_bodies_are_too_long_are_probed_like_short_ones() {
    // With this secret there are three ways.
    for refusals in [1, 2] {
        let builder = Sandbox::builder().with_custom_client("the-client", "p+s%41s/word=9z");
        let setup = DoctorFixture::custom(builder.start().unwrap());
        let refusal = Reply::text(401, &"Unauthorized ".repeat(200_000));
        let custom = setup.sandbox().custom();
        custom.decode_basic(SecretDecoding::Either);
        custom.fail_next(refusals, refusal);
        let run = setup.examined(&["--probe"]);
        assert!(
            run.stdout.contains("\n  set:  --client-auth "),
            "{}",
            run.stdout
        );
        assert_eq!((run.code, setup.token_requests()), (3, refusals + 1));
    }
}

#[test]
fn an_id_with_a_colon_is_probed_in_the_body_only_and_nothing_is_certain() {
    let builder = Sandbox::builder().with_custom_client("the:client", "letters-only");
    let setup = DoctorFixture::custom(builder.start().unwrap());
    setup.sandbox().custom().decode_basic(SecretDecoding::Raw);
    let run = setup.examined(&["--probe"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    let placements: Vec<Placement> = setup
        .sandbox()
        .custom()
        .token_server()
        .received()
        .iter()
        .map(Received::placement)
        .collect();
    assert_eq!(placements, [Placement::Basic, Placement::Body]);
    assert!(run.stdout.contains("(CXA-306, likely)"), "{}", run.stdout);
    let why = "a colon in the id leaves no raw Basic to compare with";
    assert!(run.stdout.contains(why), "{}", run.stdout);
}

#[test]
fn a_scope_fault_that_the_text_shows_stays_first_where_no_scope_works() {
    for (scope, code) in [("read,write", "CXA-401"), ("openid read", "CXA-402")] {
        let setup = DoctorFixture::custom(Sandbox::start()).set("CXONE_AUTH_SCOPE", scope);
        let run = setup.examined(&["--probe", "--output", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let codes = [0, 1].map(|place| report["findings"][place]["code"].as_str().unwrap());
        assert_eq!((codes, run.code), ([code, "CXA-405"], 3), "{}", run.stdout);
        assert_eq!(report["verdict"]["change"], Value::Null, "{}", run.stdout);
        let evidence = report["findings"][1]["evidence"].as_str().unwrap();
        assert_eq!(evidence, "a token came this way: without scope");
        let run = setup.examined(&["--probe"]);
        let set = "\n  set:  scope, which comes from CXONE_AUTH_SCOPE\n";
        assert!(run.stdout.contains(set), "{}", run.stdout);
        assert_eq!(setup.token_requests(), 4);
    }
}
