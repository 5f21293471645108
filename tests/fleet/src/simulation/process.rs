//! A process: a source with clocks, a seed, a transport and a store of its own, and its callers.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cxone_auth_core::source::Clock as _;
use cxone_auth_core::store::StoreOptions;
use cxone_auth_core::{AccessToken, ClientCredentials, Config, Error, TokenSource};
use cxone_auth_tests::store::TestKeys;

use super::Flaw;
use super::clock::ProcessClock;
use super::connection::Connection;
use super::executor::Owner;
use super::judge::Handed;
use super::server::number_of;
use super::wire::Wire;
use super::world::World;
use crate::chance::Chance;

pub(crate) struct Process {
    world: Arc<World>,
    owner: Owner,
    clock: ProcessClock,
    source: TokenSource,
    /// The first token, for a process that keeps it.
    first: OnceLock<AccessToken>,
}

/// So many callers a process has.
const CALLERS: u64 = 2;

/// One process in so many keeps its token fresh besides. That awakes often, and takes as much time as
/// the callers of ten processes.
const KEEPERS: usize = 40;

/// The longest time between two calls of a caller.
pub(super) fn longest_pause(lifetime: Duration) -> Duration {
    lifetime * 2 / 25
}

/// Starts a process, with a new seed.
pub(crate) fn start(world: &Arc<World>, owner: Owner) {
    let seed = world.chance().below(u64::MAX);
    let clock = world.clock(owner);
    let wire = Wire::new(Arc::clone(world), owner);
    let source = TokenSource::with_clock(config(), wire, clock.clone(), seed);
    let keys = match world.flaw {
        Flaw::OwnKeys => TestKeys::new(&owner.to_string()),
        _ => world.keys.clone(),
    };
    let source = match world.flaw {
        Flaw::NoStore => source,
        _ => source.with_store(Connection::new(world, owner), StoreOptions::new(keys)),
    };
    let process = Arc::new(Process {
        world: Arc::clone(world),
        owner,
        clock,
        source,
        first: OnceLock::new(),
    });
    world.note(owner, format_args!("starts"));
    world.judge().start(owner);
    for number in 0..CALLERS {
        let task = Arc::clone(&process).call_for_ever(Chance::new(seed ^ number));
        world.time.spawn(owner, Box::pin(task));
    }
    if owner % KEEPERS == 5 {
        world
            .time
            .spawn(owner, Box::pin(process.source.clone().keep_fresh()));
    }
    world.fleet()[owner] = Some(process);
}

/// Ends a process as `kill -9` does: it says nothing to anybody.
pub(crate) fn kill(world: &Arc<World>, owner: Owner) {
    world.note(owner, format_args!("is killed"));
    world.time.kill(owner);
    let process = world.fleet()[owner].take();
    drop(process);
    world.judge().end(owner);
}

impl Process {
    async fn call_for_ever(self: Arc<Self>, mut chance: Chance) {
        let longest = longest_pause(self.world.lifetime);
        loop {
            let pause = chance.between(Duration::ZERO, longest);
            self.world.time.sleep(pause).await;
            let call = self.world.judge().call_began(self.owner);
            self.call(&mut chance).await;
            let broken = self.world.judge().call_over(call);
            self.report(broken);
        }
    }

    /// Calls an API, as the clients of the adapters do: after a 401 once more, with another token.
    async fn call(&self, chance: &mut Chance) {
        let began = self.world.time.now();
        let Some(token) = self.token(began).await else {
            return;
        };
        if self.is_accepted(&token, chance).await {
            return;
        }
        let first = number_of(token.expose_secret());
        self.world
            .note(self.owner, format_args!("gets 401 for token {first:?}"));
        self.world.judge().rejected(self.owner, first);
        if self.world.flaw != Flaw::IgnoresRejections {
            self.source.invalidate(&token);
        }
        let began = self.world.time.now();
        let Some(token) = self.token(began).await else {
            return;
        };
        if !self.is_accepted(&token, chance).await {
            let flaws = [Flaw::IgnoresRejections, Flaw::IgnoresSecondRejections];
            if !flaws.contains(&self.world.flaw) {
                self.source.invalidate(&token);
            }
            let second = number_of(token.expose_secret());
            self.world.note(
                self.owner,
                format_args!("its caller gets the 401 for {second:?}"),
            );
            // An administrator has ended both, and the process has not used the second one yet.
            let is_excused = first != second && self.world.server().is_ended(second);
            let broken = self.world.judge().unauthorized(self.owner, is_excused);
            self.report(broken);
        }
    }

    async fn token(&self, began: Duration) -> Option<AccessToken> {
        let result = self.source.token().await;
        match result {
            Ok(mut token) => {
                if self.world.flaw == Flaw::IgnoresTheEnd {
                    token = self.first.get_or_init(|| token).clone();
                }
                let handed = Handed {
                    number: number_of(token.expose_secret()),
                    is_expired: token.is_expired(self.clock.now()),
                };
                let broken =
                    self.world
                        .judge()
                        .handed_out(self.owner, &handed, &self.world.server());
                self.report(broken);
                Some(token)
            }
            Err(error) => {
                self.refused(began, &error);
                None
            }
        }
    }

    fn refused(&self, began: Duration, error: &Error) {
        let visible = self.world.visible(self.owner, began);
        let broken =
            self.world
                .judge()
                .refused(self.owner, visible, self.world.server().denies(self.owner));
        if let Some(broken) = broken {
            self.report(Some(format!("{broken}: {error}")));
        }
    }

    async fn is_accepted(&self, token: &AccessToken, chance: &mut Chance) -> bool {
        let way = chance.between(Duration::from_millis(5), Duration::from_millis(50));
        self.world.time.sleep(way).await;
        if self.world.judge().rejects(self.owner) {
            return false;
        }
        let now = self.world.time.now();
        number_of(token.expose_secret())
            .is_some_and(|number| self.world.server().accepts(number, now))
    }

    fn report(&self, broken: Option<String>) {
        if let Some(broken) = broken {
            self.world
                .note(self.owner, format_args!("BROKEN: {broken}"));
            self.world.judge().break_off(broken);
        }
    }
}

fn config() -> Config {
    let endpoint = "https://login.example.com/token".parse();
    let credentials = ClientCredentials::new("the-client", "the-s3cret");
    let config = endpoint.and_then(|endpoint| Config::custom(endpoint, credentials));
    config.expect("the values are fixed and good")
}
