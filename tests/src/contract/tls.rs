//! TLS: a private authority is trusted if it is configured, and no other one is.

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::{Fixture, MAX_WAIT};
use crate::{Authority, Certificate, Reply, Server};

pub(super) const ADVICE: &str = "Trust the system's certificates and all of \
    `TransportOptions::root_certificates`. Check the host's name. Return `Tls` if the handshake \
    fails.";

pub(super) fn trusts_the_authority_it_is_given(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::text(200, "trusted"));
    let client = fixture.client();
    assert_eq!(client.post(&server.url("/")).body(), "trusted");
    let by_name = server.url("/").replace("127.0.0.1", "localhost");
    assert_eq!(client.post(&by_name).body(), "trusted");
    assert!(server.received().iter().all(|request| request.tls));
}

pub(super) fn trusts_every_certificate_of_a_bundle(fixture: &Fixture<'_>) {
    let [first, second] = [Authority::new(), Authority::new()];
    let bundle = format!("# two authorities\n{}\n{}", first.pem(), second.pem());
    let options = fixture.options().with_root_certificates(bundle);
    trusts(fixture, &options, &[&first, &second]);
}

pub(super) fn trusts_every_bundle_it_is_given(fixture: &Fixture<'_>) {
    let [first, second] = [Authority::new(), Authority::new()];
    let options = fixture.options().with_root_certificates(first.pem());
    let options = options.with_root_certificates(second.pem());
    trusts(fixture, &options, &[&first, &second]);
}

fn trusts(fixture: &Fixture<'_>, options: &TransportOptions, authorities: &[&Authority]) {
    let client = fixture.client_with(options);
    for authority in authorities {
        let server = Server::https(authority, |_| Reply::text(200, "trusted"));
        assert_eq!(client.post(&server.url("/")).body(), "trusted");
    }
}

pub(super) fn refuses_an_unknown_authority(fixture: &Fixture<'_>) {
    refuses(fixture, Authority::new().certificate());
}

pub(super) fn refuses_a_self_signed_certificate(fixture: &Fixture<'_>) {
    refuses(fixture, Certificate::self_signed());
}

pub(super) fn refuses_an_expired_certificate(fixture: &Fixture<'_>) {
    refuses(fixture, fixture.authority().expired_certificate());
}

pub(super) fn refuses_a_certificate_for_another_name(fixture: &Fixture<'_>) {
    refuses(fixture, fixture.authority().wrong_name_certificate());
}

fn refuses(fixture: &Fixture<'_>, certificate: Certificate) {
    let server = Server::builder()
        .with_certificate(certificate)
        .start(|_| Reply::text(200, "trusted"))
        .expect("loopback has a free port");
    fixture
        .client()
        .fails(&server.url("/"), TransportErrorKind::Tls);
    assert_eq!(
        server.request_count(),
        0,
        "a request went to a server that is not trusted"
    );
}

pub(super) fn refuses_a_peer_that_speaks_plain_http(fixture: &Fixture<'_>) {
    let server = Server::http(|_| Reply::text(200, "plain"));
    fixture
        .client()
        .fails(&fixture.url(server.address()), TransportErrorKind::Tls);
    assert_eq!(server.request_count(), 0, "a request was sent in the clear");
}

pub(super) fn refuses_a_peer_that_hangs_up(fixture: &Fixture<'_>) {
    let server = Server::tcp(|_| Reply::drop_connection());
    // The handshake fails because the connection ends during it, so several kinds are correct.
    let kinds = [
        TransportErrorKind::Tls,
        TransportErrorKind::Connect,
        TransportErrorKind::Interrupted,
    ];
    fixture
        .client()
        .fails_as_one_of(&fixture.url(server.address()), &kinds);
    server.wait_for_requests(1, MAX_WAIT);
}
