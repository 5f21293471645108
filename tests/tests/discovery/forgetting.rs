//! A tenant that is looked for again before the day is over.

use super::simulation::{ServerResponse, Simulation, found, poll, ready};

#[test]
fn what_was_forgotten_is_asked_for_again_with_the_same_token() {
    let simulation = Simulation::new();
    let source = simulation.source();
    let blocking = source.blocking(simulation.clone());
    found(&source);
    source.clone().forget_tenant();
    for _ in 0..3 {
        found(&source);
        assert_eq!(simulation.requests(), [1, 2, 2]);
    }
    blocking.forget_tenant();
    for _ in 0..3 {
        blocking.tenant_configuration().unwrap();
        assert_eq!(simulation.requests(), [1, 3, 3]);
    }
}

#[test]
fn what_was_asked_for_before_is_not_kept() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = ServerResponse::Silence;
    let mut early = Box::pin(source.tenant_configuration());
    assert!(poll(&mut early).is_pending());
    source.forget_tenant();
    let mut late = Box::pin(source.tenant_configuration());
    assert!(poll(&mut late).is_pending());
    assert_eq!(
        simulation.requests(),
        [1, 2, 2],
        "it does not wait for the early"
    );
    simulation.set().located = ServerResponse::Truth;
    assert!(poll(&mut early).is_pending(), "it waits for the late");
    ready(&mut late).unwrap();
    ready(&mut early).unwrap();
    assert_eq!(simulation.requests(), [1, 2, 2]);
}

#[test]
fn what_comes_later_of_what_was_asked_for_before_is_not_kept() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = ServerResponse::Silence;
    let mut early = Box::pin(source.tenant_configuration());
    assert!(poll(&mut early).is_pending());
    source.forget_tenant();
    simulation.set().located = ServerResponse::Truth;
    ready(&mut early).unwrap();
    assert_eq!(simulation.requests(), [1, 2, 2], "it asks once more");
    found(&source);
    assert_eq!(simulation.requests(), [1, 2, 2]);
}

#[test]
fn a_cool_down_is_not_forgotten() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = ServerResponse::Status(503);
    for _ in 0..3 {
        ready(source.tenant_configuration()).unwrap_err();
        source.forget_tenant();
    }
    assert_eq!(simulation.requests(), [1, 1, 1]);
}
