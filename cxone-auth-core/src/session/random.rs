//! The jitter of one session, from a seed.

use std::time::Duration;

/// A splitmix64 generator: small, and good enough to keep a fleet out of step.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `span` times a factor drawn evenly from 0.75 to 1.25.
    pub(crate) fn scale(&mut self, span: Duration) -> Duration {
        // In thousandths, so that the result is the same on every machine.
        let factor = 750 + u32::try_from(self.next() % 501).unwrap_or_default();
        span.saturating_mul(factor) / 1_000
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
