//! Secrets, assertions and keys in files that somebody replaces.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

mod shared;

use std::fs;

use cxone_auth_core::config::{
    Assertion, CredentialError, CredentialErrorKind, CredentialSource, Secret, SigningAlgorithm,
    SigningKey,
};
use cxone_auth_credentials::{FileAssertion, FileKey, FileSecret, PrivateKey};
use shared::{Folder, key_file, wait};

const TOKEN: &str = "e30.eyJzdWIiOiJhIiwiaXNzIjoiYiIsImV4cCI6MTcwMDAwMDAwMH0.c2ln";

fn read(secret: &FileSecret) -> Result<Secret, CredentialError> {
    wait(secret.read())
}

fn read_key(key: &FileKey) -> Result<SigningKey, CredentialError> {
    wait(key.read())
}

#[test]
fn one_newline_is_dropped_and_nothing_else() {
    let folder = Folder::new();
    let long = "x".repeat(65_536);
    for (text, expected) in [
        ("secret", "secret"),
        ("secret\n", "secret"),
        ("secret\r\n", "secret"),
        ("secret\n\n", "secret\n"),
        ("secret \n", "secret "),
        ("\nsecret", "\nsecret"),
        ("secret\r", "secret\r"),
        (&long, &long),
    ] {
        let file = folder.write("secret", text);
        let secret = read(&FileSecret::new(file)).unwrap();
        assert_eq!(secret.expose_secret(), expected);
    }
}

#[test]
fn each_fault_of_a_file_is_named_with_its_path() {
    use CredentialErrorKind::{Unreadable, Unusable};
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    folder.write("empty", "");
    folder.write("newline", "\n");
    folder.write("bytes", b"\xffsecret");
    folder.write("long", "x".repeat(65_537));
    for (name, kind, said) in [
        ("none", Unreadable, "there is no such file"),
        ("folder", Unreadable, "it is a folder"),
        ("empty", Unusable, "it is empty"),
        ("newline", Unusable, "it is empty"),
        ("bytes", Unusable, "it is not UTF-8 text"),
        ("long", Unusable, "it is longer than 64 KiB"),
    ] {
        let path = folder.path(name);
        for (what, error) in [
            ("secret", read(&FileSecret::new(&path)).unwrap_err()),
            (
                "assertion",
                wait(FileAssertion::new(&path).read()).unwrap_err(),
            ),
        ] {
            assert_eq!(error.kind(), kind, "{name}");
            let expected = format!("{what} file {}: {said}", path.display());
            assert_eq!(error.to_string(), expected);
        }
    }
}

/// Opening a pipe would wait for somebody who writes.
#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let error = read(&FileSecret::new(&pipe)).unwrap_err();
    assert_eq!(error.kind(), CredentialErrorKind::Unreadable);
}

#[test]
fn a_file_is_read_again_each_time() {
    let folder = Folder::new();
    let file = folder.write("secret", "first");
    let secret = FileSecret::new(&file);
    assert_eq!(read(&secret).unwrap().expose_secret(), "first");
    folder.write("secret", "second");
    assert_eq!(read(&secret).unwrap().expose_secret(), "second");
    fs::remove_file(&file).unwrap();
    let error = read(&secret).unwrap_err();
    assert_eq!(error.kind(), CredentialErrorKind::Unreadable);
    folder.write("secret", "third");
    assert_eq!(read(&secret).unwrap().expose_secret(), "third");
}

/// What others can read is told, unless the pod says so.
#[cfg(unix)]
#[test]
fn a_secret_that_kubernetes_replaces_is_read_in_each_state() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    let version = |name: &str, text: &str| {
        fs::create_dir(folder.path(name)).unwrap();
        folder.write(&format!("{name}/secret"), text);
        symlink(name, folder.path("..data_tmp")).unwrap();
        fs::rename(folder.path("..data_tmp"), folder.path("..data")).unwrap();
    };
    version("..2026_1", "first");
    symlink("..data/secret", folder.path("secret")).unwrap();
    let secret = FileSecret::new(folder.path("secret"));
    assert_eq!(read(&secret).unwrap().expose_secret(), "first");
    version("..2026_2", "second");
    assert_eq!(read(&secret).unwrap().expose_secret(), "second");
    fs::remove_dir_all(folder.path("..2026_1")).unwrap();
    assert_eq!(read(&secret).unwrap().expose_secret(), "second");
    assert!(!secret.is_readable_by_others());
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_read_and_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let file = folder.write("secret", "secret");
    for (mode, is_open) in [
        (0o600, false),
        (0o400, false),
        (0o640, true),
        (0o604, true),
        (0o644, true),
        (0o711, false),
    ] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let own = folder.path("own");
        let secret = FileSecret::new(&file);
        assert_eq!(secret.is_readable_by_others(), is_open, "{mode:o}");
        assert_eq!(FileKey::new(&file).is_readable_by_others(), is_open);
        assert_eq!(FileAssertion::new(&file).is_readable_by_others(), is_open);
        let previous = FileSecret::new(own).with_previous(&file);
        assert_eq!(previous.is_readable_by_others(), is_open);
        assert!(read(&secret).is_ok());
    }
    assert!(!FileSecret::new(folder.path("none")).is_readable_by_others());
}

/// The core keeps the previous secret to itself: it is seen by what is sent.
#[test]
fn a_previous_secret_never_stops_the_current_one() {
    let folder = Folder::new();
    let current = folder.write("current", "new");
    folder.write("empty", "");
    for previous in ["none", "empty", "current"] {
        let secret = FileSecret::new(&current).with_previous(folder.path(previous));
        assert_eq!(read(&secret).unwrap().expose_secret(), "new");
    }
    let secret = FileSecret::new(folder.path("none")).with_previous(&current);
    assert!(read(&secret).is_err());
}

#[test]
fn an_assertion_is_read_with_its_claims() {
    let folder = Folder::new();
    let file = folder.write("token", format!("{TOKEN}\n"));
    let assertion: Assertion = wait(FileAssertion::new(&file).read()).unwrap();
    assert_eq!(assertion.expose_secret(), TOKEN);
    assert_eq!(assertion.issuer(), Some("b"));
    assert_eq!(assertion.subject(), Some("a"));
    assert!(assertion.expires_at().is_some());
    folder.write("token", "a-secret-0f-another-kind");
    let error = wait(FileAssertion::new(&file).read()).unwrap_err();
    assert_eq!(error.kind(), CredentialErrorKind::Unusable);
    let said = error.to_string();
    let place = format!("assertion file {}: ", file.display());
    assert!(said.starts_with(&place), "{said}");
    assert!(!said.contains("a-secret"), "{said}");
}

#[test]
fn a_key_that_is_replaced_is_read_with_its_certificate() {
    let folder = Folder::new();
    let place = |name: &str, file: &str| fs::copy(key_file(name), folder.path(file)).unwrap();
    place("p256-pkcs8.pem", "tls.key");
    place("certificate-p256.pem", "tls.crt");
    let key = FileKey::new(folder.path("tls.key"))
        .with_certificate(folder.path("tls.crt"))
        .with_thumbprint_as_key_id();
    let first = read_key(&key).unwrap();
    assert_eq!(first.algorithm(), SigningAlgorithm::Es256);
    assert_eq!(first.key_id(), first.jwk_thumbprint());
    assert!(first.certificate_thumbprint().is_some());
    place("rsa-pkcs8.pem", "tls.key");
    let error = read_key(&key).unwrap_err();
    assert_eq!(error.kind(), CredentialErrorKind::Unusable);
    assert!(error.to_string().contains("tls.crt"), "{error}");
    place("certificate-rsa.pem", "tls.crt");
    let second = read_key(&key).unwrap();
    assert_eq!(second.algorithm(), SigningAlgorithm::Rs256);
    assert_ne!(second.key_id(), first.key_id());
    assert_ne!(
        second.certificate_thumbprint(),
        first.certificate_thumbprint()
    );
}

#[test]
fn a_key_file_says_what_its_settings_cannot_have() {
    let file = key_file("p256-pkcs8.pem");
    let key = FileKey::new(&file).with_algorithm(SigningAlgorithm::Ps256);
    let error = read_key(&key).unwrap_err();
    assert_eq!(error.kind(), CredentialErrorKind::Unusable);
    let said = error.to_string();
    assert!(
        said.contains("p256-pkcs8.pem") && said.contains("PS256"),
        "{said}"
    );
    let key = FileKey::new(key_file("rsa-pkcs8.pem"))
        .with_algorithm(SigningAlgorithm::Ps256)
        .with_key_id("a");
    let read = read_key(&key).unwrap();
    assert_eq!(read.algorithm(), SigningAlgorithm::Ps256);
    assert_eq!(read.key_id(), Some("a"));
}

#[test]
fn sources_are_the_same_if_they_read_the_same_files() {
    let secret = |path: &str| FileSecret::new(path).name();
    assert_eq!(secret("/a"), secret("/a"));
    assert_ne!(secret("/a"), secret("/b"));
    assert_ne!(
        secret("/a"),
        FileSecret::new("/a").with_previous("/b").name()
    );
    let key = || FileKey::new("/a");
    assert_eq!(key().name(), key().name());
    assert_ne!(key().name(), key().with_key_id("b").name());
    assert_ne!(key().name(), key().with_certificate("/b").name());
    let read = |name: &str| PrivateKey::from_file(key_file(name)).unwrap().name();
    assert_eq!(read("p256-pkcs8.pem"), read("p256-sec1.pem"));
    assert_ne!(read("p256-pkcs8.pem"), read("p384-pkcs8.pem"));
}
