//! Generated pages, compared with the stored ones.

use std::fs;

use crate::outcome::{Done, Failure, Outcome};
use crate::workspace;

pub(crate) struct Page {
    pub(crate) path: &'static str,
    /// The command that writes it again.
    pub(crate) write: &'static str,
    /// The start of what differs in each run.
    pub(crate) figures: &'static str,
}

impl Page {
    /// Fails if the stored page differs.
    pub(crate) fn check(&self, made: &str) -> Outcome {
        let stored = fs::read_to_string(workspace::root().join(self.path)).unwrap_or_default();
        let Some(number) = self.difference(&stored, made) else {
            return Ok(Done::Passed);
        };
        let (path, write) = (self.path, self.write);
        Err(Failure::new(format!(
            "{path} differs from what was made, from line {number} on\nto write it again: {write}"
        )))
    }

    pub(crate) fn store(&self, made: &str) -> Outcome {
        fs::write(workspace::root().join(self.path), made)?;
        println!("wrote {}", self.path);
        Ok(Done::Passed)
    }

    /// Returns the first line that differs, counted from 1. Line endings do not matter: a checkout
    /// may change them.
    fn difference(&self, stored: &str, made: &str) -> Option<usize> {
        let compared = |page: &str| -> Vec<String> {
            let lines = page
                .lines()
                .take_while(|line| !line.starts_with(self.figures));
            lines.map(str::to_owned).collect()
        };
        let (stored, made) = (compared(stored), compared(made));
        let length = stored.len().max(made.len());
        (0..length)
            .find(|&at| stored.get(at) != made.get(at))
            .map(|at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        let page = Page {
            path: "",
            write: "",
            figures: "<!-- Figures",
        };
        for (stored, made, line) in [
            ("a\nb\n", "a\nc\n", Some(2)),
            ("a\n", "a\nb\n", Some(2)),
            ("", "a\n", Some(1)),
            ("a\r\nb\r\n", "a\nb\n", None),
            (
                "a\n<!-- Figures of one run.\n1\n",
                "a\n<!-- Figures of one run.\n2\n",
                None,
            ),
        ] {
            assert_eq!(page.difference(stored, made), line, "{stored:?}");
        }
    }
}
