//! The arguments of `cargo xtask mutants`.

use std::time::Duration;

use super::part::{PARTS, Part};

/// The run time and the parts.
#[derive(Debug, PartialEq)]
pub(super) struct Options {
    /// The total run time of the parts, in minutes.
    minutes: u32,
    pub(super) parts: Vec<Part>,
}

const DEFAULT_MINUTES: u32 = 60;

impl Options {
    /// Reads `[--minutes N] [PART…]`. Without a part it takes all.
    pub(super) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            minutes: DEFAULT_MINUTES,
            parts: Vec::new(),
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--minutes" {
                let number = words.next().and_then(|text| text.parse().ok());
                let number = number.filter(|minutes| *minutes > 0);
                options.minutes = number.ok_or("--minutes takes a whole number from 1 on")?;
            } else {
                let known = PARTS.map(|part| part.name).join(", ");
                let part = Part::named(word);
                let part =
                    part.ok_or_else(|| format!("there is no part `{word}`; there are {known}"))?;
                options.parts.push(part);
            }
        }
        if options.parts.is_empty() {
            options.parts = PARTS.to_vec();
        }
        Ok(options)
    }

    /// Returns each part's share of the time.
    pub(super) fn each(&self) -> Duration {
        let count = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
        Duration::from_mins(1) * self.minutes / count.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, String> {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        Options::parse(&words)
    }

    #[test]
    fn the_time_is_shared_by_the_parts() {
        let each = |words: &[&str]| parse(words).unwrap().each().as_secs();
        assert_eq!(each(&[]), 12 * 60);
        assert_eq!(each(&["--minutes", "10", "session", "api"]), 5 * 60);
        assert_eq!(parse(&["api"]).unwrap().parts.len(), 1);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(parse(&["config"]).unwrap_err().contains("session, prot"));
        for words in [&["--minutes"][..], &["--minutes", "0"], &["--minutes", "x"]] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }
}
