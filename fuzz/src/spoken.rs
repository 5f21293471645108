//! How an error has to read.

use cxone_auth_core::Error;

/// Checks that an error's text is one line that a terminal shows as it is, without a full stop of
/// our own.
pub(crate) fn assert_well_spoken(error: &Error) {
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

/// Everything that can be printed of an error.
pub(crate) fn all_text(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {}", error.report())
}
