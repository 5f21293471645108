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

/// A function and its number of lines, the signature included.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
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

    /// Returns the lines of the product: everything before the tests, and nothing of a file of
    /// tests.
    pub(crate) fn product(&self) -> Vec<&str> {
        let is_of_tests = self
            .name
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs");
        if is_of_tests {
            return Vec::new();
        }
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = lines
            .iter()
            .position(|line| *line == "#[cfg(test)]")
            .filter(|at| {
                lines
                    .get(at + 1)
                    .is_some_and(|line| line.starts_with("mod "))
            })
            .unwrap_or(lines.len());
        lines[..tests].to_vec()
    }

    /// Returns the functions of the product. Each ends at a closing brace below its first letter.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let lines = self.product();
        let mut functions = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let Some(name) = function_name(line) else {
                continue;
            };
            let indent = line.len() - line.trim_start().len();
            let end = format!("{}}}", " ".repeat(indent));
            // A declaration ends with its signature. A body may be on the same line.
            if line.ends_with([';', '}']) {
                continue;
            }
            if let Some(last) = lines[at..].iter().position(|line| *line == end) {
                functions.push(Function {
                    name,
                    line: at + 1,
                    lines: last + 1,
                });
            }
        }
        functions
    }
}

/// Returns the name after `fn` if a line begins a function.
fn function_name(line: &str) -> Option<String> {
    let mut words = line.trim_start().split(' ');
    loop {
        match words.next()? {
            "fn" => break,
            "async" | "const" | "pub" => {}
            word if word.starts_with("pub(") || word.ends_with(')') => {}
            _ => return None,
        }
    }
    let name: String = words
        .next()?
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! A file.

pub(in crate::x) async fn long(
    one: u8,
) -> u8 {
    one // crate::hidden
}

trait T {
    fn declared(&self);
    fn short(&self) {
        declared()
    }
}

#[cfg(test)]
mod tests {
    fn of_a_test() {
    }
}
";

    fn file(name: &str) -> RustFile {
        RustFile::new(PathBuf::from(name), name, TEXT)
    }

    #[test]
    fn functions_are_measured_and_declarations_and_tests_are_not() {
        let functions = file("a.rs").functions();
        let found: Vec<_> = functions
            .iter()
            .map(|function| (function.name.as_str(), function.line, function.lines))
            .collect();
        assert_eq!(found, [("long", 3, 5), ("short", 11, 3)]);
    }

    #[test]
    fn a_file_of_tests_is_no_product() {
        assert!(file("a/tests.rs").product().is_empty());
        assert!(file("a/tests/b.rs").product().is_empty());
        assert_eq!(file("a.rs").product().len(), 15);
    }

    #[test]
    fn comments_are_no_code() {
        let code = file("a.rs").code();
        assert!(!code.contains("hidden") && !code.contains("A file"));
        assert_eq!(code.lines().count(), TEXT.lines().count());
    }
}
