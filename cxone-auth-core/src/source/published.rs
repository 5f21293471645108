//! The token that a source hands out without a lock.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::shard::ShardedToken;
use crate::clock::{Moment, SourceClock};
use crate::config::Config;
use crate::protocol::AccessToken;

/// How late [`SourceClock::now_roughly`] may be. For its readings, a token is served for a shorter
/// time by this span.
const LAG: Duration = Duration::from_millis(10);

/// The token that needs no look at the session until a moment.
#[derive(Default)]
pub(super) struct Published(ArcSwapOption<Served>);

struct Served {
    token: Arc<ShardedToken>,
    /// The configuration that the token belongs to. A call reads both at once.
    config: Arc<Config>,
    until: Moment,
}

impl Published {
    /// Returns the token if it is still served. This takes no lock and no allocation, and reads the
    /// clocks in the cheapest way.
    pub(super) fn token(&self, clock: &dyn SourceClock) -> Option<AccessToken> {
        let served = self.0.load();
        let served = served.as_ref().filter(|served| served.is_valid(clock))?;
        Some(served.token.token())
    }

    /// Returns the token, if it is still served, with what `of` finds in its configuration.
    pub(super) fn token_with<T>(
        &self,
        clock: &dyn SourceClock,
        of: impl FnOnce(&Config) -> Option<T>,
    ) -> Option<(AccessToken, T)> {
        let served = self.0.load();
        let served = served.as_ref().filter(|served| served.is_valid(clock))?;
        let found = of(&served.config)?;
        Some((served.token.token(), found))
    }

    /// Reports whether there is a token that is still served.
    pub(super) fn has_token(&self, clock: &dyn SourceClock) -> bool {
        let served = self.0.load();
        served.as_ref().is_some_and(|served| served.is_valid(clock))
    }

    /// Serves this token of `config` until that moment. The copies of the token that threads have
    /// made stay.
    pub(super) fn serve(&self, config: &Arc<Config>, served: Option<(AccessToken, Moment)>) {
        let latest = self.0.load();
        let served = served.map(|(token, until)| {
            let until = until.saturating_sub(LAG);
            let same = latest.as_ref().filter(|served| served.token.is_of(&token));
            let token = match same {
                Some(served) => Arc::clone(&served.token),
                None => Arc::new(ShardedToken::of(token)),
            };
            let config = Arc::clone(config);
            Arc::new(Served {
                token,
                config,
                until,
            })
        });
        self.0.store(served);
    }
}

impl Served {
    fn is_valid(&self, clock: &dyn SourceClock) -> bool {
        !clock.now_roughly().has_reached(self.until)
    }
}
