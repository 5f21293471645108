//! What came of the mutants that were tried.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::outcome::Failure;

/// The mutants of a part, by what came of them.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// How many there are. There may have been no time for some.
    mutants: usize,
    caught: Vec<String>,
    /// Those under which a test does not end.
    hung: Vec<String>,
    /// Those that do not compile.
    unviable: Vec<String>,
    /// Those that no test notices.
    pub(super) survivors: Vec<String>,
}

impl Tried {
    /// Reads what cargo-mutants has written.
    pub(super) fn read(folder: &Path, mutants: usize) -> Result<Self, Failure> {
        let lines = |name: &str| -> Result<Vec<String>, Failure> {
            let text = fs::read_to_string(folder.join(name))?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        Ok(Self {
            mutants,
            caught: lines("caught.txt")?,
            hung: lines("timeout.txt")?,
            unviable: lines("unviable.txt")?,
            survivors: lines("missed.txt")?,
        })
    }

    /// Returns what came of the same mutants after other tests have tried the survivors. One that
    /// there was no time for survives.
    pub(super) fn then(mut self, second: Self) -> Self {
        self.caught.extend(second.caught);
        self.hung.extend(second.hung);
        let ended = |mutant: &String| self.caught.contains(mutant) || self.hung.contains(mutant);
        self.survivors.retain(|mutant| !ended(mutant));
        self
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [caught, hung, unviable, survivors] =
            [&self.caught, &self.hung, &self.unviable, &self.survivors].map(Vec::len);
        let tried = caught + hung + unviable + survivors;
        write!(
            f,
            "{tried} of {} mutants tried: {caught} fail a test, {hung} hang, {unviable} do not \
             compile, {survivors} survive",
            self.mutants
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_mutant_that_there_was_no_time_for_survives() {
        let first = Tried {
            mutants: 6,
            caught: names(&["a"]),
            survivors: names(&["b", "c", "d", "e"]),
            ..Tried::default()
        };
        let second = Tried {
            mutants: 4,
            caught: names(&["b"]),
            hung: names(&["c"]),
            survivors: names(&["d"]),
            ..Tried::default()
        };
        let both = first.then(second);
        assert_eq!(both.survivors, ["d", "e"]);
        let told = "5 of 6 mutants tried: 2 fail a test, 1 hang, 0 do not compile, 2 survive";
        assert_eq!(both.to_string(), told);
    }
}
