//! Which features of which package are checked together.
//!
//! Packages are checked one at a time. If they were checked together, the features that one of them
//! needs would be on for all, and a missing one would go unnoticed.

/// The flags of a cargo command.
pub(crate) type FeatureSet = &'static str;

/// A published package.
pub(crate) struct Library {
    pub(crate) package: &'static str,
    /// Its folder, from the root.
    pub(crate) folder: &'static str,
    /// The sets for clippy.
    pub(crate) lint: &'static [FeatureSet],
    /// The sets for the oldest supported Rust.
    pub(crate) build: &'static [FeatureSet],
    /// The set for the documentation.
    pub(crate) document: FeatureSet,
}

const DEFAULT: FeatureSet = "";
const ALL: FeatureSet = "--all-features";
const NATIVE_TLS: FeatureSet = "--no-default-features --features native-tls";
/// The features for signatures by aws-lc-rs alone.
pub(crate) const AWS_LC: FeatureSet = "--no-default-features --features aws-lc-rs";
/// rustls with ring.
pub(crate) const RING: FeatureSet = "--no-default-features --features ring";
/// rustls without cryptography: the program installs a default.
const NO_PROVIDER: FeatureSet = "--no-default-features --features rustls";

/// For an adapter whose TLS is a feature, and whose cryptography is another.
const ADAPTER: &[FeatureSet] = &[DEFAULT, RING, NO_PROVIDER, NATIVE_TLS, ALL];

// isahc cannot be built with two TLS libraries: there is no "all" for the blocking package.
const BLOCKING_RUSTLS: FeatureSet = "--features aws-lc-rs,credentials,isahc,tracing";
const BLOCKING_NATIVE_TLS: FeatureSet =
    "--no-default-features --features isahc,native-tls,tracing,ureq";
/// rustls without a provider of its own.
const BLOCKING_NO_PROVIDER: FeatureSet = "--no-default-features --features rustls,ureq";
const BLOCKING_AWS_LC_RS: FeatureSet = "--no-default-features --features aws-lc-rs,ureq";
const BLOCKING_ISAHC: FeatureSet = "--no-default-features --features isahc,ring";

/// The program without a store on a server, and with one by name.
const PLAIN: FeatureSet = "--no-default-features";
const WITH_REDIS: FeatureSet = "--no-default-features --features redis";

/// The store's documentation shows what is behind a feature, too.
const STORE_DOCUMENTED: FeatureSet = "--features redis";

const BLOCKING: &[FeatureSet] = &[
    DEFAULT,
    BLOCKING_NO_PROVIDER,
    BLOCKING_AWS_LC_RS,
    BLOCKING_ISAHC,
    BLOCKING_RUSTLS,
    BLOCKING_NATIVE_TLS,
];

pub(crate) const LIBRARIES: &[Library] = &[
    Library {
        package: "cxone-auth-core",
        folder: "cxone-auth-core",
        lint: &[DEFAULT, ALL],
        build: &[DEFAULT, ALL],
        document: ALL,
    },
    Library {
        package: "cxone-auth-reqwest",
        folder: "cxone-auth-reqwest",
        lint: ADAPTER,
        build: &[DEFAULT, RING, ALL],
        document: ALL,
    },
    Library {
        package: "cxone-auth-hyper",
        folder: "cxone-auth-hyper",
        lint: ADAPTER,
        build: &[DEFAULT, RING, ALL],
        document: ALL,
    },
    Library {
        package: "cxone-auth-blocking",
        folder: "cxone-auth-blocking",
        lint: BLOCKING,
        build: BLOCKING,
        document: BLOCKING_RUSTLS,
    },
    Library {
        package: "cxone-auth-credentials",
        folder: "cxone-auth-credentials",
        lint: &[DEFAULT, AWS_LC, ALL],
        build: &[DEFAULT, AWS_LC, ALL],
        document: DEFAULT,
    },
    Library {
        package: "cxone-auth-store",
        folder: "cxone-auth-store",
        lint: &[DEFAULT, AWS_LC, ALL],
        build: &[DEFAULT, AWS_LC, ALL],
        document: STORE_DOCUMENTED,
    },
    Library {
        package: "cxone-auth",
        folder: "cxone-auth-cli",
        lint: &[DEFAULT, PLAIN],
        build: &[PLAIN, WITH_REDIS],
        document: DEFAULT,
    },
];

/// The packages that are not published.
pub(crate) const INTERNAL: &[&str] = &[
    "cxone-auth-tests",
    "cxone-auth-bench",
    "cxone-auth-fleet",
    "cxone-auth-providers",
    "cxone-auth-tutorial",
    "cxone-auth-watch",
    "xtask",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    /// Returns the names in the `[features]` table of the manifest in this folder.
    fn features(folder: &str) -> Vec<String> {
        let path = workspace::root().join(folder).join("Cargo.toml");
        let manifest = std::fs::read_to_string(path).unwrap();
        manifest
            .lines()
            .skip_while(|line| *line != "[features]")
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split_once(" = "))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    #[test]
    fn the_oldest_rust_builds_every_feature() {
        for library in LIBRARIES {
            let built = library.build.join(" ");
            let features = features(library.folder);
            for feature in features.iter().filter(|name| *name != "default") {
                let named = built.contains(ALL) || built.contains(feature.as_str());
                assert!(named, "{} {feature}", library.package);
            }
        }
    }

    #[test]
    fn the_manifest_of_the_core_is_read() {
        assert!(features("cxone-auth-core").contains(&"tracing".to_owned()));
    }
}
