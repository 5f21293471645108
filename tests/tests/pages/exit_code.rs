//! The exit codes stand in the README and in a page of their own.

use super::page::Page;

#[test]
fn the_page_of_exit_codes_says_what_the_readme_says() {
    let [readme, page] = ["README.md", "docs/exit-codes.md"].map(|name| rows(&Page::read(name)));
    assert_eq!(page.len(), 7, "{page:?}");
    assert_eq!(readme, page);
}

/// The rows that begin with a digit.
fn rows(page: &Page) -> Vec<String> {
    let begins = |line: &&str| {
        let cell = line
            .strip_prefix("| ")
            .and_then(|line| line.split(' ').next());
        cell.is_some_and(|cell| cell.len() == 1 && cell.starts_with(|c: char| c.is_ascii_digit()))
    };
    page.text
        .lines()
        .filter(begins)
        .map(str::to_owned)
        .collect()
}
