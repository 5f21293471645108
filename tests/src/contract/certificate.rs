//! The client's certificate: shown to a server that asks for one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use cxone_auth_core::transport::{ClientCertificate, TransportError, TransportErrorKind};
use cxone_auth_core::{Error, TransportOptions};

use super::fixture::{Fixture, LONG, post};
use crate::{Certificate, Reply, Server};

pub(super) const ADVICE: &str = "Read `TransportOptions::client_certificate` with \
    `ClientCertificate::load` when the transport is built, and show it to a server that asks. What \
    the client cannot do is an error of kind `Configuration`.";

pub(super) fn in_files_is_shown_to_a_server_that_wants_one(fixture: &Fixture<'_>) {
    let own = fixture.authority().client_certificate();
    let files = Files::of(&own);
    is_shown(fixture, &own, &files.certificate());
}

pub(super) fn as_bytes_is_shown_or_refused(fixture: &Fixture<'_>) {
    let own = fixture.authority().client_certificate();
    let certificate = ClientCertificate::from_pem(own.pem(), own.key_pem());
    if fixture.takes_keys_as_bytes() {
        is_shown(fixture, &own, &certificate);
    } else {
        refuses(fixture, certificate);
    }
}

#[track_caller]
fn is_shown(fixture: &Fixture<'_>, own: &Certificate, certificate: &ClientCertificate) {
    let options = with(fixture, certificate.clone());
    for is_tls_1_2 in [false, true] {
        let server = demanding(fixture, is_tls_1_2);
        let client = fixture.client_with(&options);
        assert_eq!(client.post(&server.url("/")).body(), "known");
        let received = server.received();
        let shown: Vec<_> = received.iter().map(|one| &one.client_certificate).collect();
        let [Some(shown)] = shown[..] else {
            panic!("expected one request with a certificate, got {received:?}");
        };
        assert!(shown == own.der(), "another certificate was shown");
    }
}

pub(super) fn is_shown_to_nobody_who_does_not_ask(fixture: &Fixture<'_>) {
    let own = fixture.authority().client_certificate();
    let files = Files::of(&own);
    let server = fixture.responding(&Reply::text(200, "known"));
    let client = fixture.client_with(&with(fixture, files.certificate()));
    assert_eq!(client.post(&server.url("/")).body(), "known");
    assert!(server.received()[0].client_certificate.is_none());
}

/// How often a server that wants a certificate is asked. A client that sees the end of the
/// connection before it has begun to send may not look for the alert that came before the end.
const TRIES: usize = 10;

pub(super) fn that_is_missing_is_named(fixture: &Fixture<'_>) {
    for is_tls_1_2 in [false, true] {
        let server = demanding(fixture, is_tls_1_2);
        let client = fixture.client_with(&fixture.options().with_timeout(LONG));
        let mut is_named = false;
        for _ in 0..TRIES {
            let Err(error) = client.send(post(&server.url("/"))) else {
                panic!("a server that wants a certificate took none");
            };
            let told = format!("TLS 1.2: {is_tls_1_2}: {error:?}");
            let is_unnamed = matches!(
                error.kind(),
                TransportErrorKind::Interrupted
                    | TransportErrorKind::Tls
                    | TransportErrorKind::UncleanClose
                    | TransportErrorKind::Timeout
            );
            if first_finding(error) == "CXA-612" {
                is_named = true;
            } else {
                assert!(is_unnamed, "{told}");
            }
        }
        assert!(is_named || fixture.may_miss_alerts(), "never named");
        assert_eq!((server.connections(), server.request_count()), (TRIES, 0));
    }
}

pub(super) fn of_another_key_is_refused(fixture: &Fixture<'_>) {
    let [own, other] = [(), ()].map(|()| fixture.authority().client_certificate());
    let files = Files::new(own.pem(), other.key_pem());
    let error = fixture.refusal_of(&with(fixture, files.certificate()));
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert_eq!(first_finding(error), "CXA-906");
}

pub(super) fn in_a_missing_file_is_refused(fixture: &Fixture<'_>) {
    let own = fixture.authority().client_certificate();
    let files = Files::of(&own);
    fs::remove_file(&files.key).expect("the file is the case's own");
    let told = refuses(fixture, files.certificate());
    assert!(told.contains("client.key\", does not exist"), "{told}");
}

pub(super) fn whose_key_others_may_read_is_refused(fixture: &Fixture<'_>) {
    let own = fixture.authority().client_certificate();
    let files = Files::of(&own);
    if open(&files.key) {
        let told = refuses(fixture, files.certificate());
        assert!(
            told.contains("client.key\", is open to other users"),
            "{told}"
        );
    }
}

pub(super) fn whose_key_has_a_passphrase_is_refused(fixture: &Fixture<'_>) {
    let own = fixture.authority().client_certificate();
    let files = Files::new(
        own.pem(),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let told = refuses(fixture, files.certificate());
    assert!(told.contains("has a passphrase"), "{told}");
}

/// Starts a server that ends a handshake without a certificate of the fixture's authority.
fn demanding(fixture: &Fixture<'_>, is_tls_1_2: bool) -> Server {
    let authority = fixture.authority();
    let builder = Server::builder()
        .with_certificate(authority.certificate())
        .with_client_authority(authority);
    let builder = if is_tls_1_2 {
        builder.with_tls_1_2()
    } else {
        builder
    };
    let started = builder.start(|_| Reply::text(200, "known"));
    started.expect("loopback has a free port")
}

fn with(fixture: &Fixture<'_>, certificate: ClientCertificate) -> TransportOptions {
    fixture.options().with_client_certificate(certificate)
}

#[track_caller]
fn refuses(fixture: &Fixture<'_>, certificate: ClientCertificate) -> String {
    let error = fixture.refusal_of(&with(fixture, certificate));
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    let told = format!("{error} {error:?}");
    assert!(!told.contains("MI"), "the error shows a part of a file");
    error.to_string()
}

fn first_finding(error: TransportError) -> String {
    let error = Error::of_transport(error);
    let diagnosis = error.diagnosis();
    let first = diagnosis.first().map(|finding| finding.code().to_string());
    first.unwrap_or_default()
}

/// A certificate and a key in a folder of their own, which is removed in the end.
struct Files {
    folder: PathBuf,
    certificates: PathBuf,
    key: PathBuf,
}

impl Files {
    fn of(own: &Certificate) -> Self {
        Self::new(own.pem(), own.key_pem())
    }

    fn new(certificates: &str, key: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("client-{}-{number}", process::id()));
        let files = Self {
            certificates: folder.join("client.pem"),
            key: folder.join("client.key"),
            folder,
        };
        fs::create_dir_all(&files.folder).expect("the temporary folder can be written");
        fs::write(&files.certificates, certificates).expect("the folder is new");
        fs::write(&files.key, key).expect("the folder is new");
        close(&files.key);
        files
    }

    fn certificate(&self) -> ClientCertificate {
        ClientCertificate::from_files(&self.certificates, &self.key)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Nothing depends on it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn close(key: &Path) {
    set_mode(key, 0o600);
}

/// Lets the group read the key. Reports whether this system has such rights.
fn open(key: &Path) -> bool {
    set_mode(key, 0o640)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    let permissions = fs::Permissions::from_mode(mode);
    fs::set_permissions(path, permissions).expect("the file is the case's own");
    true
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> bool {
    false
}
