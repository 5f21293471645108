use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use cxone_auth_core::transport::TransportErrorKind;
use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::tls::provider;

/// A certificate and its key in files, in a folder that is removed in the end.
struct Files(PathBuf);

/// A certificate that signs itself, and its key.
struct Pair {
    der: Vec<u8>,
    pem: String,
    key: String,
}

impl Pair {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["client.example.com".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            der: certificate.der().to_vec(),
            pem: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

impl Files {
    fn new(name: &str, pair: &Pair) -> Self {
        let folder = env::temp_dir().join(format!("cxone-auth-reqwest-{}-{name}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let files = Self(folder);
        files.replace_certificate(&pair.pem);
        files.replace_key(&pair.key);
        files
    }

    fn certificate(&self) -> ClientCertificate {
        ClientCertificate::from_files(self.0.join("client.pem"), self.0.join("client.key"))
    }

    fn shown(&self) -> Result<Shown, TransportError> {
        Shown::new(&self.certificate(), &provider::chosen().unwrap())
    }

    fn replace_certificate(&self, text: &str) {
        put(&self.0.join("client.pem"), text);
    }

    fn replace_key(&self, text: &str) {
        put(&self.0.join("client.key"), text);
    }
}

/// Puts a new file in the place of the old one, as programs that renew certificates do.
fn put(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    close(&new);
    fs::rename(new, path).unwrap();
}

#[cfg(unix)]
fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn close(_: &Path) {}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn assert_shows(shown: &Shown, now: Instant, pair: &Pair) {
    assert!(shown.at(now).cert[0].as_ref() == pair.der);
}

#[test]
fn a_pair_that_replaces_another_is_shown_a_second_later() {
    let [old, new] = [Pair::new(), Pair::new()];
    let files = Files::new("replaced", &old);
    let shown = files.shown().unwrap();
    let start = shown.state.lock().unwrap().looked;
    files.replace_certificate(&new.pem);
    files.replace_key(&new.key);
    assert_shows(&shown, start + PAUSE / 2, &old);
    assert_shows(&shown, start + PAUSE, &new);
    // Only looking again finds the next one.
    files.replace_certificate(&old.pem);
    files.replace_key(&old.key);
    assert_shows(&shown, start + PAUSE + PAUSE / 2, &new);
    assert_shows(&shown, start + 2 * PAUSE, &old);
}

#[test]
fn half_a_pair_or_none_leaves_the_old_one_in_use() {
    let [old, new] = [Pair::new(), Pair::new()];
    let files = Files::new("half", &old);
    let shown = files.shown().unwrap();
    let start = shown.state.lock().unwrap().looked;
    files.replace_certificate(&new.pem);
    assert_shows(&shown, start + PAUSE, &old);
    files.replace_key("-----BEGIN PRIVATE KEY-----\nAAAA");
    assert_shows(&shown, start + 2 * PAUSE, &old);
    fs::remove_file(files.0.join("client.key")).unwrap();
    assert_shows(&shown, start + 3 * PAUSE, &old);
    files.replace_key(&new.key);
    assert_shows(&shown, start + 4 * PAUSE, &new);
}

#[test]
fn a_pair_given_as_bytes_stays() {
    let pair = Pair::new();
    let certificate = ClientCertificate::from_pem(&*pair.pem, &*pair.key);
    let shown = Shown::new(&certificate, &provider::chosen().unwrap()).unwrap();
    assert_shows(&shown, Instant::now() + 2 * PAUSE, &pair);
}

#[test]
fn a_key_that_rustls_does_not_take_is_refused() {
    let pair = Pair::new();
    let files = Files::new("unusable", &pair);
    files.replace_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    let error = files.shown().unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("does not take"), "{error}");
    files.replace_key(&pair.key);
    files.replace_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let error = files.shown().unwrap_err();
    assert!(error.to_string().contains("cannot be parsed"), "{error}");
}
