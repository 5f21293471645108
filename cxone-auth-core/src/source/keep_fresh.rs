//! Renewal without callers.

use std::time::Duration;

use super::race::within;
use super::{Shared, TokenSource};

/// The shortest time between two requests made for nobody: a server whose tokens have no life of
/// their own would be asked without end.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

/// The longest sleep before the clocks are read again: the runtime's timer may stand still while
/// the machine sleeps, and the token's lifetime goes on.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

pub(super) async fn run(source: &TokenSource) {
    let Shared { engine, transport } = &*source.0;
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
                let span = span.map(|span| span.min(LONGEST_SLEEP));
                within(changed, span.map(|span| transport.sleep(span))).await;
            }
        }
    }
}
