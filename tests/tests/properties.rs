//! Properties of the core's pure functions, on the strategies of this package.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "properties/assertions.rs"]
mod assertions;
#[path = "properties/corpora.rs"]
mod corpora;
#[path = "properties/names.rs"]
mod names;
#[path = "properties/requests.rs"]
mod requests;
#[path = "properties/responses.rs"]
mod responses;
#[path = "properties/secrecy.rs"]
mod secrecy;

// What the fuzzer runs as well.
#[path = "../../fuzz/src/address.rs"]
mod address;
#[path = "../../fuzz/src/api.rs"]
mod api;
#[path = "../../fuzz/src/discovery.rs"]
mod discovery;
#[path = "../../fuzz/src/jwk.rs"]
mod jwk;
#[path = "../../fuzz/src/key.rs"]
mod key;
#[path = "../../fuzz/src/metadata.rs"]
mod metadata;
#[path = "../../fuzz/src/name.rs"]
mod name;
#[path = "../../fuzz/src/pem.rs"]
mod pem;
#[path = "../../fuzz/src/replay.rs"]
mod replay;
#[path = "../../fuzz/src/response.rs"]
mod response;
#[path = "../../fuzz/src/retry_after.rs"]
mod retry_after;
#[path = "../../fuzz/src/second_parser.rs"]
mod second_parser;
#[path = "../../fuzz/src/spoken.rs"]
mod spoken;
#[path = "../../fuzz/src/tenant.rs"]
mod tenant;
#[path = "../../fuzz/src/token_response.rs"]
mod token_response;
#[path = "../../fuzz/src/variables.rs"]
mod variables;

use proptest::test_runner::Config;

use spoken::assert_well_spoken;

/// Enough cases to meet every branch of the strategies, few enough for a run of seconds. The
/// variable `PROPTEST_CASES` asks for more.
fn cases(cases: u32) -> Config {
    let default = Config::default();
    Config {
        cases: default.cases.max(cases),
        max_global_rejects: u32::MAX,
        // A failing case is printed with its values; no file is left beside the source.
        failure_persistence: None,
        ..default
    }
}
