//! Variables that look like settings, and are not read.

use std::process::Command;

use crate::fixture::{Fixture, Run};

const SLIP: (&str, &str) = ("CXONE_AUTH_REGON", "hunter2-region");

const TOLD: &str = "CXONE_AUTH_REGON is not read: use CXONE_AUTH_REGION";

fn with_a_slip(mut command: Command) -> Run {
    let run = Run::of(command.env(SLIP.0, SLIP.1));
    let both = format!("{}{}", run.stdout, run.stderr);
    assert!(!both.contains(SLIP.1), "{both}");
    run
}

#[test]
fn a_command_that_shows_the_settings_warns_of_it_once() {
    let fixture = Fixture::new();
    for command in [&["config", "show"][..], &["inspect"]] {
        let run = with_a_slip(fixture.genesys(command));
        assert_eq!(run.stderr, format!("cxone-auth: warning: {TOLD}\n"));
        assert_eq!(run.code, 0);
    }
}

#[test]
fn a_script_is_told_if_its_token_does_not_come() {
    let fixture = Fixture::new();
    let run = with_a_slip(fixture.genesys(&["token"]));
    assert_eq!((run.code, &*run.stderr), (0, ""));
    for command in ["token", "header", "forget"] {
        let error = with_a_slip(fixture.bare(&[command])).failed(3);
        let (first, rest) = error.split_once('\n').unwrap();
        assert_eq!(first, format!("cxone-auth: warning: {TOLD}"));
        assert!(rest.starts_with("cxone-auth: no server is named"), "{rest}");
    }
    let error = with_a_slip(fixture.bare(&["token", "--quiet"])).failed(3);
    assert!(!error.contains("REGON"), "{error}");
}

#[test]
fn the_doctor_names_it_among_the_causes() {
    let fixture = Fixture::new();
    let run = with_a_slip(fixture.genesys(&["doctor"]));
    let verdict = "Verdict: A token comes with this configuration, but: A variable is not read: \
                   CXONE_AUTH_REGON (CXA-315, likely)\n";
    assert!(run.stdout.contains(verdict), "{}", run.stdout);
    assert_eq!((run.code, &*run.stderr), (0, ""));
    let cause = "\nVerdict: A variable is not read: CXONE_AUTH_REGON (CXA-315, likely)\n";
    let run = with_a_slip(fixture.bare(&["doctor"]));
    assert!(run.stdout.contains(cause), "{}", run.stdout);
    assert_eq!(run.code, 3);
    for arguments in [
        &["doctor", "--offline"][..],
        &["doctor", "--store", "/dev/null/x"],
    ] {
        let run = with_a_slip(fixture.genesys(arguments));
        assert!(
            run.stdout.contains("CXONE_AUTH_REGON (CXA-315"),
            "{}",
            run.stdout
        );
    }
    // It does not hide the store, which has the same code.
    let run = with_a_slip(fixture.genesys(&["doctor", "--store", "/dev/null/x"]));
    assert_eq!(run.stdout.matches("(CXA-315").count(), 2, "{}", run.stdout);
}

#[test]
fn the_doctor_names_a_slip_first_if_the_setting_that_it_means_is_missing() {
    let fixture = Fixture::new();
    for (slip, meant) in [
        ("CXONE_AUTH_CLIENTID", "CXONE_AUTH_CLIENT_ID"),
        ("CXONE_AUTH_CLIENT_SECRT", "CXONE_AUTH_CLIENT_SECRET"),
    ] {
        let mut command = fixture.genesys(&["doctor", "--offline"]);
        let run = Run::of(command.env_remove(meant).env(slip, "x"));
        let verdict = format!("Verdict: A variable is not read: {slip} (CXA-315, likely)\n");
        assert!(run.stdout.contains(&verdict), "{}", run.stdout);
        assert_eq!(run.code, 3);
    }
    let mut command = fixture.bare(&["doctor", "--offline"]);
    command.envs(fixture.cxone_variables());
    command.env_remove("CXONE_AUTH_ACCESS_KEY_SECRET");
    let run = Run::of(command.env("CXONE_AUTH_ACCESSKEY_SECRET", "x"));
    assert!(
        run.stdout
            .contains("Verdict: A variable is not read: CXONE_AUTH_ACCESSKEY_SECRET (CXA-315"),
        "{}",
        run.stdout
    );
    // What has nothing to do with it stays behind.
    let mut command = fixture.genesys(&["doctor", "--offline"]);
    command.env_remove("CXONE_AUTH_CLIENT_ID");
    let run = Run::of(command.env("CXONE_AUTH_TIMEOUTS", "x"));
    assert!(
        run.stdout.contains("(CXA-112, certain)\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_error_beside_a_slip_advises_to_give_the_id_first() {
    let fixture = Fixture::new();
    let mut command = fixture.genesys(&["token"]);
    command.env_remove("CXONE_AUTH_CLIENT_ID");
    let error = Run::of(command.env("CXONE_AUTH_CLIENTID", "x")).failed(3);
    let told = "CXONE_AUTH_CLIENTID is not read: use CXONE_AUTH_CLIENT_ID\n";
    assert!(error.contains(told), "{error}");
    let advice = "CXONE_AUTH_CLIENT_SECRET is set without a client id: give the id, or unset it";
    assert!(error.contains(advice), "{error}");
}
