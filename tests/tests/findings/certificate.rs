//! Clients that show a certificate, and what is wrong with it before anything is sent.

use std::io;

use cxone_auth_core::Error;
use cxone_auth_core::diagnosis::{Diagnosis, Setting};
use cxone_auth_core::transport::ClientCertificate;
use cxone_auth_tests::{Authority, Certificate};

fn issued() -> [Certificate; 2] {
    let authority = Authority::new();
    [(), ()].map(|()| authority.client_certificate())
}

fn refused(certificates: &str, key: &str) -> Diagnosis {
    let certificate = ClientCertificate::from_pem(certificates, key);
    let nothing = |_: &std::path::Path| Err(io::ErrorKind::NotFound.into());
    let error = certificate.load(nothing).unwrap_err();
    Error::of_transport(error).diagnosis().clone()
}

/// The certificate of another key.
pub(crate) fn of_another_key() -> Diagnosis {
    let [own, other] = issued();
    refused(own.pem(), other.key_pem())
}

/// The certificate of the key comes behind another one.
pub(crate) fn in_the_wrong_order() -> Diagnosis {
    let [own, other] = issued();
    refused(&[other.pem(), own.pem()].concat(), own.key_pem())
}

pub(crate) fn without_a_key() -> Diagnosis {
    let [own, _] = issued();
    refused(own.pem(), "")
}

#[test]
fn what_is_wrong_with_a_certificate_is_about_it_and_its_key() {
    for diagnosis in [of_another_key(), in_the_wrong_order(), without_a_key()] {
        let first = diagnosis.first().unwrap();
        let expected = [Setting::ClientCertificate, Setting::ClientKey];
        assert_eq!(first.settings(), expected, "{first}");
        assert!(first.evidence().contains("client certificate"), "{first}");
    }
}
