//! Keeps what goes over the wire out of the log.
//!
//! isahc has curl report every byte, secrets and tokens included, and hands the reports to
//! `tracing` at `TRACE`. It asks for them whenever somebody may be interested, which one feature of
//! `tracing` (`log`, that any crate can turn on) makes so always; and it hands them over on a
//! thread of its own, where a subscriber set for the thread of the caller does not apply.
//!
//! What the caller's thread does decide is who owns the span of a transfer. isahc's thread enters
//! that span before it does anything for the transfer, and so the owner can silence it.

use std::cell::RefCell;

use tracing::dispatcher::{self, DefaultGuard, Dispatch};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Returns what to run isahc's requests under.
pub(super) fn dispatch() -> Dispatch {
    Dispatch::new(Discard)
}

struct Discard;

impl Subscriber for Discard {
    /// Wants the span of a transfer and nothing else.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == "isahc::handler"
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // The spans need not be told apart.
        Id::from_u64(1)
    }

    /// Silences the thread that enters, until it ends: it works for this client only, and a
    /// subscriber of the process would not know the span that isahc names as a parent there.
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
