//! The arguments of a step whose run time is shared by what it tries: `[--UNIT N] [NAME…]`.

use crate::outcome::Failure;

/// What is tried, and for how long each.
#[derive(Debug, PartialEq)]
pub(crate) struct Share {
    pub(crate) names: Vec<String>,
    /// At least 1: for some programs 0 means no limit.
    pub(crate) each: u64,
}

impl Share {
    pub(crate) fn new(total: u64, names: Vec<String>) -> Self {
        let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
        let each = (total / count.max(1)).max(1);
        Self { names, each }
    }

    /// Reads the arguments. Without a name it takes all that are known.
    pub(crate) fn parse(
        arguments: &[String],
        (flag, default): (&str, u64),
        known: &[String],
    ) -> Result<Self, Failure> {
        let (mut total, mut names) = (default, Vec::new());
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == flag {
                let number = words.next().and_then(|text| text.parse().ok());
                let refused = || Failure::misuse(format!("{flag} takes a whole number"));
                total = number.ok_or_else(refused)?;
            } else if known.contains(word) {
                names.push(word.clone());
            } else {
                let known = known.join(", ");
                let refused = format!("there is no `{word}`; there are {known}");
                return Err(Failure::misuse(refused));
            }
        }
        if names.is_empty() {
            names = known.to_vec();
        }
        Ok(Self::new(total, names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Share, Failure> {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let known = owned(&["token_response", "name", "session"]);
        Share::parse(&owned(words), ("--seconds", 60), &known)
    }

    #[test]
    fn the_time_is_shared_by_what_is_tried() {
        for (words, each, count) in [
            (&[][..], 20, 3),
            (&["--seconds", "31"], 10, 3),
            (&["name", "--seconds", "31"], 31, 1),
            (&["--seconds", "0"], 1, 3),
        ] {
            let share = parse(words).unwrap();
            assert_eq!((share.each, share.names.len()), (each, count), "{words:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let refused = |words: &[&str]| parse(words).unwrap_err();
        assert!(refused(&["names"]).to_string().contains("response, name"));
        assert!(refused(&["--seconds"]).is_misuse());
        assert!(refused(&["--seconds", "soon"]).is_misuse());
    }
}
