//! Keys, and secrets that are read from files and printed by commands.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cxone_auth_core::config::{CredentialSource, Secret, Sign as _, SigningAlgorithm};
use cxone_auth_credentials::{FileSecret, GeneratedKey, PrivateKey, SharedSecret, jwks};
use cxone_auth_watch::Needle;

use super::fixture::{SECRET, leaves_nothing, leaves_nothing_of, ready};

/// The private part of the key of RFC 8037.
const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

fn jwk() -> String {
    let public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    format!(r#"{{"kty":"OKP","crv":"Ed25519","d":"{PRIVATE}","x":"{public}"}}"#)
}

/// Version 1 of PKCS#8.
fn pem() -> String {
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend(URL_SAFE_NO_PAD.decode(PRIVATE).unwrap());
    let text = STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

fn needles() -> Vec<Needle> {
    let octets = URL_SAFE_NO_PAD.decode(PRIVATE).unwrap();
    let pem = pem();
    // The end of the key's text, which begins with what all such keys have.
    let text = &pem.lines().nth(1).unwrap().as_bytes()[24..];
    vec![
        Needle::new("the key", &octets),
        Needle::new("the key in a JWK", PRIVATE.as_bytes()),
        Needle::new("the key in PEM", text),
    ]
}

#[test]
fn a_key_that_is_read_leaves_nothing() {
    let (pem, jwk) = (pem(), jwk());
    leaves_nothing_of(&needles(), || {
        for key in [PrivateKey::from_pem(&pem), PrivateKey::from_jwk(&jwk)] {
            let key = key.unwrap();
            drop((format!("{key:?}"), jwks([&key])));
            drop(key.sign(b"the input").unwrap());
        }
    });
}

#[test]
fn a_key_in_a_file_leaves_nothing() {
    let file = file("key", pem());
    leaves_nothing_of(&needles(), || drop(PrivateKey::from_file(&file).unwrap()));
    fs::remove_file(file).unwrap();
}

#[test]
fn a_new_key_that_is_dropped_leaves_nothing() {
    let key = GeneratedKey::new(SigningAlgorithm::EdDsa).unwrap();
    let text = key.expose_secret().lines().nth(1).unwrap()[24..].to_owned();
    let needles = [Needle::new("the key in PEM", text.as_bytes())];
    leaves_nothing_of(&needles, || drop(key));
}

#[test]
fn a_secret_in_a_file_leaves_nothing() {
    let file = file("secret", format!("{SECRET}\n"));
    leaves_nothing(|| {
        let source = FileSecret::new(&file);
        let secret: Secret = ready(source.read()).unwrap();
        drop((format!("{secret:?}"), secret));
        let key = ready(SharedSecret::from_source(source).read()).unwrap();
        drop(ready(key.sign(b"the input")).unwrap());
    });
    fs::remove_file(file).unwrap();
}

/// The thread that watches the command is not the test's own, but what it read is.
#[cfg(unix)]
#[test]
fn a_secret_that_a_command_prints_leaves_nothing() {
    use cxone_auth_credentials::CommandSecret;
    use cxone_auth_watch::watch_process;

    let secret = "c0mmand/that+prints=a secret~";
    let needles = [Needle::new("the command's secret", secret.as_bytes())];
    let script = format!(
        "printf '%s' '{}'; printf '%s' '{}'",
        &secret[..9],
        &secret[9..]
    );
    let command = CommandSecret::new("/bin/sh", ["-c", &script]);
    let ((), freed) = watch_process(&needles, || {
        let read = CredentialSource::<Secret>::read(&command);
        let read = waited_for(read).unwrap();
        assert_eq!(read.expose_secret(), secret);
    });
    assert!(freed.is_empty(), "left behind: {freed:#?}");
}

/// Waits without a runtime.
#[cfg(unix)]
fn waited_for<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + Send + '_>>) -> T {
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};
    use std::thread::{self, Thread};

    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn file(name: &str, content: String) -> PathBuf {
    let name = format!("cxone-auth-residue-{name}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, content).unwrap();
    path
}
