//! Connecting: what goes wrong before a byte is sent.

use cxone_auth_core::transport::TransportErrorKind;

use super::scene::{SHORT, Scene};
use crate::{ClosedPort, DeafPort};

pub(super) fn to_a_closed_port_is_refused(scene: &Scene<'_>) {
    let port = ClosedPort::new().expect("loopback has a free port");
    scene
        .client()
        .fails(&scene.url(port.address()), TransportErrorKind::Connect);
}

pub(super) fn to_a_deaf_port_times_out(scene: &Scene<'_>) {
    let port = DeafPort::new().expect("loopback has a free port");
    let options = scene.options().with_connect_timeout(SHORT);
    let client = scene.client_with(&options);
    client.fails(&scene.url(port.address()), TransportErrorKind::Timeout);
}

pub(super) fn to_an_unknown_host_fails_by_name(scene: &Scene<'_>) {
    // RFC 6761 §6.4 promises that there is no such name.
    scene
        .client()
        .fails(&scene.url("nope.invalid"), TransportErrorKind::Dns);
}
