//! The parts of the core that are changed, and the tests that are about each.

/// A module of the core.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Its path below the core's `src`.
    path: &'static str,
    /// Test programs of `cxone-auth-tests`: fast ones, without a sandbox and without a storm.
    pub(super) tests: &'static [&'static str],
}

pub(super) const PARTS: [Part; 5] = [
    Part {
        name: "session",
        path: "session",
        tests: &["session_model", "interleavings", "soak"],
    },
    Part {
        name: "protocol",
        path: "protocol",
        tests: &["vectors", "findings", "properties", "residue"],
    },
    Part {
        name: "api",
        path: "api",
        tests: &[
            "calls",
            "bearer_hyper",
            "authorized_reqwest",
            "discovery",
            "findings",
        ],
    },
    Part {
        name: "store",
        path: "store",
        tests: &["sharing", "store"],
    },
    Part {
        name: "sharing",
        path: "source/sharing",
        tests: &["sharing", "store"],
    },
];

impl Part {
    /// Returns its files, as patterns below the workspace's root.
    pub(super) fn files(&self) -> [String; 2] {
        let path = format!("cxone-auth-core/src/{}", self.path);
        [format!("{path}.rs"), format!("{path}/**")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn every_part_has_its_file_and_its_tests() {
        let root = workspace::root();
        for part in PARTS {
            let [file, _] = part.files();
            assert!(root.join(&file).exists(), "{file}");
            for test in part.tests {
                let places = ["", "/main"].map(|end| format!("tests/tests/{test}{end}.rs"));
                assert!(places.iter().any(|it| root.join(it).exists()), "{test}");
            }
        }
    }
}
