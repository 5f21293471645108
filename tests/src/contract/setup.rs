//! Setup: settings that cannot work are refused while the transport is built.

use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::Fixture;

pub(super) const ADVICE: &str = "Return `Configuration` from the constructor if a root \
    certificate cannot be read.";

pub(super) fn refuses_certificates_that_are_no_pem(fixture: &Fixture<'_>) {
    refuses(fixture, "this is no certificate");
    refuses(fixture, &b"\x30\x82\x01\x0a\x02\x82"[..]);
}

pub(super) fn refuses_an_empty_certificate_file(fixture: &Fixture<'_>) {
    refuses(fixture, "");
    refuses(fixture, "\n\n");
}

pub(super) fn refuses_a_damaged_certificate(fixture: &Fixture<'_>) {
    let good = fixture.authority().pem();
    // Without its last line, with a character that is not base64, and with other bytes in valid
    // base64.
    refuses(fixture, &good[..good.len() / 2]);
    refuses(fixture, good.replacen('M', "!", 1));
    refuses(
        fixture,
        "-----BEGIN CERTIFICATE-----\nAAAAAAAAAAAA\n-----END CERTIFICATE-----\n",
    );
}

pub(super) fn refuses_a_file_without_a_certificate(fixture: &Fixture<'_>) {
    refuses(
        fixture,
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYI\n-----END PUBLIC KEY-----\n",
    );
}

#[track_caller]
fn refuses(fixture: &Fixture<'_>, pem: impl Into<Vec<u8>>) {
    let options = fixture.options().with_root_certificates(pem);
    assert_eq!(
        fixture.refusal(&options),
        Some(TransportErrorKind::Configuration)
    );
}
