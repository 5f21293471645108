//! What `tracing` is told of a source, with the feature of that name. Without the feature nothing
//! here does anything. `docs/telemetry.md` lists the spans, the events and their fields.

#[cfg(feature = "tracing")]
mod event;
#[cfg(feature = "tracing")]
mod field;
#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(super) use off::{RequestSpan, Whose, of_caller};
#[cfg(feature = "tracing")]
pub(super) use on::{RequestSpan, Whose, of_caller};

#[cfg(feature = "tracing")]
pub(crate) use event::many_tokens;

/// The target of each span and event, in whatever crate it arises.
#[cfg(feature = "tracing")]
const TARGET: &str = "cxone_auth";
