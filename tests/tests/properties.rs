//! Properties of the core's pure functions, on the strategies of its feature `proptest`.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "properties/answers.rs"]
mod answers;
#[path = "properties/names.rs"]
mod names;
#[path = "properties/requests.rs"]
mod requests;
#[path = "properties/secrecy.rs"]
mod secrecy;

use cxone_auth_core::Error;
use proptest::test_runner::Config;

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

/// An error's text is one line that a terminal shows as it is, without a full stop of our own.
fn assert_well_spoken(error: &Error) {
    let text = error.to_string();
    let steers = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202E}');
    assert!(!text.contains(steers), "{text:?}");
    let end_is_foreign = error
        .description()
        .or(error.redirected_to())
        .or(error.oauth_code())
        .or(error.vendor_code())
        .is_some_and(|foreign| text.ends_with(foreign));
    assert!(!text.ends_with('.') || end_is_foreign, "{text:?}");
    assert!(!text.is_empty() && text.trim() == text, "{text:?}");
}
