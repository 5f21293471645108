//! The transport of a process: it ends when the simulated time gets there.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::Transport;
use cxone_auth_core::transport::{Task, TransportError, TransportErrorKind};
use http::{Request, Response};

use super::executor::Owner;
use super::server::Ending;
use super::world::World;

pub(crate) struct Wire {
    world: Arc<World>,
    owner: Owner,
}

/// A request under way. It is over when this is dropped, also if its process ends.
struct UnderWay<'w> {
    wire: &'w Wire,
    request: u64,
}

impl Wire {
    pub(crate) fn new(world: Arc<World>, owner: Owner) -> Self {
        Self { world, owner }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (world, owner) = (&self.world, self.owner);
        let sent_at = world.time.now();
        let _under_way = UnderWay {
            wire: self,
            request: world.request_sent(owner),
        };
        let there = world.server().way();
        world.time.sleep(there).await;
        let (thinks, ending) = world.request_arrived(owner, sent_at);
        let Some(ending) = ending else {
            world.time.sleep(self.timeout()).await;
            return Err(TransportError::new(TransportErrorKind::Timeout));
        };
        let back = thinks + world.server().way();
        world.time.sleep(back).await;
        match ending {
            Ending::Response(response) => Ok(response),
            Ending::Failure(kind) => Err(TransportError::new(kind)),
        }
    }

    async fn sleep(&self, span: Duration) {
        self.world.time.sleep(span).await;
    }

    fn spawn(&self, task: Task) -> Result<(), Task> {
        if !has_runtime(self.owner) {
            return Err(task);
        }
        self.world.time.spawn(self.owner, task);
        Ok(())
    }
}

/// Whether a process has a runtime, as most have. In the others, callers carry the requests.
pub(super) fn has_runtime(owner: Owner) -> bool {
    owner % 4 != 3
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.wire.world.judge().request_over(self.request);
    }
}
