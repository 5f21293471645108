//! What a source tells `tracing`, with the core's feature of that name, and `docs/telemetry.md`,
//! which says so.

#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod clock;
}

mod telemetry {
    mod alert;
    mod counted;
    mod metrics;
    mod page;
    mod play;
    mod record;
    mod secret;
    mod server;
    mod span;
}
