//! Redirects to every kind of place. None is followed: a 307 would repeat the client's secret.

use super::Fault;
use super::outcome::{INVALID, MISDIRECTED};
use super::play::Elsewhere;
use crate::Reply;

pub(super) fn faults() -> Vec<Fault> {
    [elsewhere(), nowhere()].concat()
}

fn elsewhere() -> Vec<Fault> {
    let leads = |name, deed, reply: fn(&Elsewhere) -> Reply| {
        Fault::redirect(name, deed, reply).ends(&[MISDIRECTED])
    };
    vec![
        leads("to-another-port", "leads to another port", |elsewhere| {
            to(&elsewhere.http.url("/oauth/token"))
        }),
        leads(
            "to-another-host",
            "leads to a host of another name",
            |elsewhere| {
                let port = elsewhere.https.address().port();
                to(&format!("https://localhost:{port}/oauth/token"))
            },
        ),
        leads("to-http", "leads to plain http", |elsewhere| {
            to(&elsewhere.http.url("/oauth/token"))
        }),
        leads("to-https", "leads to https", |elsewhere| {
            to(&elsewhere.https.url("/oauth/token"))
        }),
        leads(
            "with-userinfo",
            "leads to an address with a user and a password",
            |elsewhere| {
                let address = elsewhere.http.address();
                to(&format!(
                    "http://login.example.com:pass@{address}/oauth/token"
                ))
            },
        ),
        leads(
            "without-scheme",
            "leads to an address without its scheme",
            |elsewhere| to(&format!("//{}/oauth/token", elsewhere.http.address())),
        ),
        leads(
            "as-get",
            "responds with 303, which asks for a GET",
            |elsewhere| Reply::redirect(303, &elsewhere.http.url("/oauth/token")),
        ),
        leads(
            "to-a-choice",
            "responds with 300 with a place to go",
            |elsewhere| Reply::redirect(300, &elsewhere.http.url("/oauth/token")),
        ),
        leads(
            "to-a-proxy",
            "responds with 305 with a proxy to use",
            |elsewhere| Reply::redirect(305, &elsewhere.http.url("/")),
        ),
        leads(
            "to-two-places",
            "leads to two places at once",
            |elsewhere| {
                to(&elsewhere.http.url("/one")).header("location", &elsewhere.https.url("/two"))
            },
        )
        .ends(&[MISDIRECTED, INVALID]),
    ]
}

fn nowhere() -> Vec<Fault> {
    let leads =
        |name, deed, reply: fn() -> Reply| Fault::reply(name, deed, reply).ends(&[MISDIRECTED]);
    vec![
        leads("relative", "leads to another path", || to("/elsewhere")),
        leads("to-itself", "leads to the very path that was asked", || {
            to("/oauth/token")
        }),
        leads("without-location", "redirects without saying where", || {
            Reply::empty(307)
        }),
        leads("empty-location", "redirects to an empty place", || to("")),
        leads("malformed", "redirects to what is no address", || {
            to("http://[::bad/%zz")
        }),
        leads("javascript", "redirects to a script", || {
            to("javascript:alert(document.cookie)")
        }),
        leads("file", "redirects to a file", || to("file:///etc/passwd")),
        leads("data", "redirects to data in the address", || {
            to("data:application/json,{\"access_token\":\"t0ken\"}")
        }),
        leads("other-scheme", "redirects to gopher", || {
            to("gopher://127.0.0.1:70/1")
        }),
        leads(
            "invalid-utf8",
            "redirects to bytes that are not UTF-8",
            || {
                Reply::raw(
                    &b"HTTP/1.1 307 Odd\r\nlocation: /\xFF\xFE\r\ncontent-length: 0\r\n\r\n"[..],
                )
            },
        ),
        leads("long", "redirects to an address of 8 kB", || {
            to(&format!("/{}", "x".repeat(8_000)))
        }),
        leads("very-long", "redirects to an address of 1 MB", || {
            to(&format!("/{}", "x".repeat(1_000_000)))
        })
        .ends(&[INVALID]),
    ]
}

fn to(location: &str) -> Reply {
    Reply::redirect(307, location)
}
