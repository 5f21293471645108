//! A page, as its lines and its blocks of code.

use std::fs;
use std::path::{Path, PathBuf};

/// A page of docs/, or the README.
pub(super) struct Page {
    /// From the root of the workspace.
    pub(super) name: String,
    pub(super) text: String,
}

/// A fenced block of code.
pub(super) struct Block<'a> {
    pub(super) language: &'a str,
    pub(super) text: &'a str,
    /// The path in the comment `<!-- PATH -->` that stands nearest above.
    pub(super) source: Option<&'a str>,
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Page {
    pub(super) fn read(name: &str) -> Self {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let name = name.to_owned();
        Self { name, text }
    }

    /// The pages in this folder of the workspace.
    pub(super) fn all_in(folder: &str) -> Vec<Self> {
        let files = fs::read_dir(root().join(folder)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| ends_in(name, "md")).collect();
        names.sort();
        let pages = names.iter();
        pages
            .map(|name| Self::read(&format!("{folder}/{name}")))
            .collect()
    }

    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let mut source = None;
        let mut blocks = Vec::new();
        for (index, part) in self.text.split("\n```").enumerate() {
            if index % 2 == 0 {
                source = named_in(part).or(source);
                continue;
            }
            let (language, text) = part.split_once('\n').unwrap_or((part, ""));
            blocks.push(Block {
                language,
                text,
                source,
            });
        }
        blocks
    }
}

/// The path in the last comment of this text.
fn named_in(text: &str) -> Option<&str> {
    let (_, comment) = text.rsplit_once("<!-- ")?;
    let (path, _) = comment.split_once(" -->")?;
    ends_in(path, "rs").then_some(path)
}

fn ends_in(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|own| own == extension)
}
