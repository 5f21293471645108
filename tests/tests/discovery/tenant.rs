//! Tokens that name another tenant, and callers that leave.

use super::simulation::{ServerResponse, Simulation, code, error, found, hours, poll, ready};

#[test]
fn a_token_of_another_tenant_leads_to_another_api() {
    let simulation = Simulation::new();
    let source = simulation.source();
    assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
    simulation.set().tenant = Some("tenant-2");
    simulation.advance(hours(1));
    for _ in 0..10 {
        assert_eq!(found(&source), "https://api-tenant-2.niceincontact.com");
    }
    assert_eq!(simulation.requests(), [2, 2, 2]);
    let last = simulation.asked().pop().unwrap();
    assert!(last.ends_with("?tenantId=tenant-2"), "{last}");
}

#[test]
fn the_api_of_one_tenant_does_not_stand_in_for_anothers() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    simulation.set().tenant = Some("tenant-2");
    simulation.set().located = ServerResponse::Status(404);
    simulation.advance(hours(1));
    for _ in 0..10 {
        assert_eq!(code(&error(&source)), 814);
    }
    assert_eq!(simulation.requests(), [2, 2, 2]);
    simulation.set().tenant = Some("tenant-1");
    assert!(source.invalidate(&ready(source.token()).unwrap()));
    assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
    assert_eq!(simulation.requests(), [3, 2, 2]);
}

#[test]
fn the_failure_of_one_tenant_does_not_hold_another_back() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = ServerResponse::Status(404);
    assert_eq!(code(&error(&source)), 814);
    (simulation.set().tenant, simulation.set().located) = (Some("tenant-2"), ServerResponse::Truth);
    assert!(source.invalidate(&ready(source.token()).unwrap()));
    assert_eq!(found(&source), "https://api-tenant-2.niceincontact.com");
    assert_eq!(simulation.requests(), [2, 2, 2]);
}

#[test]
fn nobody_waits_for_the_discovery_of_another_tenant() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Silence;
    let mut requester = Box::pin(source.api_base());
    assert!(poll(&mut requester).is_pending());
    (simulation.set().tenant, simulation.set().openid) = (Some("tenant-2"), ServerResponse::Truth);
    assert!(source.invalidate(&ready(source.token()).unwrap()));
    let there = "https://api-tenant-2.niceincontact.com";
    assert_eq!(found(&source), there);
    let base = ready(&mut requester);
    assert_eq!(base.unwrap().to_string(), there);
    assert_eq!(found(&source), there);
    assert_eq!(simulation.requests(), [2, 2, 2]);
}

#[test]
fn a_token_that_names_no_tenant_changes_nothing() {
    let simulation = Simulation::new();
    let source = simulation.source();
    found(&source);
    simulation.set().tenant = None;
    simulation.advance(hours(1));
    assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
    assert_eq!(simulation.requests(), [2, 1, 1]);
}

#[test]
fn the_next_caller_takes_over_from_one_that_leaves() {
    for (openid, located, expected) in [
        (ServerResponse::Silence, ServerResponse::Truth, [1, 2, 1]),
        (ServerResponse::Truth, ServerResponse::Silence, [1, 2, 2]),
    ] {
        let simulation = Simulation::new();
        let source = simulation.source();
        (simulation.set().openid, simulation.set().located) = (openid, located);
        let mut requester = Box::pin(source.api_base());
        assert!(poll(&mut requester).is_pending());
        let mut waiters: Vec<_> = (0..50).map(|_| Box::pin(source.api_base())).collect();
        assert!(waiters.iter_mut().all(|waiter| poll(waiter).is_pending()));
        (simulation.set().openid, simulation.set().located) =
            (ServerResponse::Truth, ServerResponse::Truth);
        assert!(waiters.iter_mut().all(|waiter| poll(waiter).is_pending()));
        drop(requester);
        let found = waiters.iter_mut().filter_map(|waiter| ready(waiter).ok());
        assert_eq!(found.count(), 50);
        assert_eq!(simulation.requests(), expected);
    }
}

#[test]
fn a_caller_that_leaves_costs_no_cool_down() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Silence;
    for asked in 1..=5 {
        let mut requester = Box::pin(source.api_base());
        assert!(poll(&mut requester).is_pending());
        drop(requester);
        assert_eq!(simulation.requests(), [1, asked, 0]);
    }
    simulation.set().openid = ServerResponse::Truth;
    found(&source);
}
