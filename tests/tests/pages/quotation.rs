//! Code on a page is code that is compiled: it stands in the file that the page names.

use std::fs;

use super::page::{Page, root};

/// The pages whose every block of Rust is quoted.
fn quoting() -> Vec<Page> {
    let mut pages = Page::all_in("docs/how-to");
    pages.push(Page::read("docs/tutorial.md"));
    pages
}

#[test]
fn each_block_of_rust_stands_in_the_file_that_is_named_above() {
    let mut count = 0;
    for page in quoting() {
        for block in page.blocks() {
            if block.language != "rust" {
                continue;
            }
            let name = &page.name;
            let path = block
                .source
                .unwrap_or_else(|| panic!("{name}: no file is named"));
            let file = fs::read_to_string(root().join(path)).unwrap();
            // Whole lines.
            let quoted = format!("\n{}\n", block.text);
            assert!(
                format!("\n{file}").contains(&quoted),
                "{name}: this does not stand in {path}:\n{}",
                block.text
            );
            count += 1;
        }
    }
    assert!(count >= 15, "{count}");
}

/// Whoever follows the tutorial has the whole program in the end.
#[test]
fn the_tutorial_quotes_its_files_from_beginning_to_end() {
    let page = Page::read("docs/tutorial.md");
    let blocks = page.blocks();
    for path in [
        "tests/tutorial/src/main.rs",
        "tests/tutorial/src/lib.rs",
        "tests/tutorial/src/health.rs",
        "tests/tutorial/src/metrics.rs",
        "tests/tutorial/tests/service.rs",
    ] {
        let file = fs::read_to_string(root().join(path)).unwrap();
        let of_file = blocks
            .iter()
            .filter(|block| block.language == "rust" && block.source == Some(path));
        let quoted: Vec<&str> = of_file.map(|block| block.text).collect();
        assert_eq!(quoted.join("\n\n"), file.trim_end(), "{path}");
    }
}

/// The package of the reader has what ours has.
#[test]
fn the_tutorial_lists_the_dependencies_of_its_package() {
    let page = Page::read("docs/tutorial.md");
    let blocks = page.blocks();
    let manifest = blocks
        .iter()
        .find(|block| block.language == "toml")
        .unwrap();
    let own = fs::read_to_string(root().join("tests/tutorial/Cargo.toml")).unwrap();
    let own = names_in(own.split_once("\n[dependencies]").unwrap().1);
    assert_eq!(names_in(manifest.text), own);
}

/// The names in front of `=` and `.workspace`.
fn names_in(manifest: &str) -> Vec<&str> {
    let entries = manifest.lines().filter_map(|line| line.split_once(" = "));
    let names = entries.map(|(name, _)| name.trim_end_matches(".workspace"));
    names.filter(|name| *name != "workspace").collect()
}
