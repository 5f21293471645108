//! Keeps the bytes on the wire out of the log.
//!
//! curl reports every byte to isahc, with secrets and tokens, and isahc sends the reports to
//! `tracing` at `TRACE`. It requests them if a subscriber may be interested; `tracing`'s feature
//! `log`, which any crate can turn on, makes that always true. isahc sends them on its own thread,
//! where a subscriber of the caller's thread does not apply.
//!
//! The caller's thread decides who owns the span of a transfer. isahc's thread enters that span
//! before it does anything for the transfer, so the owner can silence the thread.

use std::cell::RefCell;

use tracing::dispatcher::{self, DefaultGuard, Dispatch};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Returns the dispatcher for isahc's requests.
pub(super) fn dispatch() -> Dispatch {
    Dispatch::new(Discard)
}

struct Discard;

impl Subscriber for Discard {
    /// Accepts only the span of a transfer.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == "isahc::handler"
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // The spans need no distinct ids.
        Id::from_u64(1)
    }

    /// Silences the thread that enters, until that thread ends. The thread works for this client
    /// only, and a subscriber of the process would not know the span that isahc names as a parent
    /// there.
    fn enter(&self, _: &Id) {
        SILENCE.with_borrow_mut(|silence| {
            silence.get_or_insert_with(|| dispatcher::set_default(&Dispatch::none()));
        });
    }

    fn exit(&self, _: &Id) {}

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}
}

thread_local! {
    static SILENCE: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}
