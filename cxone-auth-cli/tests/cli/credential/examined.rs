//! What `inspect`, `doctor` and `config show` say of a client without a secret.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use cxone_auth_tests::Authority;
use serde_json::{Value, json};

use super::fixture::{assertion, generous, key, run, strict};
use crate::fixture::{Fixture, Run};

#[test]
fn each_command_says_how_the_client_authenticates() {
    let fixture = Fixture::new();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let server = generous();
    let key = ["--key", "key.pem", "--key-id", "k1"];
    for command in [&["inspect"][..], &["doctor"], &["inspect", "--output=json"]] {
        let said = run(&fixture, &server, &[command, &key].concat()).succeeded();
        for words in ["private_key_jwt: ES256, key id k1", &server.url("/token")] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    // The form that keygen gives it.
    let id = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s";
    let key = ["--key", "key.pem", "--key-id", id];
    let said = run(&fixture, &server, &[&["config", "show"][..], &key].concat()).succeeded();
    assert!(said.contains("key.pem") && said.contains(id), "{said}");
}

/// Like the file of a secret.
#[test]
fn a_file_that_others_can_read_is_told() {
    let fixture = Fixture::new();
    let certificate = Authority::new().certificate();
    let own = assertion(&json!({ "iss": "https://kube.example", "sub": "pod-7" }));
    let (pem, key_pem) = (
        certificate.pem().to_owned(),
        certificate.key_pem().to_owned(),
    );
    let both = pem.clone() + &key_pem;
    for (file, text, arguments) in [
        ("key.pem", key("p256-pkcs8.pem"), &["--key", "key.pem"][..]),
        ("token", own, &["--assertion-file", "token"]),
        (
            "cert.key",
            key_pem,
            &["--cert", "cert.pem", "--cert-key", "cert.key"],
        ),
        ("both.pem", both, &["--cert", "both.pem"]),
    ] {
        fixture.home.write("cert.pem", &pem);
        let path = fixture.home.write(file, &text);
        for (mode, is_told) in [(0o640, true), (0o604, true), (0o600, false)] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let client = [
                "--token-url",
                "https://login.example.com/token",
                "--client-id",
                "an-id",
            ];
            let mut command = fixture.bare(&[&["inspect"], &client[..], arguments].concat());
            let said = Run::of(&mut command).succeeded();
            let expected =
                format!("({file}): others on this machine can read the file: chmod 600 it");
            assert_eq!(said.contains(&expected), is_told, "{mode:o} {said}");
        }
    }
}

#[test]
fn an_assertion_is_shown_by_its_claims() {
    let fixture = Fixture::new();
    let claims = json!({ "iss": "https://kube.example", "sub": "pod-7", "exp": 1_000 });
    let own = assertion(&claims);
    fixture.home.write("token", &own);
    let server = generous();
    for (command, code) in [("inspect", 4), ("doctor", 4)] {
        let run = run(&fixture, &server, &[command, "--assertion-file", "token"]);
        assert_eq!(run.code, code, "{}", run.stderr);
        let said = run.stdout + &run.stderr;
        for words in ["https://kube.example", "pod-7", "expired", "CXA-905"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!said.contains(&own));
        assert!(!said.contains("nothing found"), "{said}");
    }
    assert_eq!(server.request_count(), 0);
}

#[test]
fn the_doctor_tries_nothing_else_with_a_key() {
    let fixture = Fixture::new();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let server = strict();
    let arguments = ["doctor", "--probe", "--key", "key.pem", "--scope", "read"];
    let run = run(&fixture, &server, &arguments);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert_eq!(server.request_count(), 1);
    assert!(
        run.stdout.contains("only a secret can be sent"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("--client-auth basic"),
        "{}",
        run.stdout
    );
}

/// The names of settings in a report are those that a user types.
#[test]
fn a_refused_key_is_called_by_the_programs_names() {
    let fixture = Fixture::new();
    fixture.home.write("key.pem", &key("p256-pkcs8.pem"));
    let server = strict();
    let arguments = ["doctor", "--output=json", "--key", "key.pem"];
    let report: Value = serde_json::from_str(&run(&fixture, &server, &arguments).stdout).unwrap();
    let text = report.to_string();
    for words in ["CXA-901", "CXA-903", "--assertion-audience"] {
        assert!(text.contains(words), "{words}: {report:#}");
    }
}

#[test]
fn the_audience_of_a_file_is_shown_and_that_of_the_server_is_not_taken_for_it() {
    let fixture = Fixture::new();
    let claims = json!({
        "iss": "a-client", "sub": "a-client", "aud": "https://other.example", "exp": 9_999_999_999_u64
    });
    fixture.home.write("token", &assertion(&claims));
    let server = strict();
    let inspected = run(&fixture, &server, &["inspect", "--assertion-file", "token"]).succeeded();
    assert!(
        inspected.contains("audience https://other.example"),
        "{inspected}"
    );
    let arguments = ["doctor", "--output=json", "--assertion-file", "token"];
    let run = run(&fixture, &server, &arguments);
    assert_eq!(run.code, 4, "{}", run.stdout);
    let said = "its audience is https://other.example";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert!(
        !run.stdout.contains("sent as the audience"),
        "{}",
        run.stdout
    );
    assert_eq!(server.request_count(), 1);
}
