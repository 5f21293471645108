//! Renewal without callers.

use std::time::Duration;

use super::engine::Engine;
use super::{TokenSource, within};
use crate::Transport;

/// The shortest time between two requests made for nobody: a server whose tokens have no life of
/// their own would be asked without end.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

pub(super) async fn run(engine: &Engine, transport: &dyn Transport, source: &TokenSource) {
    loop {
        let (span, changed) = engine.next_request();
        match span {
            Some(Duration::ZERO) => {
                // What went wrong is in the source's status and events; the cool-down follows.
                let _ = source.token().await;
                let (next, _) = engine.next_request();
                if next == Some(Duration::ZERO) {
                    transport.sleep(SHORTEST_PAUSE).await;
                }
            }
            span => {
                within(transport, span, changed).await;
            }
        }
    }
}
