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
}

/// The shortest time between two readings during a cool-down.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

impl Refused {
    /// Keeps what was refused.
    pub(super) fn keep(&mut self, now: Moment, material: Vec<Material>) {
        self.material = material;
        self.looked(now, Duration::ZERO);
    }

    /// Notes that they were read, which took this long. Callers do not spend most of a cool-down with
    /// that.
    pub(super) fn looked(&mut self, now: Moment, took: Duration) {
        self.read_again_at = Some(now.saturating_add(took.max(SHORTEST_PAUSE)));
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
