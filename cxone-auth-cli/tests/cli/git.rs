//! What git is told, and what it is not told, as a credential helper.

mod real;

use cxone_auth_tests::Reply;

use crate::fixture::{Fixture, Run};

/// The helper asked by `git credential`, with no origin of the configuration but these.
fn asked(fixture: &Fixture, hosts: &str, question: &str) -> Run {
    let arguments = ["token", "--output", "git-credential", "get"];
    let mut command = fixture.genesys(&arguments);
    command.env("CXONE_AUTH_API_BASE", "https://git.good.example/api");
    command.env("CXONE_AUTH_GIT_HOST", hosts);
    Run::with_input(&mut command, question)
}

const HOSTS: &str = "second.example Port.example:8443 http://localhost:3000 https://[::1]:9443";

/// Each of these is about another origin, or about none that is certain.
const OTHER_HOSTS: &[&str] = &[
    "",
    "\n",
    "protocol=https\n",
    "host=git.good.example\n",
    "protocol=https\nhost=evil.example\n",
    "protocol=http\nhost=git.good.example\n",
    "protocol=HTTP\nhost=git.good.example\n",
    "protocol=HTTPS\nhost=git.good.example\n",
    "protocol=ftp\nhost=git.good.example\n",
    "protocol=smtp\nhost=git.good.example\n",
    "protocol= https\nhost=git.good.example\n",
    "protocol=\nhost=git.good.example\n",
    "protocol=https\nhost=\n",
    // Another host or port.
    "protocol=https\nhost=git.good.example.\n",
    "protocol=https\nhost=git.good.example.evil.example\n",
    "protocol=https\nhost=evil.git.good.example\n",
    "protocol=https\nhost=good.example\n",
    "protocol=https\nhost=git.good.example:8443\n",
    "protocol=https\nhost=git.good.example:80\n",
    "protocol=https\nhost=git.good.example:\n",
    "protocol=https\nhost=port.example\n",
    "protocol=https\nhost=port.example:443\n",
    "protocol=https\nhost=localhost:3000\n",
    "protocol=http\nhost=localhost\n",
    "protocol=http\nhost=127.0.0.1:3000\n",
    "protocol=http\nhost=[::1]:9443\n",
    "protocol=http\nhost=second.example\n",
    // What is not a host.
    "protocol=https\nhost=me@git.good.example\n",
    "protocol=https\nhost=git.good.example@evil.example\n",
    "protocol=https\nhost=git.good.example/\n",
    "protocol=https\nhost=git.good.example#.evil.example\n",
    "protocol=https\nhost=git.good.example?.evil.example\n",
    "protocol=https\nhost=git.good.example\\.evil.example\n",
    "protocol=https\nhost=git.good.example evil.example\n",
    "protocol=https\nhost=git.good.example%2eevil.example\n",
    "protocol=https\nhost=https://git.good.example\n",
    "protocol=https://git.good.example/\nhost=evil.example\n",
    // Two readings.
    "protocol=https\nhost=git.good.example\nhost=evil.example\n",
    "protocol=https\nhost=evil.example\nhost=git.good.example\n",
    "protocol=https\nhost=git.good.example\nhost=second.example\n",
    "protocol=http\nprotocol=https\nhost=git.good.example\n",
    "protocol=https\nprotocol=smtp\nhost=git.good.example\n",
    "url=https://evil.example/\n",
    "url=https://git.good.example@evil.example/\n",
    "url=https://me@git.good.example/\n",
    "url=https://evil.example\\@git.good.example/\n",
    "url=http://git.good.example/\n",
    "url=git.good.example\n",
    "url=\nprotocol=https\nhost=git.good.example\n",
    "url=https://evil.example/\nprotocol=https\nhost=git.good.example\n",
    "protocol=https\nhost=git.good.example\nurl=https://evil.example/\n",
    "protocol=https\nhost=git.good.example\nurl=http://git.good.example/\n",
    // Lines that git does not send, and what stands behind the question.
    "protocol=https\r\nhost=git.good.example\r\n\r\n",
    "protocol=https\nhost=git.good.example\r.evil.example\n",
    "protocol=https\nhost=git.good.example\0.evil.example\n",
    "protocol=https\nhost=git.good.example\npath=a\0b\n",
    "protocol=https\nhost=git.good.example\nnonsense\n",
    "protocol=https\n\nhost=git.good.example\n",
    "Protocol=https\nHost=git.good.example\n",
];

#[test]
fn another_origin_gets_nothing_and_costs_no_request() {
    let fixture = Fixture::new();
    for question in OTHER_HOSTS {
        let run = asked(&fixture, HOSTS, question);
        assert_eq!(
            (run.code, &*run.stdout, &*run.stderr),
            (0, "", ""),
            "{question:?}"
        );
    }
    let long = format!(
        "protocol=https\nhost=git.good.example\npath={}\n",
        "a".repeat(2 << 20)
    );
    assert_eq!(asked(&fixture, HOSTS, &long).succeeded(), "");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn the_origins_of_the_configuration_get_the_token() {
    let fixture = Fixture::new();
    for question in [
        "protocol=https\nhost=git.good.example\n\n",
        "protocol=https\nhost=git.good.example",
        "protocol=https\nhost=git.good.example:443\n",
        "protocol=https\nhost=GIT.Good.example\n",
        "protocol=https\nhost=git.good.example\npath=a/b=c.git\nusername=oauth2\nunknown=x\n",
        "protocol=https\nhost=second.example\n",
        "protocol=https\nhost=port.example:8443\n",
        "protocol=http\nhost=localhost:3000\n",
        "protocol=https\nhost=[::1]:9443\n",
        "protocol=https\nprotocol=https\nhost=git.good.example\nhost=git.good.example:443\n",
        "url=https://git.good.example\n",
        "url=https://git.good.example:443/a@b.git\n",
        "protocol=https\nhost=git.good.example\nurl=https://git.good.example/?a\n",
        "protocol=https\nhost=git.good.example\n\nhost=evil.example\n",
    ] {
        let response = asked(&fixture, HOSTS, question).succeeded();
        assert!(
            response.starts_with("username=oauth2\npassword="),
            "{question:?}: {response}"
        );
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

#[test]
fn the_api_of_the_platform_is_one_of_them_unless_another_is_named() {
    let fixture = Fixture::new();
    let question = "protocol=https\nhost=api.mypurecloud.com\n\n";
    assert_eq!(asked(&fixture, HOSTS, question).succeeded(), "");
    let mut command = fixture.genesys(&["token", "--output", "git-credential", "get"]);
    command.env_remove("CXONE_AUTH_API_BASE");
    let response = Run::with_input(&mut command, question).succeeded();
    assert!(response.contains("\npassword="), "{response}");
}

#[test]
fn a_bearer_token_goes_to_a_git_and_a_server_that_take_one() {
    let fixture = Fixture::new();
    for (lines, is_bearer) in [
        ("", false),
        ("capability[]=state\n", false),
        ("capability[]=authtype\n", true),
        ("capability[]=authtype\ncapability[]=state\n", true),
        ("capability[]=authtype\ncapability[]=\n", false),
        ("capability=authtype\n", false),
        ("wwwauth[]=Bearer\n", false),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=\"x\"\n",
            false,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=\"x, Bearer y\"\n",
            false,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=\"x\\\", Bearer y\"\n",
            false,
        ),
        ("capability[]=authtype\nwwwauth[]=Bearerish\n", false),
        (
            "capability[]=authtype\nwwwauth[]=bearer realm=\"x\"\n",
            true,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=\"x\", Bearer realm=\"y\"\n",
            true,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic\nwwwauth[]=Bearer\n",
            true,
        ),
        (
            "wwwauth[]=Bearer\ncapability[]=authtype\nwwwauth[]=\nwwwauth[]=Basic\n",
            false,
        ),
        ("capability[]=authtype\nwwwauth[]=Basic\nwwwauth[]=\n", true),
    ] {
        let question = format!("{lines}protocol=https\nhost=git.good.example\n\n");
        let response = asked(&fixture, "", &question).succeeded();
        let names: Vec<_> = response
            .lines()
            .filter_map(|line| line.split_once('='))
            .collect();
        let names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
        let expected: &[&str] = if is_bearer {
            &[
                "capability[]",
                "authtype",
                "credential",
                "ephemeral",
                "password_expiry_utc",
            ]
        } else {
            &["username", "password", "password_expiry_utc"]
        };
        assert_eq!(names, expected, "{lines:?}");
    }
}

#[test]
fn git_stops_asking_only_where_our_own_origin_has_no_token() {
    let fixture = Fixture::new();
    fixture.sandbox.genesys().fail_next(2, Reply::empty(503));
    let other = asked(&fixture, "", "protocol=https\nhost=evil.example\n\n");
    assert_eq!((other.code, &*other.stdout), (0, ""));
    let own = asked(&fixture, "", "protocol=https\nhost=git.good.example\n\n");
    assert_eq!((own.code, &*own.stdout), (5, "quit=1\n"), "{}", own.stderr);
    assert!(own.stderr.contains("503"), "{}", own.stderr);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 2);
}

#[test]
fn a_host_that_is_none_is_refused_and_not_shown() {
    let fixture = Fixture::new();
    for hosts in [
        "git.good.example/path",
        "http://git.good.example",
        "ftp://git.good.example",
        "https://me:hunter2@git.good.example",
        "me:hunter2@git.good.example",
        "second.example git.good.example:hunter2",
        "git.good.example.",
        "a,b",
    ] {
        let error = asked(&fixture, hosts, "protocol=https\nhost=git.good.example\n\n").failed(3);
        assert!(
            error.contains("CXONE_AUTH_GIT_HOST: ") && error.contains("host:port"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn hosts_are_named_by_flag_or_profile_like_any_other_setting() {
    let fixture = Fixture::new();
    fixture.config("[profile.git]\ngit-host = \"third.example fourth.example\"\n");
    for (flags, known) in [
        (
            &["--git-host", "first.example", "--git-host=second.example"][..],
            "second.example",
        ),
        (&["--profile", "git"], "fourth.example"),
    ] {
        let mut arguments = vec!["token", "--output", "git-credential"];
        arguments.extend(flags);
        arguments.push("get");
        let question = format!("protocol=https\nhost={known}\n\n");
        let response = Run::with_input(&mut fixture.genesys(&arguments), &question).succeeded();
        assert!(response.contains("\npassword="), "{flags:?}");
    }
    let shown = Run::of(&mut fixture.genesys(&["config", "show", "--profile", "git"])).succeeded();
    assert!(shown.contains("third.example fourth.example"), "{shown}");
}

#[test]
fn what_git_erases_of_another_origin_stays() {
    let fixture = Fixture::new();
    let question = "protocol=https\nhost=git.good.example\n";
    let response = asked(&fixture, "", question).succeeded();
    let erase = |host: &str| {
        let mut command = fixture.genesys(&["token", "--output", "git-credential", "erase"]);
        command.env("CXONE_AUTH_GIT_HOST", "git.good.example");
        command.env("CXONE_AUTH_API_BASE", "https://git.good.example/api");
        let question = format!("protocol=https\nhost={host}\n{response}");
        assert_eq!(Run::with_input(&mut command, &question).succeeded(), "");
    };
    erase("evil.example");
    assert_eq!(asked(&fixture, "", question).succeeded(), response);
    erase("git.good.example");
    assert_ne!(asked(&fixture, "", question).succeeded(), response);
    assert_eq!(fixture.sandbox.genesys().token_requests(), 2);
}
