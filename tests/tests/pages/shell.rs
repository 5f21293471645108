//! Lines to type.

use super::page::Page;

/// In an interactive zsh, what follows a `#` is more arguments.
#[test]
fn no_line_to_type_ends_with_a_comment() {
    let mut count = 0;
    let mut pages = Page::all_in("docs/how-to");
    pages.extend(["docs/tutorial.md", "docs/README.md"].map(Page::read));
    for page in pages {
        for block in page.blocks() {
            if !["sh", "console"].contains(&block.language) {
                continue;
            }
            for line in block.text.lines() {
                let is_comment = line.starts_with('#') || line.contains(" # ");
                assert!(!is_comment, "{}: {line}", page.name);
                count += 1;
            }
        }
    }
    assert!(count >= 10, "{count}");
}
