//! How long what was found is good.

use std::time::Duration;

use cxone_auth_core::Moment;

use super::world::{Answer, World, found, hours, now, poll, seconds};

const HERE: &str = "https://api-tenant-1.niceincontact.com";

#[test]
fn it_is_kept_while_tokens_come_and_go() {
    let world = World::new();
    let source = world.source();
    for hour in 0..23 {
        assert_eq!(found(&source), HERE);
        assert_eq!(world.requests(), [hour + 1, 1, 1]);
        world.advance(hours(1));
    }
}

#[test]
fn after_a_day_one_caller_asks_anew_and_the_others_go_on() {
    let world = World::new();
    let source = world.source();
    found(&source);
    world.advance(seconds(24 * 3_600 - 1));
    found(&source);
    assert_eq!(world.requests()[1..], [1, 1]);
    world.advance(seconds(1));
    world.set().located = Answer::Silence;
    let mut leader = Box::pin(source.tenant_configuration());
    assert!(poll(&mut leader).is_none());
    for _ in 0..100 {
        assert_eq!(found(&source), HERE);
    }
    assert_eq!(world.requests()[1..], [2, 2]);
    drop(leader);
    world.set().located = Answer::Truth;
    for _ in 0..100 {
        assert_eq!(found(&source), HERE);
    }
    assert_eq!(world.requests()[1..], [3, 3], "the next caller takes over");
}

#[test]
fn either_clock_ends_the_day() {
    for (monotonic, wall, asks) in [
        (hours(24), Duration::ZERO, 2),
        (Duration::ZERO, hours(24), 2),
        (hours(23), hours(23), 1),
    ] {
        let world = World::new();
        let source = world.source();
        found(&source);
        let start = world.now();
        world.set_clock(Moment::new(
            start.monotonic() + monotonic,
            start.wall() + wall,
        ));
        found(&source);
        assert_eq!(
            world.requests()[1..],
            [asks, asks],
            "{monotonic:?} {wall:?}"
        );
    }
}

#[test]
fn the_old_one_is_served_on_where_asking_anew_fails() {
    let world = World::new();
    let source = world.source();
    found(&source);
    world.set().openid = Answer::Status(503);
    world.advance(hours(24));
    for _ in 0..100 {
        assert_eq!(found(&source), HERE);
    }
    assert_eq!(world.requests()[1..], [2, 1]);
    // The cool-down doubles from a second to a minute, give or take a quarter.
    for hour in 1..=3 {
        for _ in 0..3_600 {
            world.advance(seconds(1));
            assert_eq!(found(&source), HERE);
        }
        let asked = world.requests()[1];
        assert!(asked <= 2 + 10 + hour * 3_600 / 45, "{asked}");
        assert!(asked >= hour * 3_600 / 76, "{asked}");
    }
    world.set().openid = Answer::Truth;
    world.advance(seconds(76));
    let asked = world.requests()[1];
    for _ in 0..10 {
        found(&source);
    }
    assert_eq!(world.requests()[1..], [asked + 1, 2]);
}

#[test]
fn it_outlives_an_outage_of_the_token_endpoint() {
    let world = World::new();
    let source = world.source();
    found(&source);
    world.set().tokens = Answer::Status(400);
    world.advance(hours(48));
    now(source.token()).unwrap_err();
    assert_eq!(found(&source), HERE);
    assert_eq!(world.requests()[1..], [1, 1]);
}

#[test]
fn a_clock_at_its_last_instant_makes_one_discovery_a_call() {
    let world = World::new();
    let source = world.source();
    world.set_clock(Moment::new(Duration::MAX, world.now().wall()));
    for call in 1..=3 {
        world.set().lifetime = 0;
        assert_eq!(found(&source), HERE);
        assert_eq!(world.requests()[1..], [call, call]);
    }
}
