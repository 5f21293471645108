//! As much of DER as keys and certificates need (X.690 §10).

use zeroize::Zeroizing;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The tag of a constructed field with a number in brackets, such as `[0]`.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// What is left of some DER.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The fields of the one value that `der` is, which has this tag.
    pub(crate) fn only(der: &'a [u8], tag: u8) -> Option<Self> {
        let mut reader = Self(der);
        let fields = reader.enter(tag)?;
        reader.0.is_empty().then_some(fields)
    }

    /// What is not read yet.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The content of the next value. If its tag is another, nothing is read.
    pub(crate) fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (content, rest) = value(self.0, tag)?;
        self.0 = rest;
        Some(content)
    }

    /// The fields of the next value.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Self> {
        self.read(tag).map(Self)
    }

    /// The next value, a number without its sign and without zeros before it.
    pub(crate) fn unsigned(&mut self) -> Option<&'a [u8]> {
        let bytes = self.read(INTEGER)?;
        let is_negative = bytes.first().is_none_or(|first| first & 0x80 != 0);
        (!is_negative).then(|| without_zeros(bytes))
    }

    /// The octets of the next value, a string of bits that has whole octets.
    pub(crate) fn bits(&mut self) -> Option<&'a [u8]> {
        match self.read(BIT_STRING)? {
            [0, octets @ ..] => Some(octets),
            _ => None,
        }
    }
}

fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = length(rest)?;
    rest.split_at_checked(length)
}

fn length(der: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = der.split_first()?;
    match *first {
        short @ 0..=0x7f => Some((short.into(), rest)),
        // What is longer than three octets can say is refused before.
        long @ 0x81..=0x83 => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x0f))?;
            let add = |sum: usize, octet: &u8| sum << 8 | usize::from(*octet);
            Some((octets.iter().fold(0, add), rest))
        }
        _ => None,
    }
}

pub(crate) fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

/// Writes a value that holds these parts.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let octets = length.to_be_bytes();
    let octets = without_zeros(&octets);
    let mut der = Zeroizing::new(Vec::with_capacity(2 + octets.len() + length));
    der.push(tag);
    if length > 0x7f {
        let count = u8::try_from(octets.len()).expect("a length has few octets");
        der.push(0x80 | count);
    }
    der.extend_from_slice(if length == 0 { &[0] } else { octets });
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}

/// Writes a number that has no sign.
pub(crate) fn write_unsigned(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let bytes = without_zeros(bytes);
    // A number begins with a zero where its first bit would be a sign, and so does zero itself.
    let needs_zero = bytes.first().is_none_or(|first| first & 0x80 != 0);
    let zero: &[u8] = if needs_zero { &[0] } else { &[] };
    write(INTEGER, &[zero, bytes])
}
