//! `cargo xtask size`: prints how large the core is, without a judgement.

use crate::outcome::{Done, Failure, Outcome};
use crate::rust_file::{self, RustFile};
use crate::workspace;

/// A file with fewer lines may belong to its neighbour.
const SMALL: usize = 50;

pub(crate) fn run() -> Outcome {
    let files = rust_file::below(&workspace::root().join("cxone-auth-core/src"))?;
    let lines: usize = files.iter().map(|file| file.product().len()).sum();
    let small = small_files(&files);
    let names = names_at_the_root(&files)?;
    println!("files of the core             {:>6}", files.len());
    println!("lines without tests           {lines:>6}");
    println!("names at the root             {names:>6}");
    println!("files below {SMALL} lines         {:>6}", small.len());
    for entry in &small {
        println!("  {entry}");
    }
    Ok(Done::Passed)
}

/// Returns files of the product with few lines; a file of tests has none.
fn small_files(files: &[RustFile]) -> Vec<String> {
    files
        .iter()
        .map(|file| (file, file.product().len()))
        .filter(|(_, lines)| (1..SMALL).contains(lines))
        .map(|(file, lines)| format!("{}: {lines} lines", file.name))
        .collect()
}

fn names_at_the_root(files: &[RustFile]) -> Result<usize, Failure> {
    let root = files
        .iter()
        .find(|file| file.name == "lib.rs")
        .ok_or_else(|| Failure::new("the core has no lib.rs"))?;
    Ok(reexported(&root.code()))
}

/// Returns how many names the `pub use` lines of `code` export.
fn reexported(code: &str) -> usize {
    code.split("pub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .map(|names| {
            let list = names.split_once('{').map_or(names, |(_, list)| list);
            list.split(',')
                .filter(|name| name.chars().any(char::is_alphanumeric))
                .count()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn names_are_counted_one_by_one() {
        let code = "mod a;\npub use a::{\n    B, C,\n    d,\n};\npub use {e, f};\npub use g::H;\n";
        assert_eq!(reexported(code), 6);
    }

    #[test]
    fn the_small_are_named() {
        let file = |name: &str, text: &str| RustFile::new(PathBuf::from(name), name, text);
        let files = [
            file("a.rs", &"// x\n".repeat(SMALL)),
            file("b.rs", "fn short() {\n}\n"),
        ];
        assert_eq!(small_files(&files), ["b.rs: 2 lines"]);
    }
}
