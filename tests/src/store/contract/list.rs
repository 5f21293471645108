//! The one list of all cases, for tests and as data.

use super::fixture::Fixture;
use super::{Case, entry, keep, lease, load, name, race, release, removal, save};
use crate::case::table;

/// Passes the list to another macro: groups, their cases, and the ways to open the store for each.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_list {
    ($($then:tt)+) => {
        $($then)+! {
            load {
                of_an_unknown_name_finds_nothing: together;
                finds_what_was_saved: together apart;
                finds_the_latest_of_several: together apart;
                leaves_what_it_finds: together;
                needs_no_lease: together apart;
            }
            lease {
                is_given_to_the_first: together;
                is_not_given_to_another: together apart;
                is_given_to_its_holder_again: together;
                ends_after_its_span: together apart;
                begins_anew_when_its_holder_takes_it_again: together apart;
                becomes_shorter_when_its_holder_says_so: together apart;
                may_last_for_ever: together apart;
                does_not_end_with_a_save: together apart;
                does_not_end_with_the_entry: together apart;
                of_one_attempt_is_not_that_of_the_next: together;
            }
            save {
                without_a_lease_changes_nothing: together;
                by_another_changes_nothing: together apart;
                after_the_span_changes_nothing: together apart;
                after_a_release_changes_nothing: together apart;
                may_be_repeated: together;
            }
            entry {
                may_be_empty: together apart;
                may_have_256_kib: together apart;
                may_have_any_bytes: together apart;
                may_become_shorter: together apart;
                stays_after_its_lease: together apart;
                stays_after_the_store_is_closed: apart;
            }
            keep {
                ends_an_entry: together apart;
                of_nothing_ends_an_entry_at_once: together;
                of_the_latest_save_counts: together apart;
                may_last_for_ever: together;
                is_told_while_it_lasts: together apart;
            }
            release {
                frees_the_lease: together apart;
                by_another_changes_nothing: together apart;
                of_a_lease_that_nobody_has_changes_nothing: together;
                of_an_earlier_attempt_changes_nothing: together;
                leaves_the_entry: together apart;
            }
            removal {
                of_equal_bytes_is_done: together apart;
                of_other_bytes_changes_nothing: together apart;
                of_what_is_not_there_changes_nothing: together;
                of_an_empty_entry_is_not_of_nothing: together;
                needs_no_lease: together apart;
                leaves_the_lease: together apart;
            }
            name {
                has_an_entry_of_its_own: together;
                has_a_lease_of_its_own: together;
                is_compared_to_its_last_digit: together;
            }
            race {
                of_takers_has_one_winner: together apart;
                of_removals_has_one_winner: together apart;
                of_saves_leaves_a_whole_entry: together apart;
                of_holders_loses_no_update: together apart;
            }
        }
    };
}

/// Returns every case of the contract.
#[must_use]
pub fn cases() -> &'static [Case] {
    const CASES: &[Case] = crate::__store_contract_list!(table);

    CASES
}
