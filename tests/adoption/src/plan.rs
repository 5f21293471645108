//! What happens on the day, and when.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How long the outage takes, and how long the old secret stays in the file.
const SPELL: u64 = 20 * MINUTE;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// An administrator revokes all tokens.
    Revocation,
    /// The token endpoint responds with 503.
    OutageBegins,
    OutageEnds,
    /// The client gets another secret. The file of the service still has the old one.
    SecretRotated,
    /// The file has the secret.
    SecretDelivered,
}

/// The events of a day, with their seconds, the next one last.
pub struct Plan(Vec<(u64, Event)>);

impl Plan {
    pub fn of(hours: u64) -> Self {
        let outage = hours / 2 * HOUR + 10 * MINUTE;
        let rotation = hours * 3 / 4 * HOUR + 10 * MINUTE;
        let mut events = vec![
            (outage, Event::OutageBegins),
            (outage + SPELL, Event::OutageEnds),
            (rotation, Event::SecretRotated),
            (rotation + SPELL, Event::SecretDelivered),
        ];
        events.extend((1..hours).map(|hour| (hour * HOUR, Event::Revocation)));
        events.sort_by_key(|(second, _)| std::cmp::Reverse(*second));
        Self(events)
    }

    /// Takes the next event that is due.
    pub fn due(&mut self, second: u64) -> Option<Event> {
        let (due, event) = *self.0.last()?;
        (due <= second).then(|| {
            self.0.pop();
            event
        })
    }
}
