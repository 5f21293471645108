//! Rule 1: a process with a fresh token never uses the store.

use cxone_auth_core::source::TokenOptions;

use super::fleet::{Fleet, hours, seconds};
use super::server::{Reply, TOKEN};

#[test]
fn a_fresh_token_never_touches_the_store() {
    let fleet = Fleet::of_tokens(TOKEN);
    let processes = fleet.start_many(2);
    let texts = fleet.texts(&processes);
    for (process, text) in processes.iter().zip(texts) {
        let operations = process.store.operation_count();
        assert!(operations > 0, "the first call uses it");
        // The early-refresh window begins 900 seconds before the end at the earliest.
        for _ in 0..13 {
            assert_eq!(fleet.text(process), text);
            let long = TokenOptions::new().with_min_ttl(seconds(60));
            assert!(fleet.run(process.token_with(long)).is_ok());
            fleet.pass(seconds(100));
        }
        assert_eq!(process.store.operation_count(), operations);
    }
    fleet.assert_requests(1);
}

#[test]
fn a_store_that_fails_does_not_matter_while_the_token_is_fresh() {
    let fleet = Fleet::of_tokens(Reply::token(24 * 3_600));
    let process = fleet.start();
    let text = fleet.text(&process);
    process.events();
    process.store.fail(cxone_auth_tests::store::Fault::Silence);
    for _ in 0..20 {
        fleet.pass(hours(1));
        assert_eq!(fleet.text(&process), text);
    }
    assert_eq!(process.events(), [""; 0]);
}
