//! The signals that the agent obeys.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Agent, notice};
use crate::arguments::AgentArguments;

pub(super) struct Signals {
    hang_up: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Returns when the agent is told to stop. Until then, reads the profiles again when told so.
    pub(super) async fn until_stopped(
        &mut self,
        agent: &Arc<Agent>,
        arguments: &Arc<AgentArguments>,
    ) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => {
                    notice::reloading(agent.console);
                    agent.reload(arguments).await;
                    notice::ready(agent.console);
                }
            }
        }
    }

    /// Waits for the future, or for another order to stop. `None` if it has not ended in time.
    pub(super) async fn or_stopped_again<T, E>(
        &mut self,
        future: impl Future<Output = Result<T, E>>,
    ) -> Option<T> {
        tokio::select! {
            ended = future => ended.ok(),
            _ = self.terminate.recv() => None,
            _ = self.interrupt.recv() => None,
        }
    }
}
