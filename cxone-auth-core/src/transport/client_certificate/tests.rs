use super::*;
use crate::transport::TransportErrorKind;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

fn block(label: &str) -> String {
    format!("-----BEGIN {label}-----\nc2VjcmV0\n-----END {label}-----\n")
}

fn no_file(_: &Path) -> io::Result<PemFile> {
    Err(io::ErrorKind::NotFound.into())
}

fn fault(certificates: &str, key: &str) -> String {
    let certificate = ClientCertificate::from_pem(certificates, key);
    let error = certificate.load(no_file).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    let told = format!("{error} {error:?}");
    assert!(
        !told.contains("c2VjcmV0") && !told.contains("MIIB"),
        "{told}"
    );
    error.problem().unwrap_or_default().to_owned()
}

#[test]
fn each_mistake_is_told_from_the_others() {
    let legacy = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\
                  DEK-Info: AES-256-CBC,00\n\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n";
    for (key, told) in [
        ("", "is empty"),
        (" \n", "is empty"),
        ("c2VjcmV0", "is not PEM"),
        (&*block("ENCRYPTED PRIVATE KEY"), "has a passphrase"),
        (legacy, "has a passphrase"),
        (&block("OPENSSH PRIVATE KEY"), "OpenSSH's own format"),
        (&block("PUBLIC KEY"), "is a public key"),
        (&block("RSA PUBLIC KEY"), "is a public key"),
        (&block("EC PARAMETERS"), "has no private key"),
        (CERTIFICATE, "in each other's place"),
        (&[KEY, KEY].concat(), "several private keys"),
    ] {
        let problem = fault(CERTIFICATE, key);
        assert!(
            problem.starts_with("the key of the client certificate "),
            "{problem}"
        );
        assert!(problem.contains(told), "{told}: {problem}");
    }
    for (certificates, told) in [
        ("", "is empty"),
        ("\x30\u{82}", "is not PEM"),
        (KEY, "in each other's place"),
        (&*block("CERTIFICATE REQUEST"), "certificate request"),
        (&block("PUBLIC KEY"), "has no certificate"),
    ] {
        let problem = fault(certificates, KEY);
        assert!(problem.starts_with("the client certificate "), "{problem}");
        assert!(problem.contains(told), "{told}: {problem}");
    }
}

#[test]
fn a_key_is_found_among_other_blocks_and_comes_alone() {
    let together = [
        CERTIFICATE,
        &block("EC PARAMETERS"),
        "Bag Attributes\n",
        KEY,
    ]
    .concat();
    let certificate = ClientCertificate::from_pem(&*together, &*together);
    let identity = certificate.load(no_file).unwrap();
    assert_eq!(identity.expose_key(), KEY.trim_end().as_bytes());
    assert_eq!(identity.certificates(), together.as_bytes());
    // A block without an end is left for the TLS library to refuse.
    let cut = ClientCertificate::from_pem(CERTIFICATE, &KEY[..40]);
    assert_eq!(
        cut.load(no_file).unwrap().expose_key(),
        &KEY.as_bytes()[..40]
    );
}

#[test]
fn files_are_read_by_the_transport_and_named_in_errors() {
    let certificate = ClientCertificate::from_files("certs/a.pem", "keys/a\u{1b}.key");
    let key = |error: io::ErrorKind| {
        let read = move |path: &Path| {
            let is_certificate = path.starts_with("certs");
            let file = is_certificate.then(|| PemFile::new(CERTIFICATE.into()));
            file.ok_or_else(|| error.into())
        };
        certificate.load(read).unwrap_err().to_string()
    };
    let missing = key(io::ErrorKind::NotFound);
    assert!(
        missing.ends_with("file \"keys/a\\u{1b}.key\", does not exist"),
        "{missing}"
    );
    assert!(key(io::ErrorKind::PermissionDenied).contains("may not be read"));
    assert!(key(io::ErrorKind::IsADirectory).contains("cannot be read"));
    let error = certificate.load(no_file).unwrap_err().to_string();
    assert!(error.contains("the client certificate, file \"certs/a.pem\", does not exist"));

    // The certificate is no secret, so that only the key has to be closed to others.
    let open = |path: &Path| {
        let text = if path.starts_with("certs") {
            CERTIFICATE
        } else {
            KEY
        };
        Ok(PemFile::new(text.into()).open_to_others(path.starts_with("keys")))
    };
    let error = certificate.load(open).unwrap_err().to_string();
    assert!(error.contains("is open to other users"), "{error}");
    let closed = |path: &Path| {
        let text = if path.starts_with("certs") {
            CERTIFICATE
        } else {
            KEY
        };
        Ok(PemFile::new(text.into()).open_to_others(path.starts_with("certs")))
    };
    assert!(certificate.load(closed).is_ok());
}
