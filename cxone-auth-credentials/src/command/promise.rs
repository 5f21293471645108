//! A value that a thread gives to a task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The side of the thread. Dropped without a value, it gives none.
pub(super) struct Promise<T>(Shared<T>);

/// The side of the task.
pub(super) struct Outcome<T>(Shared<T>);

struct Shared<T>(Arc<Mutex<State<T>>>);

struct State<T> {
    value: Option<T>,
    is_over: bool,
    waker: Option<Waker>,
}

pub(super) fn pair<T>() -> (Promise<T>, Outcome<T>) {
    let state = Arc::new(Mutex::new(State {
        value: None,
        is_over: false,
        waker: None,
    }));
    (Promise(Shared(Arc::clone(&state))), Outcome(Shared(state)))
}

impl<T> Shared<T> {
    /// A thread that panics leaves the state whole: no step of its changes panics.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Promise<T> {
    pub(super) fn keep(self, value: T) {
        self.0.lock().value = Some(value);
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.0.lock();
            state.is_over = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Outcome<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        if state.is_over {
            return Poll::Ready(state.value.take());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}
