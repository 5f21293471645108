//! `token_source_from_env` of each adapter: what the variables of a process make it send.
//!
//! A process's environment cannot be changed safely while it runs, so each test runs this binary
//! again, with one test and the variables set.

#![cfg(test)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use cxone_auth_tests::{Reply, Server};
use serde_json::json;

const STACKS: [&str; 3] = ["reqwest", "hyper", "blocking"];

/// Asks for a token by the adapter that a variable names.
#[test]
#[ignore = "the other tests run it, in a process with variables of its own"]
fn token_of_the_other_process() {
    let told = match std::env::var("FROM_ENV_STACK").unwrap().as_str() {
        "blocking" => cxone_auth_blocking::token_source_from_env()
            .and_then(|source| source.token())
            .map(|token| token.expose_secret().to_owned()),
        stack => in_a_runtime(stack),
    };
    println!("told: {}", told.unwrap_or_else(|error| error.to_string()));
}

fn in_a_runtime(stack: &str) -> Result<String, cxone_auth_core::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let source = match stack {
            "reqwest" => cxone_auth_reqwest::token_source_from_env().await?,
            _ => cxone_auth_hyper::token_source_from_env().await?,
        };
        let token = source.token().await?;
        Ok(token.expose_secret().to_owned())
    })
}

/// Returns what the adapter got, in a process with these variables alone.
fn told(stack: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "token_of_the_other_process",
            "--ignored",
            "--nocapture",
        ])
        .env_clear()
        .env("FROM_ENV_STACK", stack)
        .envs(
            variables
                .iter()
                .map(|(name, value)| (format!("CXONE_AUTH_{name}"), *value)),
        );
    let output = command.output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = out.lines().find_map(|line| line.split_once("told: "));
    told.unwrap_or_else(|| panic!("{out}")).1.to_owned()
}

fn granted() -> Reply {
    let body = json!({"access_token": "the-token", "token_type": "Bearer", "expires_in": 3600});
    Reply::json(200, &body)
}

fn key(name: &str) -> String {
    let keys = "../cxone-auth-credentials/tests/keys";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(keys)
        .join(name);
    path.display().to_string()
}

#[test]
fn a_secret_in_a_file_is_sent_without_its_newline() {
    let name = format!("cxone-auth-from-env-{}", std::process::id());
    let file = std::env::temp_dir().join(name);
    fs::write(&file, "the-secret\n").unwrap();
    for stack in STACKS {
        let server = Server::http(|_| granted());
        let variables = [
            ("TOKEN_URL", &*server.url("/token")),
            ("CLIENT_ID", "the-client"),
            ("CLIENT_SECRET_FILE", file.to_str().unwrap()),
            ("CLIENT_AUTH", "body"),
        ];
        assert_eq!(told(stack, &variables), "the-token", "{stack}");
        let [request] = &server.received()[..] else {
            panic!("{stack} sent not one request");
        };
        let body = String::from_utf8_lossy(&request.body);
        assert!(body.contains("client_secret=the-secret"), "{stack}: {body}");
        assert!(!body.contains("%0A"), "{stack}: {body}");
    }
    fs::remove_file(file).unwrap();
}

#[test]
fn a_key_signs_the_assertion_of_a_server_that_an_issuer_names() {
    for stack in STACKS {
        let server = Server::http(|request| {
            let issuer = format!("http://{}", request.header("host").unwrap());
            let endpoint = format!("{issuer}/token");
            match request.target.as_str() {
                "/token" => granted(),
                _ => Reply::json(200, &json!({"issuer": issuer, "token_endpoint": endpoint})),
            }
        });
        let issuer = server.url("/");
        let variables = [
            ("DISCOVER", issuer.trim_end_matches('/')),
            ("CLIENT_ID", "the-client"),
            ("KEY", &*key("p256-pkcs8.pem")),
            ("KEY_ID", "one"),
        ];
        assert_eq!(told(stack, &variables), "the-token", "{stack}");
        let requests = server.received();
        let paths: Vec<&str> = requests.iter().map(|own| own.target.as_str()).collect();
        let metadata = "/.well-known/oauth-authorization-server";
        assert_eq!(paths, [metadata, "/token"], "{stack}");
        let body = String::from_utf8_lossy(&requests[1].body).into_owned();
        assert!(body.contains("client_assertion=ey"), "{stack}: {body}");
    }
}

#[test]
fn what_is_missing_or_unreadable_is_named_and_nothing_is_sent() {
    for stack in STACKS {
        let server = Server::http(|_| granted());
        let url = server.url("/token");
        for (variables, expected) in [
            (
                &[("CLIENT_ID", "the-client")][..],
                "CXONE_AUTH_CLIENT_SECRET is not set",
            ),
            (
                &[
                    ("CLIENT_ID", "the-client"),
                    ("CLIENT_SECRET_FILE", "/nowhere/secret"),
                ],
                "/nowhere/secret",
            ),
            (
                &[("CLIENT_ID", "the-client"), ("KEY", "/nowhere/key.pem")],
                "/nowhere/key.pem",
            ),
        ] {
            let all = [&[("TOKEN_URL", &*url)], variables].concat();
            let told = told(stack, &all);
            assert!(told.contains(expected), "{stack}: {told}");
        }
        assert_eq!(server.request_count(), 0, "{stack}");
    }
}
