//! The stores of this machine.

use std::path::PathBuf;

use cxone_auth_tests::RedisServer;

/// Where a token is shared.
pub(super) enum Place {
    Files,
    Server { name: String, program: PathBuf },
}

impl Place {
    pub(super) fn all() -> Vec<Self> {
        let servers = RedisServer::programs().into_iter().map(|program| {
            let name = program.file_stem().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            Self::Server { name, program }
        });
        std::iter::once(Self::Files).chain(servers).collect()
    }

    /// Returns a line for each kind of store that this machine does not have.
    pub(super) fn missing() -> Vec<String> {
        let programs = RedisServer::programs();
        let is_there = |kind: &str| {
            let named = |program: &PathBuf| program.to_string_lossy().contains(kind);
            programs.iter().any(named)
        };
        let kinds = ["redis", "valkey"]
            .into_iter()
            .filter(|kind| !is_there(kind));
        kinds
            .map(|kind| format!("missing: there is no {kind}-server on PATH or in REDIS_SERVERS"))
            .collect()
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Files => "files",
            Self::Server { name, .. } => name,
        }
    }

    pub(super) fn has_server(&self) -> bool {
        matches!(self, Self::Server { .. })
    }
}
