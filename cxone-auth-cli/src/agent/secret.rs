//! The local secret, and the bearer tokens that the agent hands out to clients of its gateway.
//!
//! The secret is in a file that only its owner can read. Each gateway token is derived from it, so
//! that a client keeps working when the agent is restarted. To withdraw all of them, remove the file
//! and restart the agent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use hmac_sha256::HMAC;
use rustix::fs::OFlags;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::failure::{Failure, Kind};

/// How many random bytes a secret has.
const LENGTH: usize = 32;

/// What is derived from the secret differs from what others may derive from it.
const GATEWAY: &str = "cxone-auth agent: gateway token of profile ";

/// The secret that clients by TCP have to know.
pub(super) struct LocalSecret {
    text: SecretString,
    /// Compares without regard to the content: both sides are hashed with it.
    comparison: Zeroizing<[u8; LENGTH]>,
}

impl LocalSecret {
    /// Reads the secret of this file. Makes both if there is no such file.
    pub(super) fn from_file(path: &Path) -> Result<Self, Failure> {
        let named = |error: io::Error| unusable(path, &error);
        match read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write(path).map_err(named)?;
                read(path)
            }
            read => read,
        }
        .map_err(named)
        .and_then(|text| Self::of(&text))
    }

    /// Makes a secret that ends with the process.
    pub(super) fn of_process() -> Result<Self, Failure> {
        Self::of(&random()?)
    }

    fn of(text: &str) -> Result<Self, Failure> {
        let mut comparison = Zeroizing::new([0; LENGTH]);
        fill(&mut *comparison)?;
        let text = SecretString::from(text);
        Ok(Self { text, comparison })
    }

    pub(super) fn expose_secret(&self) -> &str {
        self.text.expose_secret()
    }

    /// Reports whether this is the secret.
    pub(super) fn is(&self, presented: &str) -> bool {
        self.are_equal(self.text.expose_secret(), presented)
    }

    /// Returns the bearer token of the gateway for this profile.
    pub(super) fn gateway_token(&self, profile: &str) -> SecretString {
        let mut hash = HMAC::new(self.text.expose_secret());
        hash.update(GATEWAY);
        hash.update(profile);
        let hash = Zeroizing::new(hash.finalize());
        SecretString::from(hexadecimal(&*hash).as_str())
    }

    /// Reports whether this is the gateway's token for the profile.
    pub(super) fn is_gateway_token(&self, profile: &str, presented: &str) -> bool {
        self.are_equal(self.gateway_token(profile).expose_secret(), presented)
    }

    /// Compares two texts in a time that does not depend on what they have in common.
    fn are_equal(&self, own: &str, presented: &str) -> bool {
        let expected = HMAC::mac(own, *self.comparison);
        HMAC::verify(presented, *self.comparison, &expected)
    }
}

fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes)
        .map_err(|error| Failure::new(Kind::Other, format!("there is no randomness: {error}")))
}

fn random() -> Result<Zeroizing<String>, Failure> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    fill(&mut *bytes)?;
    Ok(hexadecimal(&*bytes))
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        for digit in [byte >> 4, byte & 0xf] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    text
}

/// Says which file cannot be used, and why.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::configuration(format!("the file of the local secret, {path}: {error}"))
}

/// Reads the file, if it is the user's and nobody else can read it.
pub(super) fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).expect("the flags of open fit its argument");
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    check(&file)?;
    let mut text = Zeroizing::new(String::with_capacity(4 * LENGTH));
    let most = u64::try_from(4 * LENGTH).expect("it is a small constant");
    file.take(most).read_to_string(&mut text)?;
    let secret = text.trim_end_matches(['\n', '\r']);
    let is_hexadecimal = secret.bytes().all(|byte| byte.is_ascii_hexdigit());
    if secret.len() == 2 * LENGTH && is_hexadecimal {
        return Ok(Zeroizing::new(secret.to_owned()));
    }
    Err(io::Error::other(
        "it does not hold what the agent writes there: remove it, and the agent makes a new one",
    ))
}

fn check(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(io::Error::other("others can read it: chmod 600 it"));
    }
    Ok(())
}

/// Writes a new secret to the file. If another process has just done so, that one stays.
fn write(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        super::socket::make_private(folder)?;
    }
    let secret = random().map_err(|failure| io::Error::other(failure.message().to_owned()))?;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", std::process::id()));
    let _ = fs::remove_file(&unfinished);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)?;
    let written = file
        .write_all(secret.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| match fs::hard_link(&unfinished, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    let _ = fs::remove_file(&unfinished);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_token_belongs_to_one_profile_and_one_secret() {
        let (one, other) = (LocalSecret::of_process(), LocalSecret::of_process());
        let (one, other) = (one.unwrap(), other.unwrap());
        let token = one.gateway_token("prod");
        let token = token.expose_secret();
        assert_eq!(token.len(), 64);
        assert_ne!(token, one.expose_secret());
        assert!(one.is_gateway_token("prod", token));
        assert!(!one.is_gateway_token("test", token));
        assert!(!other.is_gateway_token("prod", token));
        assert!(!one.is_gateway_token("prod", ""));
        assert!(!one.is_gateway_token("prod", one.expose_secret()));
    }

    #[test]
    fn the_secret_is_known_whole() {
        let secret = LocalSecret::of_process().unwrap();
        let text = secret.expose_secret();
        assert!(secret.is(text));
        assert!(!secret.is(&text[1..]) && !secret.is("") && !secret.is(&text.to_uppercase()));
    }
}
