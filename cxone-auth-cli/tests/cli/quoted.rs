//! What a server or an API quotes of the request, in each escape that servers use.

use std::fs;
use std::path::Path;

use cxone_auth_tests::{Reply, Server};
use serde_json::json;

use crate::fixture::{Fixture, Run, response};

/// How UserHub's request, and those who quote it, spell the access key's secret. The first is the
/// secret itself.
const SPELLINGS: [&str; 6] = [
    "ab\"CDotherCD\\efGHefGH/ij\u{e9}====",
    "ab\\\"CDotherCD\\\\efGHefGH/ij\u{e9}====",
    r#"ab\"CDotherCD\\efGHefGH\/ij\u00e9===="#,
    r"ab\u0022CDotherCD\\efGHefGH\/ij\u00E9\u003d\u003d\u003d\u003d",
    "ab%22CDotherCD%5CefGHefGH/ij%C3%A9%3D%3D%3D%3D",
    "ab&quot;CDotherCD\\efGHefGH&#x2F;ij\u{e9}====",
];

/// What is between the secret's escapes.
const PARTS: [&str; 2] = ["CDotherCD", "efGHefGH"];

#[track_caller]
fn assert_hidden(output: &str, parts: &[&str]) {
    for part in parts {
        assert!(!output.contains(part), "{part} in {output}");
    }
}

fn quoting(status: u16, quoted: &str) -> Reply {
    let message = format!("malformed <{quoted}> there");
    Reply::json(status, &json!({ "message": message }))
}

/// The texts of all files below a folder.
fn files(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap();
    let texts = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path)
        } else {
            String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
        }
    });
    texts.collect()
}

#[test]
fn an_access_key_that_user_hub_quotes_is_hidden_in_every_form() {
    for quoted in SPELLINGS {
        let fixture = Fixture::new();
        let reply = quoting(400, quoted);
        let server = Server::http(move |_| reply.clone());
        for arguments in [
            &["token"][..],
            &["token", "--force-refresh", "--verbose"],
            &["token", "--force-refresh", "--output", "json"],
            &["doctor"],
            &["doctor", "--verbose", "--output", "json"],
        ] {
            let mut command = fixture.bare(arguments);
            command
                .envs(fixture.user_hub_variables())
                .env("CXONE_AUTH_ACCESS_KEY_SECRET", SPELLINGS[0])
                .env("CXONE_AUTH_ISSUER", server.url(""));
            let run = Run::of(&mut command);
            let output = run.stdout + &run.stderr;
            assert!(output.contains("malformed <[redacted]> there"), "{output}");
            assert_hidden(&output, &PARTS);
        }
        let cached = files(fixture.home.path());
        assert_hidden(&cached, &PARTS);
        let sent = server.received();
        assert!(!sent.is_empty());
        for request in sent {
            assert_eq!(request.header("content-type"), Some("application/json"));
        }
    }
}

#[test]
fn neither_secret_nor_token_that_an_api_quotes_is_told() {
    let header = "x-auth-token=@token";
    for (status, quoted, shown) in [
        (401, "q1first/w2other2w+e3==", "<[redacted]>"),
        (401, "q1first/w2other2w+e3", "<[redacted]>"),
        (401, r"q1first\/w2other2w+e3==", "<[redacted]>"),
        (403, "q1first%2Fw2other2w%2be3%3D%3D", "<[redacted]>"),
        (400, "q1first%2Fw2other2w%2be3", "<[redacted]>"),
        (400, "hunter2-tok", "<[redacted]>"),
        (401, "Bearer hunter2-tok", "<[redacted]>"),
        (400, "s3crother%C3%A9t&it", "<[redacted]>"),
        (429, "s3crother\u{e9}t&amp;it", "<[redacted]>"),
        (400, "a Bearer of q1first", "<a Bearer of q1first>"),
    ] {
        let fixture = Fixture::new();
        fixture.home.write("token", "Bearer hunter2-tok");
        let genesys = fixture.sandbox.genesys();
        for flags in [&["--verbose"][..], &["--output", "json"]] {
            genesys.fail_next(1, response("q1first/w2other2w+e3==", 3_600));
            genesys.fail_next_api(1, quoting(status, quoted));
            let mut command = fixture.genesys(&["doctor", "--api", "--header", header]);
            command.env("CXONE_AUTH_CLIENT_SECRET", "s3crother\u{e9}t&it");
            let run = Run::of(command.args(flags));
            let output = run.stdout + &run.stderr;
            assert!(output.contains(shown), "{quoted}: {output}");
            assert_hidden(&output, &["w2other2w", "hunter2-tok", "s3crother"]);
        }
        assert_eq!(genesys.api_requests(), 2);
    }
}
