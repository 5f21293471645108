//! A tenant that is looked for again before the day is over.

use super::world::{Answer, World, found, poll};

#[test]
fn what_was_forgotten_is_asked_for_anew_with_the_same_token() {
    let world = World::new();
    let source = world.source();
    let blocking = source.blocking(world.clone());
    found(&source);
    source.clone().forget_tenant();
    for _ in 0..3 {
        found(&source);
        assert_eq!(world.requests(), [1, 2, 2]);
    }
    blocking.forget_tenant();
    for _ in 0..3 {
        blocking.tenant_configuration().unwrap();
        assert_eq!(world.requests(), [1, 3, 3]);
    }
}

#[test]
fn what_was_asked_for_before_is_not_kept() {
    let world = World::new();
    let source = world.source();
    world.set().located = Answer::Silence;
    let mut early = Box::pin(source.tenant_configuration());
    assert!(poll(&mut early).is_none());
    source.forget_tenant();
    let mut late = Box::pin(source.tenant_configuration());
    assert!(poll(&mut late).is_none());
    assert_eq!(
        world.requests(),
        [1, 2, 2],
        "it does not wait for the early"
    );
    world.set().located = Answer::Truth;
    assert!(poll(&mut early).is_none(), "it waits for the late");
    poll(&mut late).unwrap().unwrap();
    poll(&mut early).unwrap().unwrap();
    assert_eq!(world.requests(), [1, 2, 2]);
}

#[test]
fn a_cool_down_is_not_forgotten() {
    let world = World::new();
    let source = world.source();
    world.set().located = Answer::Status(503);
    for _ in 0..3 {
        let outcome = poll(&mut Box::pin(source.tenant_configuration()));
        outcome.unwrap().unwrap_err();
        source.forget_tenant();
    }
    assert_eq!(world.requests(), [1, 1, 1]);
}
