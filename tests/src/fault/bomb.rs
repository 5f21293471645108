//! A compressed body that is small on the wire and large in memory.

/// How many copies of 258 zeros there are, at 13 bits each.
const COPIES: usize = 160_000;

/// Returns 260 kB of gzip (RFC 1952), below the limit of a body. It contains 41 MB of zeros.
///
/// The check sum at its end is wrong: a client that reads that far has already filled the memory.
pub(super) fn gzip() -> Vec<u8> {
    let mut bits = Bits(Vec::new(), 0);
    // The last block, with the fixed codes (RFC 1951 §3.2.6).
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    // A literal zero. Codes are written from their first bit on, so they are reversed here.
    bits.push(0b0000_1100, 8);
    for _ in 0..COPIES {
        // A length of 258 (symbol 285), from one byte before.
        bits.push(0b1010_0011, 8);
        bits.push(0, 5);
    }
    bits.push(0, 7);
    let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    [&head[..], &bits.0, &[0; 8]].concat()
}

/// Bits in bytes, the lowest first, and their number.
struct Bits(Vec<u8>, usize);

impl Bits {
    fn push(&mut self, value: u8, count: usize) {
        for index in 0..count {
            if self.1.is_multiple_of(8) {
                self.0.push(0);
            }
            let bit = value >> index & 1;
            if let Some(last) = self.0.last_mut() {
                *last |= bit << (self.1 % 8);
            }
            self.1 += 1;
        }
    }
}
