//! `keygen`: makes a key that signs a client's assertions, and prints its public part.

use std::error::Error as _;
use std::io;
use std::path::Path;

use cxone_auth_core::config::SigningAlgorithm;
use cxone_auth_credentials::{GeneratedKey, KeyError, PrivateKey, jwks};

use crate::arguments::{KeyAlgorithm, KeygenArguments};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::word;
use crate::target::{Origin, check_path, shown_path};
use crate::visible::visible_name;

const OUT: &str = "--out";

const PUBLIC: &str = "--public";

/// Writes the private key to a new file, or reads it from one, and prints the public one.
pub(crate) fn run(arguments: &KeygenArguments, console: Console) -> Result<(), Failure> {
    if let Some(path) = &arguments.public {
        return show(&existing(path)?, path, console);
    }
    let generated = new(arguments)?;
    show(generated.key(), &arguments.out, console)
}

fn new(arguments: &KeygenArguments) -> Result<GeneratedKey, Failure> {
    let path = &arguments.out;
    if path == Path::new("-") {
        return Err(Failure::usage(
            "--out takes the path of a new file: the private key is not printed",
        ));
    }
    check(path, OUT)?;
    let refused = |error: KeyError| refused(path, &error);
    let generated = GeneratedKey::new(match arguments.algorithm {
        KeyAlgorithm::Es256 => SigningAlgorithm::Es256,
        KeyAlgorithm::Eddsa => SigningAlgorithm::EdDsa,
    });
    let generated = generated.map_err(refused)?;
    generated.write_new(path).map_err(refused)?;
    Ok(generated)
}

/// The key of this file. Without a key id of its own, it has the one that `keygen` gives a new key.
fn existing(path: &Path) -> Result<PrivateKey, Failure> {
    check(path, PUBLIC)?;
    let shown = shown_path(path);
    if shown != path {
        let shown = shown.display();
        return Err(Failure::configuration(format!(
            "{PUBLIC} ({shown}): there is no such file"
        )));
    }
    let key = PrivateKey::from_file(path);
    let key = key.map_err(|error| Failure::configuration(format!("{PUBLIC}: {error}")))?;
    Ok(match key.key_id() {
        Some(_) => key,
        None => key.with_thumbprint_as_key_id(),
    })
}

fn show(key: &PrivateKey, path: &Path, console: Console) -> Result<(), Failure> {
    console.print(&format!("{}\n", jwks([key])))?;
    let (path, key_id) = (shown(path), key.key_id().unwrap_or_default());
    let (argument, key_id) = (word(&path), word(&visible_name(key_id)));
    console.advise(&format!(
        "the private key is in {path}; register the JWK set for the client, and then give \
         --key {argument} --key-id {key_id}"
    ));
    Ok(())
}

fn shown(path: &Path) -> String {
    visible_name(&path.display().to_string())
}

fn check(path: &Path, flag: &'static str) -> Result<(), Failure> {
    check_path(&path.to_string_lossy(), &Origin::Flag(flag))
}

fn refused(path: &Path, error: &KeyError) -> Failure {
    let source = error.source().and_then(|source| source.downcast_ref());
    Failure::configuration(
        match source.map(|source: &io::Error| (source.kind(), source)) {
            Some((io::ErrorKind::AlreadyExists, _)) => {
                let path = shown(path);
                let argument = word(&path);
                format!(
                    "{OUT}: {path} exists, and no key is overwritten: give another path, or print the \
                 JWK set of that key with cxone-auth keygen {PUBLIC} {argument}"
                )
            }
            Some((_, source)) => format!("{OUT}: {}: {source}", shown(&shown_path(path))),
            None => error.to_string(),
        },
    )
}
