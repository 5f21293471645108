//! A sealing key is replaced in two steps, and nobody meets an entry that they cannot open.

use cxone_auth_core::store::Seal as _;

use super::{keys, name, opens, refused, seal, written};

#[test]
fn files_that_are_one_step_apart_open_each_others_entries() {
    let mut steps = vec![keys()];
    for _ in 0..3 {
        steps.push(steps.last().unwrap().add().unwrap());
        steps.push(steps.last().unwrap().promote().unwrap());
    }
    for pair in steps.windows(2) {
        let [earlier, later] = pair else { panic!() };
        assert!(opens(earlier, &seal(later)), "{earlier:?} {later:?}");
        assert!(opens(later, &seal(earlier)), "{earlier:?} {later:?}");
    }
    // What was sealed before a rotation is opened after it, and until the next one has ended.
    assert!(opens(&steps[2], &seal(&steps[0])));
    assert!(opens(&steps[3], &seal(&steps[0])));
    assert!(!opens(&steps[4], &seal(&steps[0])));
    assert!(!opens(&steps[0], &seal(&steps[2])));
}

#[test]
fn everybody_names_entries_alike_before_and_after() {
    let before = keys();
    let after = before.add().unwrap().promote().unwrap().retire();
    assert_eq!(name(&before), name(&after));
    assert_ne!(name(&before), name(&keys()));
}

#[test]
fn a_key_that_was_added_only_opens() {
    let before = keys();
    let added = before.add().unwrap();
    assert_eq!(added.key_ids().len(), 2);
    assert_eq!(added.key_ids()[0], before.key_ids()[0]);
    assert!(opens(&before, &seal(&added)));
    let promoted = added.promote().unwrap();
    assert_eq!(promoted.key_ids()[0], added.key_ids()[1]);
}

#[test]
fn the_steps_have_an_order() {
    let added = keys().add().unwrap();
    let said = refused(&added.add().unwrap_err());
    assert!(said.contains(&added.key_ids()[1]), "{said}");
    assert!(said.ends_with("then promote the key"), "{said}");
    let said = refused(&keys().promote().unwrap_err());
    assert!(said.starts_with("no key was added"), "{said}");
}

#[test]
fn a_retired_key_opens_nothing() {
    let before = keys();
    let promoted = before.add().unwrap().promote().unwrap();
    let retired = promoted.retire();
    assert_eq!(retired.key_ids(), promoted.key_ids()[..1]);
    assert!(opens(&promoted, &seal(&before)));
    assert!(!opens(&retired, &seal(&before)));
    assert!(opens(&retired, &seal(&promoted)));
}

#[test]
fn a_key_that_waits_is_not_retired() {
    let added = keys().add().unwrap();
    assert_eq!(added.retire().key_ids(), added.key_ids());
    assert!(opens(&added.retire(), &seal(&added.promote().unwrap())));
}

#[test]
fn a_process_without_the_key_is_told_which_one_it_lacks() {
    let before = keys();
    let after = before.add().unwrap().promote().unwrap();
    let error = before.open(&name(&before), &seal(&after)).unwrap_err();
    let said = error.to_string();
    assert!(said.contains(&after.key_ids()[0]), "{said}");
    assert!(
        said.ends_with("give every process the same key file"),
        "{said}"
    );
    assert!(!said.contains(&written(&after)[..40]));
}
