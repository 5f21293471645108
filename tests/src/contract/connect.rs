//! Connecting: failures before a byte is sent.

use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::{Fixture, SHORT};
use crate::{ClosedPort, DeafPort};

pub(super) const ADVICE: &str = "Return the kind that the client's error tells: `Dns`, \
    `Connect` or `Timeout`. `TransportErrorKind::of_causes` finds it among the causes of an error.";

pub(super) fn to_a_closed_port_is_refused(fixture: &Fixture<'_>) {
    let port = ClosedPort::new().expect("loopback has a free port");
    fixture
        .client()
        .fails(&fixture.url(port.address()), TransportErrorKind::Connect);
}

pub(super) fn to_a_deaf_port_times_out(fixture: &Fixture<'_>) {
    let port = DeafPort::new().expect("loopback has a free port");
    let options = fixture.options().with_connect_timeout(SHORT);
    let client = fixture.client_with(&options);
    client.fails(&fixture.url(port.address()), TransportErrorKind::Timeout);
}

pub(super) fn to_an_unknown_host_fails_by_name(fixture: &Fixture<'_>) {
    // RFC 6761 §6.4 guarantees that this name does not exist.
    fixture
        .client()
        .fails(&fixture.url("nope.invalid"), TransportErrorKind::Dns);
}
