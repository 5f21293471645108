//! Replies in a given order.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::{Received, Reply};

/// A behaviour that sends each of its replies once, in order, and then another one forever.
///
/// ```
/// use cxone_auth_tests::{Reply, Script, Server};
/// use serde_json::json;
///
/// let server = Server::http(
///     Script::new()
///         .then(Reply::empty(503).header("retry-after", "1"))
///         .times(2, &Reply::empty(500))
///         .finally(Reply::json(200, &json!({ "access_token": "abc" }))),
/// );
/// # assert_eq!(server.connections(), 0);
/// ```
#[derive(Default)]
pub struct Script {
    replies: VecDeque<Reply>,
}

impl Script {
    /// Creates an empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends `reply` next.
    #[must_use]
    pub fn then(mut self, reply: Reply) -> Self {
        self.replies.push_back(reply);
        self
    }

    /// Sends `reply` to the next `count` requests.
    #[must_use]
    pub fn times(mut self, count: usize, reply: &Reply) -> Self {
        self.replies
            .extend(std::iter::repeat_n(reply, count).cloned());
        self
    }

    /// Returns the behaviour, which sends `reply` to every request after the scripted ones.
    pub fn finally(self, reply: Reply) -> impl Fn(&Received) -> Reply + Send + Sync + 'static {
        let replies = Mutex::new(self.replies);
        move |_| {
            replies
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front()
                .unwrap_or_else(|| reply.clone())
        }
    }
}
