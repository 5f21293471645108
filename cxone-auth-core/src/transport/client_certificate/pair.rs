//! Whether a key belongs to a certificate: by the public half, which most keys hold as well.
//!
//! It needs no cryptography, only a look at DER (X.690): what it does not know, a TLS library says.

/// What is known of a key and a chain of certificates.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// They belong together, or the key does not tell.
    NotRefuted,
    /// The key is that of a later certificate.
    WrongOrder,
    Mismatch,
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The version of a certificate.
const EXPLICIT_0: u8 = 0xa0;
/// The public key within a private one: of RFC 5915, and of RFC 5958.
const EXPLICIT_1: u8 = 0xa1;
const IMPLICIT_1: u8 = 0x81;

/// Compares the key with the chain, all in DER.
pub(super) fn compare(chain: &[Vec<u8>], key: &[u8]) -> Pair {
    let Some(own) = public_half(key) else {
        return Pair::NotRefuted;
    };
    let mut halves = chain.iter().map(|certificate| certified(certificate));
    match halves.next().flatten() {
        Some(first) if first != own => {}
        _ => return Pair::NotRefuted,
    }
    if halves.any(|half| half == Some(own)) {
        Pair::WrongOrder
    } else {
        Pair::Mismatch
    }
}

/// A value: its tag and its content.
type Value<'d> = (u8, &'d [u8]);

/// Returns the modulus, or the point of a curve, that a private key holds.
fn public_half(key: &[u8]) -> Option<&[u8]> {
    match &*fields(key)? {
        // PKCS#8: the version, the algorithm, and a key of one of the kinds below or of Ed25519,
        // whose public half may come behind it.
        [
            (INTEGER, _),
            (SEQUENCE, _),
            (OCTET_STRING, inner),
            rest @ ..,
        ] => public_half(inner).or_else(|| bits(content(rest, IMPLICIT_1)?)),
        // PKCS#1: the version, the modulus, the exponents, …
        [(INTEGER, _), (INTEGER, modulus), (INTEGER, _), ..] => Some(modulus),
        // SEC1: the version, the private number, and maybe curve and point.
        [(INTEGER, _), (OCTET_STRING, _), rest @ ..] => {
            let (tag, point, _) = value(content(rest, EXPLICIT_1)?)?;
            bits(point).filter(|_| tag == BIT_STRING)
        }
        _ => None,
    }
}

/// Returns the modulus, or the point of a curve, in a certificate (RFC 5280 §4.1).
fn certified(certificate: &[u8]) -> Option<&[u8]> {
    let (tag, to_be_signed) = *fields(certificate)?.first()?;
    let fields_to_sign = values(to_be_signed)?;
    let unversioned = fields_to_sign.iter().filter(|(tag, _)| *tag != EXPLICIT_0);
    // Serial number, algorithm, issuer, validity, subject, public key.
    let (_, info) = unversioned.filter(|_| tag == SEQUENCE).nth(5)?;
    let key = bits(content(&values(info)?, BIT_STRING)?)?;
    match fields(key).as_deref() {
        Some([(INTEGER, modulus), (INTEGER, _)]) => Some(modulus),
        _ => Some(key),
    }
}

/// Returns the values within the sequence that is all of `der`.
fn fields(der: &[u8]) -> Option<Vec<Value<'_>>> {
    match value(der)? {
        (SEQUENCE, content, []) => values(content),
        _ => None,
    }
}

fn values(mut der: &[u8]) -> Option<Vec<Value<'_>>> {
    let mut values = Vec::new();
    while !der.is_empty() {
        let (tag, content, rest) = value(der)?;
        values.push((tag, content));
        der = rest;
    }
    Some(values)
}

/// Returns tag, content and what follows of the value at the start of `der`.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // No text of a certificate is longer than four bytes can say.
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn content<'d>(values: &[Value<'d>], wanted: u8) -> Option<&'d [u8]> {
    let mut values = values.iter();
    let (_, content) = values.find(|(tag, _)| *tag == wanted)?;
    Some(content)
}

/// Returns the bytes of a bit string that has no odd bits.
fn bits(content: &[u8]) -> Option<&[u8]> {
    match content.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        let mut der = vec![tag];
        match u8::try_from(length) {
            Ok(short) if short < 0x80 => der.push(short),
            _ => der.extend([&[0x82][..], &length.to_be_bytes()].concat()),
        }
        der.extend(content);
        der
    }

    fn sequence(values: &[Vec<u8>]) -> Vec<u8> {
        der(SEQUENCE, &values.concat())
    }

    fn integer(value: &[u8]) -> Vec<u8> {
        der(INTEGER, value)
    }

    fn bit_string(bytes: &[u8]) -> Vec<u8> {
        der(BIT_STRING, &[&[0], bytes].concat())
    }

    fn rsa_half(modulus: &[u8]) -> Vec<u8> {
        sequence(&[integer(modulus), integer(&[1, 0, 1])])
    }

    /// With a version unless it is one of X.509's first.
    fn certificate(half: &[u8], is_first_version: bool) -> Vec<u8> {
        let mut fields = vec![der(EXPLICIT_0, &integer(&[2])), integer(&[7])];
        fields.extend(std::iter::repeat_n(sequence(&[]), 4));
        fields.push(sequence(&[sequence(&[]), bit_string(half)]));
        if is_first_version {
            fields.remove(0);
        }
        sequence(&[sequence(&fields), sequence(&[]), bit_string(b"signature")])
    }

    fn sec1(point: &[u8]) -> Vec<u8> {
        let point = der(EXPLICIT_1, &bit_string(point));
        sequence(&[integer(&[1]), der(OCTET_STRING, b"private"), point])
    }

    fn pkcs1(modulus: &[u8]) -> Vec<u8> {
        sequence(&[&[0][..], modulus, &[3], b"private"].map(integer))
    }

    fn pkcs8(inner: &[u8], behind: &[u8]) -> Vec<u8> {
        let fields = [integer(&[0]), sequence(&[]), der(OCTET_STRING, inner)];
        der(SEQUENCE, &[&fields.concat(), behind].concat())
    }

    #[test]
    fn keys_of_each_kind_are_compared() {
        let modulus = [b'm'; 300];
        let ed25519 = der(IMPLICIT_1, b"\0point");
        for (key, half) in [
            (sec1(b"point"), b"point".to_vec()),
            (pkcs8(&sec1(b"point"), b""), b"point".to_vec()),
            (pkcs1(&modulus), rsa_half(&modulus)),
            (pkcs8(&pkcs1(&modulus), b""), rsa_half(&modulus)),
            (
                pkcs8(&der(OCTET_STRING, b"private"), &ed25519),
                b"point".to_vec(),
            ),
        ] {
            for is_first_version in [false, true] {
                let own = certificate(&half, is_first_version);
                let other = certificate(b"other", is_first_version);
                assert_eq!(
                    compare(&[own.clone(), other.clone()], &key),
                    Pair::NotRefuted
                );
                assert_eq!(compare(&[other.clone(), own], &key), Pair::WrongOrder);
                assert_eq!(compare(&[other], &key), Pair::Mismatch);
            }
        }
    }

    #[test]
    fn what_does_not_tell_is_left_to_the_tls_library() {
        let other = certificate(b"other", false);
        let silent = pkcs8(&der(OCTET_STRING, b"private"), b"");
        assert_eq!(
            compare(std::slice::from_ref(&other), &silent),
            Pair::NotRefuted
        );
        assert_eq!(compare(&[], &sec1(b"point")), Pair::NotRefuted);
        let own = certificate(b"point", false);
        for length in 0..own.len() {
            assert_eq!(
                compare(&[own[..length].to_vec()], &sec1(b"x")),
                Pair::NotRefuted
            );
        }
        for length in 0..silent.len() {
            assert_eq!(
                compare(std::slice::from_ref(&other), &silent[..length]),
                Pair::NotRefuted
            );
        }
        let endless = [0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0];
        assert_eq!(compare(&[other], &endless), Pair::NotRefuted);
    }
}
