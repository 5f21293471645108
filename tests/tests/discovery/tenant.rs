//! Tokens that name another tenant, and callers that leave.

use super::world::{Answer, World, code, error, found, hours, now, poll};

#[test]
fn a_token_of_another_tenant_leads_to_another_api() {
    let world = World::new();
    let source = world.source();
    assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
    world.set().tenant = Some("tenant-2");
    world.advance(hours(1));
    for _ in 0..10 {
        assert_eq!(found(&source), "https://api-tenant-2.niceincontact.com");
    }
    assert_eq!(world.requests(), [2, 2, 2]);
    let last = world.asked().pop().unwrap();
    assert!(last.ends_with("?tenantId=tenant-2"), "{last}");
}

#[test]
fn the_api_of_one_tenant_does_not_stand_in_for_anothers() {
    let world = World::new();
    let source = world.source();
    found(&source);
    world.set().tenant = Some("tenant-2");
    world.set().located = Answer::Status(404);
    world.advance(hours(1));
    for _ in 0..10 {
        assert_eq!(code(&error(&source)), 814);
    }
    assert_eq!(world.requests(), [2, 2, 2]);
    world.set().tenant = Some("tenant-1");
    assert!(source.invalidate(&now(source.token()).unwrap()));
    assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
    assert_eq!(world.requests(), [3, 2, 2]);
}

#[test]
fn the_failure_of_one_tenant_does_not_hold_another_back() {
    let world = World::new();
    let source = world.source();
    world.set().located = Answer::Status(404);
    assert_eq!(code(&error(&source)), 814);
    (world.set().tenant, world.set().located) = (Some("tenant-2"), Answer::Truth);
    assert!(source.invalidate(&now(source.token()).unwrap()));
    assert_eq!(found(&source), "https://api-tenant-2.niceincontact.com");
    assert_eq!(world.requests(), [2, 2, 2]);
}

#[test]
fn nobody_waits_for_the_discovery_of_another_tenant() {
    let world = World::new();
    let source = world.source();
    world.set().openid = Answer::Silence;
    let mut leader = Box::pin(source.api_base());
    assert!(poll(&mut leader).is_none());
    (world.set().tenant, world.set().openid) = (Some("tenant-2"), Answer::Truth);
    assert!(source.invalidate(&now(source.token()).unwrap()));
    let there = "https://api-tenant-2.niceincontact.com";
    assert_eq!(found(&source), there);
    let base = poll(&mut leader).expect("its server has answered");
    assert_eq!(base.unwrap().to_string(), there);
    assert_eq!(found(&source), there);
    assert_eq!(world.requests(), [2, 2, 2]);
}

#[test]
fn a_token_that_names_no_tenant_changes_nothing() {
    let world = World::new();
    let source = world.source();
    found(&source);
    world.set().tenant = None;
    world.advance(hours(1));
    assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
    assert_eq!(world.requests(), [2, 1, 1]);
}

#[test]
fn the_next_caller_takes_over_from_one_that_leaves() {
    for (openid, located, expected) in [
        (Answer::Silence, Answer::Truth, [1, 2, 1]),
        (Answer::Truth, Answer::Silence, [1, 2, 2]),
    ] {
        let world = World::new();
        let source = world.source();
        (world.set().openid, world.set().located) = (openid, located);
        let mut leader = Box::pin(source.api_base());
        assert!(poll(&mut leader).is_none());
        let mut waiters: Vec<_> = (0..50).map(|_| Box::pin(source.api_base())).collect();
        assert!(waiters.iter_mut().all(|waiter| poll(waiter).is_none()));
        (world.set().openid, world.set().located) = (Answer::Truth, Answer::Truth);
        assert!(waiters.iter_mut().all(|waiter| poll(waiter).is_none()));
        drop(leader);
        let through = waiters.iter_mut().filter_map(poll);
        assert_eq!(through.flatten().count(), 50);
        assert_eq!(world.requests(), expected);
    }
}

#[test]
fn a_caller_that_leaves_costs_no_cool_down() {
    let world = World::new();
    let source = world.source();
    world.set().openid = Answer::Silence;
    for asked in 1..=5 {
        let mut leader = Box::pin(source.api_base());
        assert!(poll(&mut leader).is_none());
        drop(leader);
        assert_eq!(world.requests(), [1, asked, 0]);
    }
    world.set().openid = Answer::Truth;
    found(&source);
}
