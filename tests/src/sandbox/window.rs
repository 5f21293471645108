//! The rate limits of the platforms: a number of events per span.

use std::time::Duration;

/// Admits `allowed` events in each `span`, which begins with its first event.
#[derive(Clone)]
pub(super) struct Window {
    pub(super) allowed: u32,
    pub(super) count: u32,
    span: Duration,
    began: Duration,
}

impl Window {
    pub(super) fn new(allowed: u32, span: Duration) -> Self {
        Self {
            allowed,
            count: 0,
            span,
            began: Duration::ZERO,
        }
    }

    /// Counts an event at `now`. Returns false if it is one too many.
    pub(super) fn admit(&mut self, now: Duration) -> bool {
        if self.resets_in(now).is_zero() {
            self.began = now;
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.count <= self.allowed
    }

    pub(super) fn resets_in(&self, now: Duration) -> Duration {
        (self.began + self.span).saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_again_when_the_span_is_over() {
        let at = Duration::from_secs;
        let mut window = Window::new(2, at(60));
        let admitted = [100, 101, 159, 160].map(|second| window.admit(at(second)));
        assert_eq!(admitted, [true, true, false, true]);
    }
}
