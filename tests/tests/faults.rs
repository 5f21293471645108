//! Every fault, played to every transport of the workspace.

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
}

use std::collections::BTreeSet;
use std::fs;

use cxone_auth_tests::contract::Scheme;
use cxone_auth_tests::fault::{Fault, faults};

use shared::stack::Stack;

/// Plays the faults of a group and fails with everything that should have been otherwise.
fn survives(stack: Stack, scheme: Scheme, group: &str) {
    let faults = faults().into_iter();
    let faults = faults.filter(|it| it.group() == group && it.schemes().contains(&scheme));
    let mut played = 0;
    let mut complaints = Vec::new();
    for fault in faults {
        let trial = fault.run(&stack, scheme);
        complaints.extend(trial.complaints.iter().map(|it| format!("{fault:?}: {it}")));
        played += 1;
    }
    assert!(played > 0, "there is no fault of {group}");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Makes a test per group of faults for each transport and scheme.
macro_rules! survives {
    ($($module:ident: $stack:ident over $scheme:ident;)+) => {
        $(mod $module {
            use super::{Scheme, Stack, survives};

            #[test]
            fn survives_connections_that_fail() {
                survives(Stack::$stack, Scheme::$scheme, "connection");
            }

            #[test]
            fn survives_servers_that_fall_silent() {
                survives(Stack::$stack, Scheme::$scheme, "silence");
            }

            #[test]
            fn survives_tls_that_is_none() {
                survives(Stack::$stack, Scheme::$scheme, "tls");
            }

            #[test]
            fn survives_other_protocols() {
                survives(Stack::$stack, Scheme::$scheme, "protocol");
            }

            #[test]
            fn survives_hostile_heads() {
                survives(Stack::$stack, Scheme::$scheme, "head");
            }

            #[test]
            fn survives_odd_statuses() {
                survives(Stack::$stack, Scheme::$scheme, "status");
            }

            #[test]
            fn survives_redirects_and_follows_none() {
                survives(Stack::$stack, Scheme::$scheme, "redirect");
            }

            #[test]
            fn survives_tls_without_close_notify() {
                survives(Stack::$stack, Scheme::$scheme, "close");
            }

            #[test]
            fn survives_bodies_of_any_length() {
                survives(Stack::$stack, Scheme::$scheme, "length");
            }

            #[test]
            fn survives_bodies_that_mean_nothing() {
                survives(Stack::$stack, Scheme::$scheme, "body");
            }
        })+
    };
}

survives! {
    reqwest_over_http: Reqwest over Http;
    reqwest_over_https: Reqwest over Https;
    hyper_over_http: Hyper over Http;
    hyper_over_https: Hyper over Https;
    isahc_over_http: Isahc over Http;
    isahc_over_https: Isahc over Https;
    ureq_over_http: Ureq over Http;
    ureq_over_https: Ureq over Https;
}

#[test]
fn every_group_of_faults_has_its_test() {
    let groups: BTreeSet<&str> = faults().iter().map(Fault::group).collect();
    let tested = [
        "body",
        "close",
        "connection",
        "head",
        "length",
        "protocol",
        "redirect",
        "silence",
        "status",
        "tls",
    ];
    assert_eq!(groups, BTreeSet::from(tested));
}

#[test]
fn no_two_faults_have_the_same_name() {
    let mut names = BTreeSet::new();
    for fault in faults() {
        assert!(names.insert(fault.name()), "{}", fault.name());
    }
}

#[test]
fn the_page_of_faults_lists_them_all() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/faults.md");
    let page = fs::read_to_string(page).unwrap();
    for fault in faults() {
        let row = format!("| {} | {} |", fault.name(), fault.deed());
        assert!(page.contains(&row), "cargo xtask faults --write: {row}");
    }
}
