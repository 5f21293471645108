//! A tenant that is looked for again before the day is over.

use super::simulation::{FakeReply, Simulation, found, poll};

#[test]
fn what_was_forgotten_is_asked_for_anew_with_the_same_token() {
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
    simulation.set().located = FakeReply::Silence;
    let mut early = Box::pin(source.tenant_configuration());
    assert!(poll(&mut early).is_none());
    source.forget_tenant();
    let mut late = Box::pin(source.tenant_configuration());
    assert!(poll(&mut late).is_none());
    assert_eq!(
        simulation.requests(),
        [1, 2, 2],
        "it does not wait for the early"
    );
    simulation.set().located = FakeReply::Truth;
    assert!(poll(&mut early).is_none(), "it waits for the late");
    poll(&mut late).unwrap().unwrap();
    poll(&mut early).unwrap().unwrap();
    assert_eq!(simulation.requests(), [1, 2, 2]);
}

#[test]
fn a_cool_down_is_not_forgotten() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = FakeReply::Status(503);
    for _ in 0..3 {
        let outcome = poll(&mut Box::pin(source.tenant_configuration()));
        outcome.unwrap().unwrap_err();
        source.forget_tenant();
    }
    assert_eq!(simulation.requests(), [1, 1, 1]);
}
