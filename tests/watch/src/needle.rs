//! What is looked for.

/// A secret in one of its spellings.
///
/// It is kept masked: the memory of a process that looks for a secret holds it no more often than
/// it would otherwise.
#[derive(Clone)]
pub struct Needle {
    pub(crate) name: &'static str,
    masked: Vec<u8>,
}

const MASK: u8 = 0xA5;

impl Needle {
    /// A secret, under the name by which it is reported.
    ///
    /// # Panics
    ///
    /// When it is so short that it would be found by chance.
    #[must_use]
    pub fn new(name: &'static str, secret: &[u8]) -> Self {
        assert!(secret.len() > 6, "{name} is too short to be looked for");
        let masked = secret.iter().map(|byte| byte ^ MASK).collect();
        Self { name, masked }
    }

    /// The name of the secret.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether `bytes` hold the secret.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.count(bytes) > 0
    }

    /// How often `bytes` hold the secret.
    #[must_use]
    pub fn count(&self, bytes: &[u8]) -> usize {
        let first = self.masked[0] ^ MASK;
        let mut rest = bytes;
        let mut count = 0;
        while let Some(at) = rest.iter().position(|byte| *byte == first) {
            rest = &rest[at..];
            count += usize::from(self.begins(rest));
            rest = &rest[1..];
        }
        count
    }

    pub(crate) fn len(&self) -> usize {
        self.masked.len()
    }

    fn begins(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.masked.len()
            && bytes
                .iter()
                .zip(&self.masked)
                .all(|(byte, masked)| byte ^ MASK == *masked)
    }
}
