//! The arguments of `cargo xtask fuzz`.

/// The run time and the targets.
#[derive(Debug, PartialEq)]
pub(super) struct Options {
    /// The total run time of the targets.
    pub(super) seconds: u64,
    pub(super) targets: Vec<String>,
}

const DEFAULT_SECONDS: u64 = 60;

impl Options {
    /// Reads `[--seconds N] [TARGET…]`. Without a target it takes `all`.
    pub(super) fn parse(arguments: &[String], all: &[String]) -> Result<Self, String> {
        let mut options = Self {
            seconds: DEFAULT_SECONDS,
            targets: Vec::new(),
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--seconds" {
                let number = words.next().and_then(|text| text.parse().ok());
                options.seconds = number.ok_or("--seconds takes a whole number")?;
            } else if all.contains(word) {
                options.targets.push(word.clone());
            } else {
                let known = all.join(", ");
                return Err(format!("there is no target `{word}`; there are {known}"));
            }
        }
        if options.targets.is_empty() {
            options.targets = all.to_vec();
        }
        Ok(options)
    }

    /// Returns each target's share of the time, at least a second: 0 would mean no limit.
    pub(super) fn seconds_each(&self) -> u64 {
        let count = u64::try_from(self.targets.len()).unwrap_or(u64::MAX);
        (self.seconds / count.max(1)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, String> {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        Options::parse(
            &owned(words),
            &owned(&["token_response", "name", "session"]),
        )
    }

    #[test]
    fn the_time_is_shared_by_the_targets() {
        assert_eq!(parse(&["--seconds", "31"]).unwrap().seconds_each(), 10);
        assert_eq!(
            parse(&["name", "--seconds", "31"]).unwrap().seconds_each(),
            31
        );
        assert_eq!(parse(&["--seconds", "0"]).unwrap().seconds_each(), 1);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(parse(&["names"]).unwrap_err().contains("response, name"));
        assert!(parse(&["--seconds"]).is_err());
        assert!(parse(&["--seconds", "soon"]).is_err());
    }
}
