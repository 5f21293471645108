//! Setup: what cannot work is refused while the transport is built.

use cxone_auth_core::transport::TransportErrorKind;

use super::scene::Scene;

pub(super) fn refuses_certificates_that_are_no_pem(scene: &Scene<'_>) {
    refuses(scene, "this is no certificate");
    refuses(scene, &b"\x30\x82\x01\x0a\x02\x82"[..]);
}

pub(super) fn refuses_an_empty_certificate_file(scene: &Scene<'_>) {
    refuses(scene, "");
    refuses(scene, "\n\n");
}

pub(super) fn refuses_a_damaged_certificate(scene: &Scene<'_>) {
    let good = scene.authority().pem();
    // Without its last line, with a character that base64 does not know, and with other bytes in
    // good base64.
    refuses(scene, &good[..good.len() / 2]);
    refuses(scene, good.replacen('M', "!", 1));
    refuses(
        scene,
        "-----BEGIN CERTIFICATE-----\nAAAAAAAAAAAA\n-----END CERTIFICATE-----\n",
    );
}

pub(super) fn refuses_a_file_without_a_certificate(scene: &Scene<'_>) {
    refuses(
        scene,
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYI\n-----END PUBLIC KEY-----\n",
    );
}

#[track_caller]
fn refuses(scene: &Scene<'_>, pem: impl Into<Vec<u8>>) {
    let options = scene.options().with_root_certificates(pem);
    assert_eq!(
        scene.refusal(&options),
        Some(TransportErrorKind::Configuration)
    );
}
