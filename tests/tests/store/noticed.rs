//! Each case of the contract notices a store that does not do what the case is about.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cxone_auth_tests::store::contract::{Case, cases};

use super::broken::Broken;
use super::broken::Defect::{self, *};

/// A defect for each case.
const DEFECTS: [(&str, Defect); 50] = [
    (
        "load::of_an_unknown_name_finds_nothing",
        UnknownNameIsAnError,
    ),
    ("load::finds_what_was_saved", ContentsPerProcess),
    ("load::finds_the_latest_of_several", LoadsFromACopy),
    ("load::leaves_what_it_finds", LoadTakesTheEntry),
    ("load::needs_no_lease", LoadNeedsTheLease),
    ("lease::is_given_to_the_first", LeaseIsForNobody),
    ("lease::is_not_given_to_another", LeaseIsForEverybody),
    ("lease::is_given_to_its_holder_again", LeaseIsForOnce),
    ("lease::ends_after_its_span", LeaseIsForEver),
    (
        "lease::begins_anew_when_its_holder_takes_it_again",
        LeaseIsNotRenewed,
    ),
    (
        "lease::becomes_shorter_when_its_holder_says_so",
        LeaseIsNotRenewed,
    ),
    ("lease::may_last_for_ever", SpanHasALimit),
    ("lease::does_not_end_with_a_save", SaveEndsTheLease),
    (
        "lease::does_not_end_with_the_entry",
        EndOfAnEntryEndsTheLease,
    ),
    (
        "lease::of_one_attempt_is_not_that_of_the_next",
        LeaseIsForTheProcess,
    ),
    ("save::without_a_lease_changes_nothing", SaveAsksNobody),
    ("save::by_another_changes_nothing", SaveAsksNobody),
    ("save::after_the_span_changes_nothing", LeaseIsForEver),
    ("save::after_a_release_changes_nothing", SaveAsksNobody),
    ("save::may_be_repeated", SaveEndsTheLease),
    ("entry::may_be_empty", EmptyEntryIsNone),
    ("entry::may_have_256_kib", EntryHasALimit),
    ("entry::may_have_any_bytes", EntryIsText),
    ("entry::may_become_shorter", EntryIsWrittenOver),
    ("entry::stays_after_its_lease", ReleaseRemovesTheEntry),
    (
        "entry::stays_after_the_store_is_closed",
        OpeningClearsTheStore,
    ),
    ("keep::ends_an_entry", KeepIsForEver),
    ("keep::of_nothing_ends_an_entry_at_once", KeepHasAMinimum),
    ("keep::of_the_latest_save_counts", KeepOfTheFirstSave),
    ("keep::may_last_for_ever", KeepHasALimit),
    ("keep::is_told_while_it_lasts", RemainingIsInAnotherUnit),
    ("keep::is_told_while_it_lasts", RemainingStandsStill),
    ("release::frees_the_lease", ReleaseDoesNothing),
    ("release::by_another_changes_nothing", ReleaseAsksNobody),
    (
        "release::of_a_lease_that_nobody_has_changes_nothing",
        ReleaseAsksNobody,
    ),
    (
        "release::of_an_earlier_attempt_changes_nothing",
        ReleaseAsksNobody,
    ),
    ("release::leaves_the_entry", ReleaseRemovesTheEntry),
    ("removal::of_equal_bytes_is_done", RemovalDoesNothing),
    (
        "removal::of_other_bytes_changes_nothing",
        RemovalComparesTheStart,
    ),
    (
        "removal::of_what_is_not_there_changes_nothing",
        RemovalOfNothingIsDone,
    ),
    (
        "removal::of_an_empty_entry_is_not_of_nothing",
        RemovalOfNothingIsDone,
    ),
    ("removal::needs_no_lease", RemovalNeedsTheLease),
    ("removal::leaves_the_lease", RemovalEndsTheLease),
    ("name::has_an_entry_of_its_own", NamesAreOne),
    ("name::has_a_lease_of_its_own", NamesAreOne),
    ("name::is_compared_to_its_last_digit", NameIsCutShort),
    ("race::of_takers_has_one_winner", LeaseIsCheckedThenTaken),
    ("race::of_removals_has_one_winner", RemovalIsCheckedThenMade),
    ("race::of_saves_leaves_a_whole_entry", EntryIsWrittenInParts),
    ("race::of_holders_loses_no_update", LoadsFromACopy),
];

#[test]
fn each_defect_fails_its_case() {
    for (name, defect) in DEFECTS {
        let case = case(name);
        let noticed = case.ways().iter().any(|opening| {
            let run = || case.run(&Broken::new(defect), *opening);
            catch_unwind(AssertUnwindSafe(run)).is_err()
        });
        assert!(noticed, "{name} does not notice {defect:?}");
    }
}

#[test]
fn each_case_has_a_defect_that_fails_it() {
    for case in cases() {
        let name = format!("{case:?}");
        let mut known = DEFECTS.iter();
        assert!(known.any(|(known, _)| *known == name), "{name}");
    }
}

fn case(name: &str) -> &'static Case {
    let mut cases = cases().iter();
    let case = cases.find(|case| format!("{case:?}") == name);
    case.unwrap_or_else(|| panic!("the contract has no case {name}"))
}
