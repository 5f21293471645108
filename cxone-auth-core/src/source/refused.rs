//! Which credentials a server has refused, and when they were read.

use std::time::Duration;

use super::material::Material;
use crate::clock::Moment;

/// The credentials that were refused. While they stay the same, they are not sent until the
/// cool-down has passed.
#[derive(Default)]
pub(super) struct Refused {
    material: Vec<Material>,
    read_at: Option<Moment>,
}

/// The shortest time between two readings during a cool-down.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

impl Refused {
    /// Keeps what was refused.
    pub(super) fn keep(&mut self, now: Moment, material: Vec<Material>) {
        self.material = material;
        self.read_at = Some(now);
    }

    /// Returns what was refused, if it is time to read the credentials again.
    pub(super) fn take_turn(&mut self, now: Moment) -> Option<Vec<Material>> {
        let is_recent = |at: Moment| !now.has_reached(at.saturating_add(SHORTEST_PAUSE));
        if self.read_at.is_some_and(is_recent) {
            return None;
        }
        self.read_at = Some(now);
        Some(self.material.clone())
    }
}
