//! Threads that enter the driver at the same moment. A race shows in some of many rounds; the
//! rounds are counted, not timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use cxone_auth_core::source::ManualClock;
use cxone_auth_core::{AccessToken, Error, TokenSource};

use super::board::{Board, Runtime, Stored};
use super::simulation::config;

const ROUNDS: usize = 5_000;

/// A waker that counts its calls.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

type Call = Stored<Result<AccessToken, Error>>;

fn call(source: &TokenSource) -> Call {
    let source = source.clone();
    Box::pin(async move { source.token().await })
}

fn poll(call: &mut Call, count: &Arc<Count>) -> Poll<Result<AccessToken, Error>> {
    let waker = Waker::from(Arc::clone(count));
    call.as_mut().poll(&mut Context::from_waker(&waker))
}

/// A meeting point for two threads which lets both go within nanoseconds of each other.
fn meet(arrivals: &AtomicUsize, round: usize) {
    arrivals.fetch_add(1, Ordering::SeqCst);
    let mut spins = 0_u32;
    while arrivals.load(Ordering::SeqCst) < 2 * round {
        spins += 1;
        if spins.is_multiple_of(1_000) {
            thread::yield_now();
        }
        std::hint::spin_loop();
    }
}

#[test]
fn a_caller_who_begins_to_wait_while_the_requester_is_dropped_takes_over_or_is_woken() {
    let clock = ManualClock::default();
    let board = Board::new(clock.clone(), Runtime::None);
    let source = TokenSource::with_clock(config("first"), board.clone(), clock, 7);
    let arrivals = AtomicUsize::new(0);
    let (give, take) = std::sync::mpsc::channel::<Call>();
    thread::scope(|scope| {
        let arrivals = &arrivals;
        scope.spawn(move || {
            for (round, requester) in take.iter().enumerate() {
                meet(arrivals, 2 * round + 1);
                drop(requester);
                meet(arrivals, 2 * round + 2);
            }
        });
        for round in 0..ROUNDS {
            let mut requester = call(&source);
            assert!(poll(&mut requester, &Arc::default()).is_pending());
            give.send(requester)
                .expect("the other thread listens until the last round");
            let mut waiter = call(&source);
            let woken = Arc::new(Count::default());
            meet(arrivals, 2 * round + 1);
            let polled = poll(&mut waiter, &woken);
            meet(arrivals, 2 * round + 2);
            assert!(polled.is_pending());
            let leads = !board.in_flight().is_empty();
            let was_woken = woken.0.load(Ordering::SeqCst) > 0;
            assert!(
                leads || was_woken,
                "in round {round} the waiter waits for ever"
            );
        }
        drop(give);
    });
}
