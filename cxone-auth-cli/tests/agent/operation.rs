//! How the agent starts, reads its profiles again, and ends.

use std::process::Stdio;
use std::thread;

use cxone_auth_tests::{Gate, Reply, Server};

use crate::fixture::{Agent, Fixture, bearer, profile};
use crate::gateway::Api;

#[test]
fn health_needs_no_secret_and_says_nothing_else() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&[]);
    let response = agent.send("GET", "/healthz", "", "");
    assert_eq!(
        (response.status, &*response.text()),
        (200, "{\"status\":\"ok\"}")
    );
    agent
        .send("POST", "/healthz", "", "")
        .failed(405, "invalid_request");
    assert_eq!(fixture.sandbox.genesys().token_requests(), 0);
}

#[test]
fn only_the_profiles_that_are_named_are_served() {
    let fixture = Fixture::new();
    let agent = fixture.agent(&["--profile", "other"]);
    assert_eq!(agent.token("other", "").status, 200);
    agent.token("prod", "").failed(404, "invalid_request");
}

#[test]
fn a_profile_that_cannot_be_served_is_named() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let run = |config: &str, arguments: &[&str]| {
        fixture.config(config);
        let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
        let run = command.args(arguments).output().unwrap();
        assert_eq!(run.status.code(), Some(3));
        assert_eq!(String::from_utf8(run.stdout).unwrap(), "");
        String::from_utf8(run.stderr).unwrap()
    };
    let empty = run("", &[]);
    assert!(
        empty.contains("no profile") && empty.contains("/config.toml"),
        "{empty}"
    );
    let anywhere = "[profile.bare]\nclient-id = \"x\"\nclient-secret-file = \"secret-prod\"\n";
    let anywhere = run(anywhere, &[]);
    assert!(
        anywhere.contains("; profile bare names none\n"),
        "{anywhere}"
    );
    for (misplaced, expected) in [
        (
            "[production]\nregion = \"x\"\n",
            "write it as [profile.production]",
        ),
        ("[profiles.a]\nregion = \"x\"\n", "write it as [profile.a]"),
        ("[profile]\nregion = \"x\"\n", "write it as [profile.NAME]"),
    ] {
        let stderr = run(misplaced, &[]);
        assert!(stderr.contains(expected), "{stderr}");
    }
    let good = profile("prod", "genesys-cloud", genesys);
    assert!(run(&good, &["--profile", "absent"]).contains("absent"));
    let spaced = good.replace("profile.prod", "profile.\"a b\"");
    assert!(run(&spaced, &["--profile", "a b"]).contains("cannot stand in a path"));
    assert!(run(&spaced, &[]).contains("a b is not served"));
    let broken = good
        + "[profile.broken]\nregion = \"nowhere-1\"\nclient-id = \"x\"\n\
                   client-secret-file = \"secret-prod\"\n";
    let stderr = run(&broken, &[]);
    assert!(
        stderr.contains("nowhere-1") && stderr.contains("profile broken"),
        "{stderr}"
    );
    assert!(
        stderr.contains("or serve only some: --profile NAME"),
        "{stderr}"
    );
}

#[test]
fn without_a_configuration_a_profile_is_shown() {
    let fixture = Fixture::new();
    std::fs::remove_file(fixture.home.path().join(".config/cxone-auth/config.toml")).unwrap();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
    let run = command.output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(3), "{stderr}");
    for expected in [
        "/config.toml",
        "cxone-auth exec",
        "[profile.production]",
        "client-id = ",
    ] {
        assert!(stderr.contains(expected), "{expected}: {stderr}");
    }
    // What is shown is a profile, once it has values.
    let start = stderr.find("  [profile.").unwrap();
    let end = stderr.find("A variable such").unwrap();
    fixture.config(&stderr[start..end]);
    fixture
        .home
        .write(".config/cxone-auth/production.secret", "a-secret");
    assert_eq!(
        fixture.agent(&[]).send("GET", "/healthz", "", "").status,
        200
    );
}

#[test]
fn an_agent_names_the_keys_of_a_profile_and_no_flag() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let good = profile("prod", "genesys-cloud", genesys);
    let without = |key: &str| {
        let lines = good.split_inclusive('\n');
        lines
            .filter(|line| !line.starts_with(key))
            .collect::<String>()
    };
    for (config, key) in [
        (without("client-id"), "client-id = … in the profile"),
        (
            without("client-secret"),
            "client-secret-file = … in the profile",
        ),
        (
            good.clone() + "store = \"redis://127.0.0.1:1\"\n",
            "store-key-file",
        ),
    ] {
        fixture.config(&config);
        let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
        let stderr = String::from_utf8(command.output().unwrap().stderr).unwrap();
        assert!(stderr.contains(key), "{key}: {stderr}");
        assert!(
            !stderr.contains("--") && !stderr.contains("CXONE_AUTH"),
            "{stderr}"
        );
    }
    // An API whose address nobody knows.
    fixture.config(&profile("other", "custom", fixture.sandbox.custom()).replace("api-base", "#"));
    let agent = fixture.agent(&[]);
    let response = agent.get("/other/x", &agent.login("other"));
    assert_eq!(response.json()["finding"]["code"], "CXA-812");
    assert!(!response.text().contains("--"), "{}", response.text());
    assert!(
        response.text().contains("api-base in the profile"),
        "{}",
        response.text()
    );
}

/// Sends a hang-up, and waits for what the agent says of it.
pub(crate) fn reload(agent: &mut Agent, expected: &str) {
    agent.signal("HUP");
    agent.wait_for_line(expected);
}

#[test]
fn profiles_are_read_again_and_keep_their_tokens() {
    let fixture = Fixture::new();
    let (genesys, custom) = (fixture.sandbox.genesys(), fixture.sandbox.custom());
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let mut agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    let before = agent.token("prod", "").member("access_token");
    let (prod, other) = (
        profile("prod", "genesys-cloud", genesys),
        profile("other", "custom", custom),
    );

    // A broken file changes nothing.
    for broken in ["not toml", "", "[profile.prod]\nregion = \"nowhere-1\"\n"] {
        fixture.config(broken);
        reload(&mut agent, "stay as they were");
        assert_eq!(agent.token("prod", "").member("access_token"), before);
        assert_eq!(agent.token("other", "").status, 200);
    }
    // One profile goes, another comes, and the third keeps its token.
    fixture
        .home
        .write(".config/cxone-auth/secret-new", &custom.client_secret());
    let new = other
        .replace("profile.other", "profile.new")
        .replace("secret-other", "secret-new");
    fixture.config(&(prod.clone() + &new));
    reload(&mut agent, "read again");
    assert_eq!(agent.token("prod", "").member("access_token"), before);
    assert_eq!(genesys.token_requests(), 1);
    assert_eq!(agent.token("new", "").status, 200);
    agent.token("other", "").failed(404, "invalid_request");
    // Another client has another token.
    fixture.config(&(prod.replace(&genesys.client_id(), "another") + &new));
    reload(&mut agent, "read again");
    agent.token("prod", "").failed(503, "server_error");
    assert_eq!(genesys.token_requests(), 2);
}

#[test]
fn the_log_repeats_nothing_of_a_request() {
    let fixture = Fixture::new();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    let secret = agent.secret().to_owned();
    for (method, path, status) in [
        ("GET", format!("/{secret}/x"), 404),
        ("POST", format!("/{secret}/oauth/token"), 404),
        ("GET", format!("/prod/oauth/{secret}"), 404),
        ("GET", format!("/prod/{secret}"), 401),
        (&secret, "/prod/x".to_owned(), 401),
    ] {
        let response = agent.send(method, &path, "", "");
        assert_eq!(response.status, status, "{method} {path}");
    }
    let log = agent.log();
    assert_eq!(log.matches("GET: 404: ").count(), 2, "{log}");
    assert!(!log.contains(&secret), "{log}");
}

#[test]
fn a_reload_that_fails_changes_no_profile() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let elsewhere = Server::http(|_| Reply::text(200, "elsewhere"));
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let mut agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    let token = agent.login("prod");
    let moved = profile("prod", "genesys-cloud", genesys);
    let moved = moved.replace(&genesys.api_base(), &elsewhere.url(""));
    fixture.config(&(moved.clone() + "[profile.zz]\nregion = \"nowhere-1\"\n"));
    let health = |agent: &Agent| agent.get("/healthz", "").text();
    assert_eq!(health(&agent), "{\"status\":\"ok\"}");
    reload(&mut agent, "stay as they were");
    let said = health(&agent);
    assert!(
        said.contains("could not be read again") && said.contains("\"ok\""),
        "{said}"
    );
    let path = "/prod/api/v2/users";
    assert_eq!(agent.get(path, &token).status, 200);
    assert_eq!((genesys.api_requests(), elsewhere.request_count()), (1, 0));
    // Without the broken profile, it takes effect.
    fixture.config(&moved);
    reload(&mut agent, "read again");
    assert_eq!(health(&agent), "{\"status\":\"ok\"}");
    assert_eq!(agent.get(path, &token).text(), "elsewhere");
    assert_eq!((genesys.api_requests(), genesys.token_requests()), (1, 1));
}

#[test]
fn a_reload_ends_a_cool_down() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    genesys.disable_client();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let mut agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    agent.token("prod", "").failed(503, "server_error");
    genesys.enable_client();
    agent.token("prod", "").failed(503, "server_error");
    reload(&mut agent, "read again");
    assert_eq!(agent.token("prod", "").status, 200);
    assert_eq!(genesys.token_requests(), 2);
}

#[test]
fn requests_in_flight_end_before_the_agent_does() {
    let gate = Gate::new();
    let held = gate.clone();
    let mut api = Api::of(move |_| Reply::text(200, "at last").after(&held));
    let port = api.agent.port.unwrap();
    let mut connection = api.agent.connect();
    connection.write(format!(
        "GET /prod/x HTTP/1.1\r\nHost: {port}\r\n{}\r\n",
        bearer(&api.token)
    ));
    // One that sends no request is closed before.
    let mut idle = api.agent.connect();
    api.server
        .wait_for_requests(1, std::time::Duration::from_secs(20));
    api.agent.signal("TERM");
    assert_eq!(idle.rest(), b"");
    while std::net::TcpStream::connect(port).is_ok() {
        thread::yield_now();
    }
    gate.open();
    let response = connection.response();
    assert_eq!((response.status, &*response.text()), (200, "at last"));
    assert_eq!(response.field("connection"), Some("close"));
    assert_eq!(api.agent.wait(), Some(0));
}

#[test]
fn an_agent_that_ends_takes_its_socket_with_it() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("own.sock");
    let mut command = fixture.command(&["--socket", path.to_str().unwrap()]);
    let mut agent = Agent::start(&mut command, &fixture.secret_path());
    assert!(path.exists());
    agent.signal("INT");
    assert_eq!(agent.wait(), Some(0));
    assert!(!path.exists());
}

#[test]
fn no_secret_and_no_token_is_logged() {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0", "--verbose"]);
    let agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    let platform = agent.token("prod", "").member("access_token");
    let gateway = agent.login("prod");
    let path = "/prod/api/v2/users?apikey=a-secret-of-a-query";
    agent.get(path, &gateway);
    agent.get(path, "a-wrong-token");
    genesys.disable_client();
    agent.get(path, &gateway);
    agent.token("prod", "&client_assertion=a-secret-in-a-form");
    let secrets = [
        platform,
        gateway,
        agent.secret().to_owned(),
        genesys.client_secret(),
        "a-secret-of-a-query".to_owned(),
        "a-wrong-token".to_owned(),
        "a-secret-in-a-form".to_owned(),
    ];
    let log = agent.log();
    assert!(log.contains("prod") && log.contains("401"), "{log}");
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret}: {log}");
    }
}

/// One stray secret would serve every profile that lacks one.
#[test]
fn variables_fill_no_profile() {
    let fixture = Fixture::new();
    let (genesys, secret) = (fixture.sandbox.genesys(), "hunter2-secret");
    let variables = [
        ("CXONE_AUTH_CLIENT_ID", "a-stray-id".to_owned()),
        ("CXONE_AUTH_CLIENT_SECRET", secret.to_owned()),
        ("CXONE_AUTH_API_BASE", genesys.api_base()),
        (
            "CXONE_AUTH_TOKEN_URL",
            "https://id.example.com/t".to_owned(),
        ),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", secret.to_owned()),
    ];
    // They do not keep profiles that are complete from being served.
    let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
    let agent = Agent::start(command.envs(variables.clone()), &fixture.secret_path());
    for profile in ["prod", "other"] {
        assert_eq!(agent.token(profile, "").status, 200);
    }
    drop(agent);
    fixture.config("[profile.a]\nregion = \"us-east-1\"\nclient-id = \"x\"\n");
    let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
    let run = command.envs(variables).output().unwrap();
    let error = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(3), "{error}");
    for part in [
        "warning: the agent does not read CXONE_AUTH_TOKEN_URL, CXONE_AUTH_API_BASE, \
         CXONE_AUTH_CLIENT_ID, CXONE_AUTH_CLIENT_SECRET: set them in each profile\n",
        "client-secret-file = … in the profile is not set",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!error.contains(secret), "{error}");
}
