//! What goes wrong, and when.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::store::StoreErrorKind;
use cxone_auth_tests::store::{Fault, Snapshot};

use super::executor::{Owner, WORLD};
use super::process;
use super::server::Weather;
use super::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// Some wall clocks are set.
    SetClocks,
    /// The next process that sends a request is killed, and starts again.
    KillHolder,
    /// It stands still for up to two minutes.
    FreezeHolder,
    /// The same, and its monotonic clock does not count them.
    SleepHolder,
    /// Some processes are killed, and start again.
    KillSome,
    /// All of them, within a minute.
    RestartAll,
    /// Some stand still.
    FreezeSome,
    /// A replica takes over that is behind.
    FailOver,
    Evict,
    LoseEverything,
    LoseLeases,
    StealLeases,
    /// The store is restored from a backup.
    Restore,
    /// Somebody writes an old entry to the store again.
    Replay,
    /// Somebody damages the entries.
    Corrupt,
    /// The store fails for some processes, or all.
    StoreFault,
    Weather(Weather),
    /// An administrator ends every token.
    Revoke,
}

impl Event {
    /// How many requests it may cost, beyond those that are due.
    fn costs(self) -> u64 {
        match self {
            Self::KillHolder
            | Self::FreezeHolder
            | Self::SleepHolder
            | Self::FailOver
            | Self::Evict
            | Self::LoseEverything
            | Self::LoseLeases
            | Self::StealLeases
            | Self::Restore
            | Self::StoreFault => 1,
            _ => 0,
        }
    }

    /// Whether it happens to the process that sends the next request, while it is under way.
    fn waits_for_a_request(self) -> bool {
        matches!(
            self,
            Self::KillHolder | Self::FreezeHolder | Self::SleepHolder
        )
    }
}

/// Has one event after the other happen, until `end`.
pub(crate) async fn unfold(world: Arc<World>, end: Duration) {
    let events = world.scenario.events;
    if events.is_empty() {
        return;
    }
    let mut backup = world.store.snapshot();
    loop {
        // Every caller calls at least once meanwhile.
        let least = Duration::from_mins(2).max(world.lifetime / 8);
        let pause = world.chance().between(least, least + world.lifetime / 3);
        world.time.sleep(pause).await;
        if world.time.now() >= end {
            break;
        }
        let event = world.chance().pick(events);
        if event.waits_for_a_request() || world.is_at_a_request(event) {
            world.await_request(event);
        } else {
            happen(&world, event, None, &backup).await;
        }
        if world.chance().once_in(3) {
            backup = world.store.snapshot();
        }
    }
    world.server().weather = Weather::Fair;
    // What has happened may cost requests until every process has had another token.
    world.time.sleep(world.lifetime).await;
    world.note(WORLD, format_args!("from here on, nothing is forgiven"));
    world.judge().forgive_nothing();
}

/// Has an event happen to the process that has just sent a request.
pub(crate) async fn strike(world: Arc<World>, event: Event, owner: Owner) {
    let pause = world
        .chance()
        .between(Duration::ZERO, Duration::from_millis(400));
    world.time.sleep(pause).await;
    let backup = world.store.snapshot();
    happen(&world, event, Some(owner), &backup).await;
}

async fn happen(world: &Arc<World>, event: Event, owner: Option<Owner>, backup: &Snapshot) {
    world.note(WORLD, format_args!("{event:?}"));
    world.judge().forgive(event.costs());
    match event {
        Event::KillHolder => restart(world, owner.into_iter().collect(), Duration::ZERO),
        Event::KillSome => restart(world, world.some(8), Duration::ZERO),
        Event::RestartAll => restart(world, world.some(1), Duration::from_mins(1)),
        Event::FreezeHolder => freeze(world, owner.into_iter().collect(), false),
        Event::SleepHolder => freeze(world, owner.into_iter().collect(), true),
        Event::FreezeSome => {
            let sleeps = world.chance().once_in(2);
            freeze(world, world.some(8), sleeps);
        }
        Event::SetClocks => {
            for owner in world.some(4) {
                world.set_clock(owner);
            }
        }
        Event::FailOver => {
            let behind = world
                .chance()
                .between(Duration::from_millis(1), Duration::from_secs(2));
            world.store.fail_over(behind);
        }
        Event::Evict => world.store.evict(),
        Event::LoseEverything => world.store.lose_everything(),
        Event::LoseLeases => world.store.lose_leases(),
        Event::StealLeases => world.store.steal_leases(),
        Event::Restore => world.store.restore(backup),
        Event::Replay => {
            world.judge().replayed();
            world.store.replay(backup, world.lifetime);
        }
        Event::Corrupt => world.store.corrupt(|bytes| {
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
        }),
        Event::StoreFault => fail_store(world).await,
        Event::Weather(weather) => {
            world.server().weather = weather;
            let span = world.chance().magnitude(Duration::from_secs(5), 8);
            world.time.sleep(span.min(world.lifetime)).await;
            world.server().weather = Weather::Fair;
            world.note(WORLD, format_args!("fair again"));
        }
        Event::Revoke => world.server().revoke_all(),
    }
}

/// Kills processes within `span`, and starts each again soon.
fn restart(world: &Arc<World>, owners: Vec<Owner>, span: Duration) {
    for owner in owners {
        let before = world.chance().between(Duration::ZERO, span);
        let down = world
            .chance()
            .between(Duration::from_millis(100), Duration::from_secs(50));
        let its_world = Arc::clone(world);
        let task = async move {
            its_world.time.sleep(before).await;
            process::kill(&its_world, owner);
            its_world.time.sleep(down).await;
            process::start(&its_world, owner);
        };
        world.time.spawn(WORLD, Box::pin(task));
    }
}

fn freeze(world: &Arc<World>, owners: Vec<Owner>, sleeps: bool) {
    for owner in owners {
        let span = world
            .chance()
            .between(Duration::from_secs(1), Duration::from_mins(2));
        let its_world = Arc::clone(world);
        let task = async move {
            its_world.stop(owner);
            its_world.time.sleep(span).await;
            if sleeps {
                its_world.sleep_through(owner, span);
            }
            its_world.go_on(owner);
        };
        world.time.spawn(WORLD, Box::pin(task));
    }
}

/// The store fails for everybody, or for some, for a while.
async fn fail_store(world: &Arc<World>) {
    let fault = world.chance().pick(&[
        Fault::Error(StoreErrorKind::Unavailable),
        Fault::Error(StoreErrorKind::Damaged),
        Fault::Late(Duration::from_millis(900)),
        Fault::Late(Duration::from_secs(3)),
        Fault::LateResponse(Duration::from_millis(900)),
        Fault::Silence,
        Fault::LostResponse,
    ]);
    let share = world.chance().pick(&[1, 2, 8]);
    let owners = world.some(share);
    let span = world.chance().magnitude(Duration::from_secs(1), 9);
    world.note(
        WORLD,
        format_args!("{fault:?} for {} processes, {span:?}", owners.len()),
    );
    world.set_fault(&owners, Some(fault));
    world.time.sleep(span.min(world.lifetime)).await;
    world.set_fault(&owners, None);
    world.note(WORLD, format_args!("the store is well"));
}
