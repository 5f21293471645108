//! How to copy the body of a request for a second try.

/// Makes a copy of a request's body before it is sent, in case it has to be sent again.
///
/// Every function from `&B` to `Option<B>` implements it; see
/// [`BearerLayer::with_replay`](crate::BearerLayer::with_replay).
pub trait Replay<B> {
    /// Returns the same body again, or `None` if there is no copy: then its request is sent once.
    fn replay(&self, body: &B) -> Option<B>;
}

/// Clones the body. [`BearerLayer::new`](crate::BearerLayer::new) uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ReplayByCloning;

/// Copies no body. [`BearerLayer::streaming`](crate::BearerLayer::streaming) uses it.
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
