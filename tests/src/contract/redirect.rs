//! Redirects: never followed. A 307 would repeat the client's secret to another host.

use http::header::LOCATION;

use super::Scheme;
use super::fixture::{Fixture, assert_is_post};
use crate::{Reply, Server};

pub(super) const ADVICE: &str = "Turn the client's redirects off, and return the 3xx \
    response.";

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

pub(super) fn is_handed_over(fixture: &Fixture<'_>) {
    let elsewhere = fixture.responding(&Reply::text(200, "followed"));
    hands_over_redirects_to(fixture, &elsewhere);
}

pub(super) fn to_the_other_scheme_is_handed_over(fixture: &Fixture<'_>) {
    let reply = |_: &crate::Received| Reply::text(200, "followed");
    let elsewhere = match fixture.scheme() {
        Scheme::Http => Server::https(fixture.authority(), reply),
        Scheme::Https => Server::http(reply),
    };
    hands_over_redirects_to(fixture, &elsewhere);
}

fn hands_over_redirects_to(fixture: &Fixture<'_>, elsewhere: &Server) {
    let location = elsewhere.url("/oauth/token");
    for status in STATUSES {
        let server = fixture.responding(&Reply::redirect(status, &location));
        let response = fixture.client().post(&server.url("/oauth/token"));
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()[LOCATION], location);
        assert_eq!(server.request_count(), 1);
        server.received().iter().for_each(assert_is_post);
    }
    assert_eq!(elsewhere.connections(), 0, "a redirect was followed");
}

pub(super) fn to_the_same_server_is_handed_over(fixture: &Fixture<'_>) {
    for status in STATUSES {
        let server = fixture.responding(&Reply::redirect(status, "/elsewhere"));
        let response = fixture.client().post(&server.url("/oauth/token"));
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()[LOCATION], "/elsewhere");
        assert_eq!(server.request_count(), 1);
    }
}

pub(super) fn without_a_location_is_handed_over(fixture: &Fixture<'_>) {
    for status in STATUSES {
        for reply in [
            Reply::text(status, "moved"),
            Reply::text(status, "moved").header("location", ":// "),
        ] {
            let server = fixture.responding(&reply);
            let response = fixture.client().post(&server.url("/oauth/token"));
            assert_eq!(response.status(), status);
            assert_eq!(response.body(), "moved");
            assert_eq!(server.request_count(), 1);
        }
    }
}
