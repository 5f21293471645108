//! Bodies that arrive complete but with wrong content.

use std::time::Duration;

use super::outcome::{MISDIRECTED, UNUSABLE};
use super::{Fault, GOOD, Outcome, good};
use crate::Reply;

pub(super) fn faults() -> Vec<Fault> {
    [types(), bytes(), json(), numbers()].concat()
}

fn types() -> Vec<Fault> {
    vec![
        Fault::reply("json-as-html", "calls a good response text/html", || {
            good().header("content-type", "text/html")
        })
        .ends(&[Outcome::Token]),
        Fault::reply("json-without-type", "gives a good response no type", || {
            good().without_header("content-type")
        })
        .ends(&[Outcome::Token]),
        Fault::reply("html", "responds with 200 with a web page", || {
            Reply::text(200, PAGE).header("content-type", "text/html")
        })
        .ends(&[UNUSABLE]),
        Fault::reply("html-as-json", "calls a web page JSON", || json_body(PAGE)).ends(&[UNUSABLE]),
        Fault::reply("form", "responds in a form's encoding", || {
            Reply::text(200, "access_token=t0ken&token_type=bearer")
        })
        .ends(&[UNUSABLE]),
    ]
}

const PAGE: &str = "<!doctype html><title>Sign in</title><p>Welcome to the network</p>";

fn bytes() -> Vec<Fault> {
    vec![
        Fault::reply("bom", "begins with a byte order mark", || {
            json_body(&format!("\u{FEFF}{GOOD}"))
        })
        .ends(&[Outcome::Token]),
        Fault::reply("two-boms", "begins with two byte order marks", || {
            json_body(&format!("\u{FEFF}\u{FEFF}{GOOD}"))
        })
        .ends(&[UNUSABLE]),
        Fault::reply("utf-16", "responds in UTF-16", || {
            let units = "\u{FEFF}".encode_utf16().chain(GOOD.encode_utf16());
            let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
            Reply::response(200, bytes)
        })
        .ends(&[UNUSABLE]),
        Fault::reply(
            "invalid-utf8-in-token",
            "gives a token with bytes that are not UTF-8",
            || Reply::response(200, &b"{\"access_token\":\"t0\xFFken\"}"[..]),
        )
        .ends(&[UNUSABLE]),
        Fault::reply(
            "invalid-utf8-elsewhere",
            "gives such bytes in another member",
            || {
                Reply::response(
                    200,
                    &b"{\"access_token\":\"t0ken\",\"scope\":\"caf\xE9\"}"[..],
                )
            },
        )
        .ends(&[Outcome::Token]),
        Fault::reply("nul-in-token", "gives a token with a NUL", || {
            json_body("{\"access_token\":\"t0\0ken\"}")
        })
        .ends(&[UNUSABLE]),
        Fault::reply(
            "escaped-nul-in-token",
            "gives a token with an escaped NUL",
            || json_body(r#"{"access_token":"t0\u0000ken"}"#),
        )
        .ends(&[UNUSABLE]),
        Fault::reply(
            "line-end-in-token",
            "gives a token with an escaped line end and a header field behind it",
            || json_body(r#"{"access_token":"t0ken\r\nx-admin: 1"}"#),
        )
        .ends(&[UNUSABLE]),
        Fault::reply("nul-behind", "ends the body with NULs", || {
            json_body(&format!("{GOOD}\0\0\0"))
        })
        .ends(&[UNUSABLE]),
        Fault::reply("nothing-but-nul", "responds with NULs", || {
            json_body(&"\0".repeat(1_000))
        })
        .ends(&[UNUSABLE]),
    ]
}

fn json() -> Vec<Fault> {
    vec![
        Fault::reply("two-tokens", "gives the token twice", || {
            json_body(r#"{"access_token":"t0ken","access_token":"other"}"#)
        })
        .ends(&[UNUSABLE]),
        Fault::reply(
            "two-tokens-escaped",
            "gives the token twice, its name escaped once",
            || json_body(r#"{"access_token":"t0ken","access\u005ftoken":"other"}"#),
        )
        .ends(&[UNUSABLE]),
        Fault::reply("two-of-another", "gives an unknown member twice", || {
            json_body(r#"{"x":1,"access_token":"t0ken","x":2}"#)
        })
        .ends(&[Outcome::Token]),
        Fault::reply("two-objects", "gives two objects", || {
            json_body(&GOOD.repeat(2))
        })
        .ends(&[UNUSABLE]),
        Fault::reply(
            "deep-beside-the-token",
            "gives an unknown member of 100,000 nested arrays",
            || json_body(&format!(r#"{{"x":{},"access_token":"t0ken"}}"#, nested())),
        )
        .ends(&[Outcome::Token, UNUSABLE]),
        Fault::reply(
            "deep-as-the-token",
            "gives a token of 100,000 nested arrays",
            || json_body(&format!(r#"{{"access_token":{}}}"#, nested())),
        )
        .ends(&[UNUSABLE]),
        Fault::reply(
            "deep-as-the-scope",
            "gives a scope of 100,000 nested arrays",
            || {
                json_body(&format!(
                    r#"{{"access_token":"t0ken","scope":{}}}"#,
                    nested()
                ))
            },
        )
        .ends(&[Outcome::Token]),
        Fault::reply(
            "deep-as-the-error",
            "refuses with an error of 100,000 nested arrays",
            || Reply::response(400, format!(r#"{{"error":{}}}"#, nested())),
        )
        .ends(&[MISDIRECTED]),
        Fault::reply(
            "deep-unclosed",
            "opens 250,000 arrays and closes none",
            || json_body(&format!(r#"{{"x":{}"#, "[".repeat(250_000))),
        )
        .ends(&[UNUSABLE]),
        Fault::reply("array", "gives an array of the right values", || {
            json_body(r#"["t0ken","bearer",3600]"#)
        })
        .ends(&[UNUSABLE]),
        Fault::reply(
            "many-members",
            "gives an unknown member 20,000 times beside the token",
            || {
                let members = r#""x":0,"#.repeat(20_000);
                json_body(&format!(r#"{{{members}"access_token":"t0ken"}}"#))
            },
        )
        .ends(&[Outcome::Token]),
        Fault::reply(
            "many-scopes",
            "grants 60,000 scopes that nobody asked for",
            || {
                let scopes = scopes().take(60_000).collect::<String>();
                json_body(&format!(r#"{{"access_token":"t0ken","scope":"{scopes}"}}"#))
            },
        )
        .within(Duration::from_secs(2))
        .ends(&[Outcome::Token]),
    ]
}

/// Returns scopes of three letters, each followed by a blank, so that many fit into a body.
fn scopes() -> impl Iterator<Item = String> {
    let letters = || ('#'..='[').chain(']'..='z');
    let pairs = letters().flat_map(move |one| letters().map(move |two| (one, two)));
    pairs.flat_map(move |(one, two)| letters().map(move |three| format!("{one}{two}{three} ")))
}

fn nested() -> String {
    "[".repeat(100_000) + &"]".repeat(100_000)
}

fn numbers() -> Vec<Fault> {
    vec![
        Fault::reply("number-beyond-u64", "gives a lifetime beyond u64", || {
            with_lifetime("18446744073709551616")
        })
        .ends(&[Outcome::Token]),
        Fault::reply("number-beyond-f64", "gives a lifetime beyond f64", || {
            with_lifetime("1e999")
        })
        .ends(&[Outcome::Token]),
        Fault::reply(
            "number-below",
            "gives a lifetime below what f64 counts",
            || with_lifetime("-1e999"),
        )
        .ends(&[Outcome::Token]),
        Fault::reply(
            "number-of-digits",
            "gives a lifetime of 200,000 digits",
            || with_lifetime(&"9".repeat(200_000)),
        )
        .ends(&[Outcome::Token]),
        Fault::reply("not-a-number", "gives a lifetime of NaN", || {
            with_lifetime("NaN")
        })
        .ends(&[UNUSABLE]),
        Fault::reply(
            "number-as-the-token",
            "gives a token that is a number beyond u64",
            || json_body(r#"{"access_token":18446744073709551616}"#),
        )
        .ends(&[UNUSABLE]),
        Fault::reply(
            "number-elsewhere",
            "gives an unknown member with a number beyond f64",
            || json_body(r#"{"x":1e999,"access_token":"t0ken"}"#),
        )
        .ends(&[Outcome::Token]),
    ]
}

fn with_lifetime(lifetime: &str) -> Reply {
    json_body(&format!(
        r#"{{"access_token":"t0ken","token_type":"bearer","expires_in":{lifetime}}}"#
    ))
}

fn json_body(body: &str) -> Reply {
    Reply::response(200, body.to_owned()).header("content-type", "application/json")
}
