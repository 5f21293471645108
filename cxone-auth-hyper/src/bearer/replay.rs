//! How the body of a request is had a second time.

/// Makes a copy of a request's body before it is sent, in case it has to be sent again.
///
/// Every function from `&B` to `Option<B>` is one; see
/// [`BearerLayer::with_replay`](crate::BearerLayer::with_replay).
pub trait Replay<B> {
    /// The same body once more, or `None` when there is no such thing: its request is sent once.
    fn replay(&self, body: &B) -> Option<B>;
}

/// Clones bodies: those of [`BearerLayer::new`](crate::BearerLayer::new).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ReplayByCloning;

/// Has no body twice: those of [`BearerLayer::streaming`](crate::BearerLayer::streaming).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NoReplay;

impl<B: Clone> Replay<B> for ReplayByCloning {
    fn replay(&self, body: &B) -> Option<B> {
        Some(body.clone())
    }
}

impl<B> Replay<B> for NoReplay {
    fn replay(&self, _: &B) -> Option<B> {
        None
    }
}

impl<B, F> Replay<B> for F
where
    F: Fn(&B) -> Option<B>,
{
    fn replay(&self, body: &B) -> Option<B> {
        self(body)
    }
}
