//! Which credentials a server has refused, and when they were read.

use std::time::Duration;

use super::material::Material;
use crate::clock::Moment;

/// The credentials that were refused. While they stay the same, they are not sent until the
/// cool-down has passed.
#[derive(Default)]
pub(super) struct Refused {
    material: Vec<Material>,
    /// When they are read again at the earliest.
    read_again_at: Option<Moment>,
    /// How often others were refused as well that were read during a cool-down. Some sources make
    /// new ones each time, which is no news to the server.
    in_vain: u32,
}

/// The shortest time between two readings during a cool-down. It doubles each time that the server
/// refuses what has changed.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

impl Refused {
    /// Keeps what was refused. Others that were read by a look during a cool-down were refused in
    /// vain.
    pub(super) fn keep(&mut self, now: Moment, material: Vec<Material>, is_check: bool) {
        if is_check && !material.is_empty() {
            self.in_vain = self.in_vain.saturating_add(1);
        }
        self.material = material;
        self.looked(now, Duration::ZERO);
    }

    /// Notes that they were read, which took this long. Callers do not spend most of a cool-down with
    /// that.
    pub(super) fn looked(&mut self, now: Moment, took: Duration) {
        let doublings = 2_u32.saturating_pow(self.in_vain);
        let pause = SHORTEST_PAUSE.saturating_mul(doublings);
        self.read_again_at = Some(now.saturating_add(took.max(pause)));
    }

    /// Returns what was refused, if it is time to read the credentials again.
    pub(super) fn take_turn(&mut self, now: Moment) -> Option<Vec<Material>> {
        if self.read_again_at.is_some_and(|at| !now.has_reached(at)) {
            return None;
        }
        self.looked(now, Duration::ZERO);
        Some(self.material.clone())
    }
}
