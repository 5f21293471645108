//! The text of a Rust file, as steps read it: formatted by rustfmt, line by line.

use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::Failure;

/// A Rust file that was read.
pub(crate) struct RustFile {
    pub(crate) path: PathBuf,
    /// The path below the folder that was searched, with `/` between its parts.
    pub(crate) name: String,
    text: String,
}

/// Returns all Rust files below a folder, by name.
pub(crate) fn below(folder: &Path) -> Result<Vec<RustFile>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).map_err(|error| unreadable(&next, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&next, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
                files.push(RustFile::new(path.clone(), &name(folder, &path), &text));
            }
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

fn name(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

impl RustFile {
    pub(crate) fn new(path: PathBuf, name: &str, text: &str) -> Self {
        Self {
            path,
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Returns the text without comments, on the same lines.
    pub(crate) fn code(&self) -> String {
        let code = |line: &str| match line.trim_start() {
            comment if comment.starts_with("//") => String::new(),
            _ => line.split(" // ").next().unwrap_or_default().to_owned(),
        };
        let lines: Vec<String> = self.text.lines().map(code).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! A file.\n\nfn f() {\n    one // crate::hidden\n}\n\n\
        #[cfg(test)]\nmod tests {\n    fn of_a_test() {}\n}\n";

    #[test]
    fn comments_are_no_code() {
        let code = RustFile::new(PathBuf::from("a.rs"), "a.rs", TEXT).code();
        assert!(!code.contains("hidden") && !code.contains("A file"));
        assert_eq!(code.lines().count(), TEXT.lines().count());
    }
}
