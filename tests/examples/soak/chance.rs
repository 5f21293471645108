//! Chance from a seed.

use std::time::Duration;

/// A splitmix64 generator.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Whether something happens that happens once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let length = u64::try_from(choices.len()).expect("a slice is no longer than 64 bits say");
        choices[usize::try_from(self.below(length)).expect("it is less than the slice's length")]
    }

    /// A span between two, each as likely as any other, to the millisecond.
    pub(crate) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let range = u64::try_from(most.saturating_sub(least).as_millis()).unwrap_or(u64::MAX - 1);
        least + Duration::from_millis(self.below(range + 1))
    }

    /// A span of up to `doublings` doublings of `least`, each as likely as any other.
    pub(crate) fn magnitude(&mut self, least: Duration, doublings: u32) -> Duration {
        let low = least * 2_u32.pow(u32::try_from(self.below(doublings.into())).unwrap_or(0));
        self.between(low, low * 2)
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
