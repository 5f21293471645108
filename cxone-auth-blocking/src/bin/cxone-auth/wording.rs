//! The library's words for a setting, and the program's.

/// In this order: a longer name stands before one that begins it.
const WORDS: &[(&str, &str)] = &[];

/// The same text with the names that this program has for the settings.
pub(crate) fn of_the_program(text: &str) -> String {
    WORDS
        .iter()
        .fold(text.to_owned(), |text, (library, program)| {
            text.replace(library, program)
        })
}
