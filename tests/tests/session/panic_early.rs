//! A transport that panics while it is called, before there is a future, or while it sets a timer.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Barrier};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTokenSource, BlockingTransport, ErrorKind, TokenSource, Transport};
use http::{Request, Response};

use super::fixture::{config, poll, seconds};
use super::simulation::{ServerResponse, Simulation};

/// Where it panics.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Place {
    /// In `send`, before it returns a future.
    Send,
    /// In `sleep`, before it returns a future.
    Sleep,
    /// In `sleep`'s future.
    Timer,
}

/// Panics in its first request, once both sides have come to the barrier.
#[derive(Clone)]
struct Panics {
    place: Place,
    calls: Arc<AtomicUsize>,
    sleeps: Arc<AtomicUsize>,
    now: Arc<Barrier>,
    simulation: Simulation,
}

impl Panics {
    fn new(place: Place) -> Self {
        Self {
            place,
            calls: Arc::default(),
            sleeps: Arc::default(),
            now: Arc::new(Barrier::new(2)),
            simulation: Simulation::new(move |_| match place {
                Place::Send => ServerResponse::Token(300),
                Place::Sleep | Place::Timer => ServerResponse::Late(800, 300),
            }),
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Relaxed)
    }

    /// Unwinds like a panic, and prints nothing.
    fn panic(&self) -> ! {
        self.now.wait();
        self.now.wait();
        resume_unwind(Box::new("the transport's panic"))
    }
}

type Sending<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

impl Transport for Panics {
    fn send<'own: 'a, 'a>(&'own self, request: Request<Bytes>) -> Sending<'a>
    where
        Self: 'a,
    {
        let is_first = self.calls.fetch_add(1, Relaxed) == 0;
        match self.place {
            Place::Send if is_first => self.panic(),
            _ => Transport::send(&self.simulation, request),
        }
    }

    fn sleep<'own: 'a, 'a>(
        &'own self,
        span: Duration,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>
    where
        Self: 'a,
    {
        let is_first = self.sleeps.fetch_add(1, Relaxed) == 0;
        match self.place {
            Place::Sleep if is_first => resume_unwind(Box::new("the timer's panic")),
            Place::Timer if is_first => {
                Box::pin(async { resume_unwind(Box::new("the timer's panic")) })
            }
            _ => Transport::sleep(&self.simulation, span),
        }
    }
}

impl BlockingTransport for Panics {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if self.calls.fetch_add(1, Relaxed) == 0 {
            self.panic()
        }
        BlockingTransport::send(&self.simulation, request)
    }
}

/// One caller is in the transport when it panics, and two wait for it.
fn is_one_shared_failure(place: Place) {
    let transport = Panics::new(place);
    let simulation = &transport.simulation;
    let source = TokenSource::with_clock(config(), transport.clone(), simulation.clock(), 7);
    let deadline = source.now().saturating_add(seconds(30));
    let requester = source.clone();
    let options = TokenOptions::new().with_deadline(deadline);
    let requester = std::thread::spawn(move || {
        let mut asking = Box::pin(requester.token_with(options));
        let polling = AssertUnwindSafe(|| poll(&mut asking).is_ready());
        // The future is dropped after the panic, as a runtime drops it.
        catch_unwind(polling).is_err()
    });
    transport.now.wait();
    let mut waiters = [(); 2].map(|()| Box::pin(source.token()));
    assert!(waiters.iter_mut().all(|waiter| poll(waiter).is_pending()));
    transport.now.wait();
    assert!(
        requester.join().unwrap(),
        "{place:?}: who polled sees the panic"
    );
    assert!(!source.status().in_flight);
    for waiter in &mut waiters {
        let Poll::Ready(result) = poll(waiter) else {
            panic!("{place:?}: a caller waits on");
        };
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.transport().is_some() && error.retry_at().is_some());
    }
    assert!(simulation.run(source.token()).is_err(), "it cools down");
    assert_eq!(transport.calls(), 1, "{place:?}");
    simulation.advance(seconds(2));
    simulation.run(source.token()).unwrap();
    assert_eq!(transport.calls(), 2, "{place:?}");
}

#[test]
fn a_panic_before_there_is_a_future_is_one_shared_failure() {
    is_one_shared_failure(Place::Send);
}

#[test]
fn a_panic_of_the_timer_is_that_of_one_caller_and_the_request_goes_on() {
    for place in [Place::Sleep, Place::Timer] {
        let transport = Panics::new(place);
        let simulation = &transport.simulation;
        let source = TokenSource::with_clock(config(), transport.clone(), simulation.clock(), 7);
        let polling = AssertUnwindSafe(|| poll(source.token()).is_ready());
        assert!(catch_unwind(polling).is_err(), "{place:?}");
        assert!(source.status().in_flight, "{place:?}");
        simulation.run(source.token()).unwrap();
        assert_eq!(transport.calls(), 1, "{place:?}");
    }
}

#[test]
fn a_panic_in_a_thread_is_one_shared_failure() {
    let transport = Panics::new(Place::Send);
    let simulation = &transport.simulation;
    let source =
        BlockingTokenSource::with_clock(config(), transport.clone(), simulation.clock(), 7);
    let ask = || {
        let source = source.clone();
        std::thread::spawn(move || source.token())
    };
    let requester = ask();
    transport.now.wait();
    let waiters = [(); 2].map(|()| ask());
    transport.now.wait();
    assert!(requester.join().is_err(), "who called it sees the panic");
    for waiter in waiters {
        let error = waiter.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
    assert_eq!(transport.calls(), 1);
    simulation.advance(seconds(2));
    source.token().unwrap();
    assert_eq!(transport.calls(), 2);
}
