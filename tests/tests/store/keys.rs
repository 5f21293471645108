//! The keys for tests do what a seal has to do.

use cxone_auth_core::store::{EntryName, Seal as _, StoreErrorKind};
use cxone_auth_tests::store::TestKeys;
use secrecy::ExposeSecret as _;

const ENTRY: &[u8] = b"an entry that is longer than one block of the keystream";

fn name() -> EntryName {
    EntryName::new([7; 32])
}

fn opened(keys: &TestKeys, name: &EntryName, sealed: &[u8]) -> Option<Vec<u8>> {
    match keys.open(name, sealed) {
        Ok(entry) => Some(entry.expose_secret().to_vec()),
        Err(error) => {
            assert_eq!(error.kind(), StoreErrorKind::Damaged);
            None
        }
    }
}

#[test]
fn what_is_sealed_is_opened_and_nothing_else() {
    let keys = TestKeys::new("fleet");
    for entry in [ENTRY, b"", b"\0"] {
        let sealed = keys.seal(&name(), entry).expect("there is randomness");
        assert_eq!(opened(&keys, &name(), &sealed).as_deref(), Some(entry));
        assert_eq!(opened(&keys, &EntryName::new([8; 32]), &sealed), None);
        assert_eq!(opened(&TestKeys::new("others"), &name(), &sealed), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(opened(&keys, &name(), &changed), None, "byte {place}");
            assert_eq!(
                opened(&keys, &name(), &sealed[..place]),
                None,
                "cut at {place}"
            );
        }
    }
}

#[test]
fn a_sealed_entry_shows_nothing_and_is_never_the_same() {
    let keys = TestKeys::new("fleet");
    let seal = || {
        keys.seal(&name(), &[b'x'; 200])
            .expect("there is randomness")
    };
    let (one, other) = (seal(), seal());
    assert_ne!(one, other);
    assert!(!one.windows(4).any(|window| window == b"xxxx"));
}

#[test]
fn a_ring_opens_with_each_key_and_seals_with_the_first() {
    let old = TestKeys::new("old");
    let both = old.clone().opening_with("new");
    let new = old.clone().sealing_with("new");
    let rotated = new.clone().without("old");
    let by_old = both.seal(&name(), ENTRY).expect("there is randomness");
    let by_new = new.seal(&name(), ENTRY).expect("there is randomness");
    let opens =
        |keys: &TestKeys| [&by_old, &by_new].map(|sealed| opened(keys, &name(), sealed).is_some());
    assert_eq!(opens(&old), [true, false]);
    assert_eq!(opens(&both), [true, true]);
    assert_eq!(opens(&new), [true, true]);
    assert_eq!(opens(&rotated), [false, true]);
    assert_eq!(old.name(ENTRY), rotated.name(ENTRY), "names stay");
}

#[test]
fn seeded_keys_draw_the_same_again_and_clones_never_do() {
    let draw = |keys: &TestKeys| keys.random().expect("it is calculated");
    let keys = TestKeys::new("fleet").with_seed(7);
    let clone = keys.clone();
    let drawn = [draw(&keys), draw(&clone), draw(&keys)];
    assert_ne!(drawn[0], drawn[1]);
    assert_ne!(drawn[1], drawn[2]);
    let again = TestKeys::new("fleet").with_seed(7);
    assert_eq!(drawn, [draw(&again), draw(&again), draw(&again)]);
    assert_ne!(draw(&TestKeys::new("fleet")), draw(&TestKeys::new("fleet")));
}
