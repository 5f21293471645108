//! Timeouts: the total one ends a request wherever it is, the other one only connecting.

use std::time::Duration;

use cxone_auth_core::transport::TransportErrorKind;

use super::scene::{SHORT, Scene};
use crate::{Reply, Server, Stage};

pub(super) fn ends_a_wait_for_the_head(scene: &Scene<'_>) {
    ends(scene, &Reply::of_size(100).stall(Stage::BeforeHead));
}

pub(super) fn ends_a_wait_within_the_head(scene: &Scene<'_>) {
    ends(scene, &Reply::of_size(100).stall(Stage::WithinHead));
}

pub(super) fn ends_a_wait_within_the_body(scene: &Scene<'_>) {
    ends(scene, &Reply::of_size(100).stall(Stage::WithinBody));
    ends(
        scene,
        &Reply::of_size(100).chunked().stall(Stage::WithinBody),
    );
}

pub(super) fn ends_a_wait_for_the_end_of_the_connection(scene: &Scene<'_>) {
    let reply = Reply::of_size(100).without_header("content-length");
    ends(scene, &reply.stall(Stage::AfterAll));
}

pub(super) fn ends_a_dripping_head(scene: &Scene<'_>) {
    let reply = Reply::empty(200).header("x-long", &"x".repeat(5_000));
    ends(scene, &drip(reply));
}

pub(super) fn ends_a_dripping_body(scene: &Scene<'_>) {
    // The head arrives at once, the body would take minutes.
    let body = Reply::of_size(100_000);
    ends(scene, &drip(body.clone()));
    ends(scene, &drip(body.chunked()));
}

/// Twenty bytes every twenty milliseconds: never silent for long, and slower than any patience.
fn drip(reply: Reply) -> Reply {
    reply.drip(20, Duration::from_millis(20))
}

pub(super) fn of_zero_ends_a_wait(scene: &Scene<'_>) {
    // What is left of a deadline may well be nothing, which some clients take for "no timeout".
    let reply = Reply::of_size(100).stall(Stage::BeforeHead);
    for timeout in [Duration::ZERO, Duration::from_micros(500)] {
        ends_after(scene, timeout, &reply);
    }
}

pub(super) fn of_any_length_is_taken(scene: &Scene<'_>) {
    let server = scene.answering(&Reply::text(200, "in time"));
    let options = scene.options().with_timeout(Duration::MAX);
    let client = scene.client_with(&options.with_connect_timeout(Duration::MAX));
    assert_eq!(client.post(&server.url("/")).body(), "in time");
}

fn ends(scene: &Scene<'_>, reply: &Reply) {
    ends_after(scene, SHORT, reply);
}

fn ends_after(scene: &Scene<'_>, timeout: Duration, reply: &Reply) {
    let server = scene.answering(reply);
    let client = scene.client_with(&scene.options().with_timeout(timeout));
    client.fails(&server.url("/"), TransportErrorKind::Timeout);
    assert!(server.request_count() <= 1, "the request was sent again");
}

pub(super) fn ends_a_tls_handshake_that_is_not_answered(scene: &Scene<'_>) {
    let server = silent();
    let client = scene.client_with(&scene.options().with_timeout(SHORT));
    client.fails(&scene.url(server.address()), TransportErrorKind::Timeout);
}

pub(super) fn of_connecting_ends_a_tls_handshake_that_is_not_answered(scene: &Scene<'_>) {
    let server = silent();
    let client = scene.client_with(&scene.options().with_connect_timeout(SHORT));
    client.fails(&scene.url(server.address()), TransportErrorKind::Timeout);
}

pub(super) fn of_connecting_may_be_zero(scene: &Scene<'_>) {
    let server = silent();
    let client = scene.client_with(&scene.options().with_connect_timeout(Duration::ZERO));
    client.fails(&scene.url(server.address()), TransportErrorKind::Timeout);
}

/// A port that accepts connections and never says a word.
fn silent() -> Server {
    Server::tcp(|_| Reply::raw("").stall(Stage::BeforeHead))
}

pub(super) fn of_connecting_does_not_end_an_answer(scene: &Scene<'_>) {
    // The answer takes three times as long as connecting may.
    let server = scene.answering(&Reply::text(200, "late").delay(3 * SHORT));
    let client = scene.client_with(&scene.options().with_connect_timeout(SHORT));
    assert_eq!(client.post(&server.url("/")).body(), "late");
}
