//! Reuse: one transport serves many requests, also after broken connections.

use std::thread;

use cxone_auth_core::transport::TransportErrorKind;

use super::fixture::{Fixture, MAX_WAIT, assert_is_post};
use crate::{Gate, Reply, Script};

pub(super) const ADVICE: &str = "Send a request again only if none of it can have reached \
    the server. Open another one if the server has closed an idle connection.";

pub(super) fn brings_another_response(fixture: &Fixture<'_>) {
    let script = Script::new().then(Reply::text(200, "first"));
    let server = fixture.server(script.finally(Reply::text(500, "second")));
    let client = fixture.client();
    assert_eq!(client.post(&server.url("/")).body(), "first");
    assert_eq!(client.post(&server.url("/")).body(), "second");
    assert_eq!(server.request_count(), 2);
}

pub(super) fn after_a_failure_works(fixture: &Fixture<'_>) {
    for failure in [
        Reply::drop_connection(),
        Reply::raw("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        Reply::of_size(100).reset_after(0),
        Reply::endless(),
    ] {
        let script = Script::new().then(failure);
        let server = fixture.server(script.finally(Reply::text(200, "second")));
        let client = fixture.client();
        let kinds = [
            TransportErrorKind::Interrupted,
            TransportErrorKind::InvalidResponse,
            TransportErrorKind::BodyTooLarge,
        ];
        client.fails_as_one_of(&server.url("/"), &kinds);
        assert_eq!(client.post(&server.url("/")).body(), "second");
        assert_eq!(server.request_count(), 2);
    }
}

pub(super) fn from_several_threads_works(fixture: &Fixture<'_>) {
    const THREADS: usize = 8;
    let gate = Gate::new();
    let held = gate.clone();
    let server = fixture.server(move |request| Reply::text(200, request.path()).after(&held));
    let client = fixture.client();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (client, path) = (client.clone(), format!("/{number}"));
            let url = server.url(&path);
            scope.spawn(move || assert_eq!(*client.post(&url).body(), path));
        }
        // None gets a response before all have arrived, so all are under way at the same time.
        server.wait_for_requests(THREADS, MAX_WAIT);
        gate.open();
    });
    assert_eq!(server.request_count(), THREADS);
}

pub(super) fn after_the_server_closed_never_fails(fixture: &Fixture<'_>) {
    const REQUESTS: usize = 20;
    // The connection looks like one that is kept, but it is closed right after the response.
    let server = fixture.responding(&Reply::text(200, "and bye").cut_after(usize::MAX));
    let client = fixture.client();
    for _ in 0..REQUESTS {
        assert_eq!(client.post(&server.url("/")).body(), "and bye");
    }
    assert_eq!(server.request_count(), REQUESTS, "a request was sent again");
    server.received().iter().for_each(assert_is_post);
}

pub(super) fn may_end_at_any_time(fixture: &Fixture<'_>) {
    let server = fixture.responding(&Reply::text(200, "last"));
    let unused = fixture.client();
    drop(unused);
    let used = fixture.client();
    assert_eq!(used.post(&server.url("/")).body(), "last");
    drop(used);
    assert_eq!(fixture.client().post(&server.url("/")).body(), "last");
}
