//! `keygen`: makes a key that signs a client's assertions.

use std::error::Error as _;
use std::io;
use std::path::Path;

use cxone_auth_core::config::SigningAlgorithm;
use cxone_auth_credentials::{GeneratedKey, KeyError, jwks};

use crate::arguments::{KeyAlgorithm, KeygenArguments};
use crate::console::Console;
use crate::failure::{Failure, Kind};
use crate::visible::visible_name;

/// Writes the private key to a new file, and prints the public one.
pub(crate) fn run(arguments: &KeygenArguments, console: Console) -> Result<(), Failure> {
    let path = &arguments.out;
    let refused = |error: KeyError| refused(path, &error);
    let generated = GeneratedKey::new(match arguments.algorithm {
        KeyAlgorithm::Es256 => SigningAlgorithm::Es256,
        KeyAlgorithm::Eddsa => SigningAlgorithm::EdDsa,
    });
    let generated = generated.map_err(refused)?;
    generated.write_new(path).map_err(refused)?;
    let key = generated.key();
    console.print(&format!("{}\n", jwks([key])))?;
    let (path, key_id) = (shown(path), key.key_id().unwrap_or_default());
    console.advise(&format!(
        "the private key is in {path}; register the JWK set for the client, and then give \
         --key {path} --key-id {key_id}"
    ));
    Ok(())
}

fn shown(path: &Path) -> String {
    visible_name(&path.display().to_string())
}

fn refused(path: &Path, error: &KeyError) -> Failure {
    let source = error.source().and_then(|source| source.downcast_ref());
    let message = match source.map(|source: &io::Error| (source.kind(), source)) {
        Some((io::ErrorKind::AlreadyExists, _)) => {
            let path = shown(path);
            format!("--out: {path} exists, and no key is overwritten: give another path")
        }
        Some((_, source)) => format!("--out: {}: {source}", shown(path)),
        None => error.to_string(),
    };
    Failure::new(Kind::Other, message)
}
