//! What the memory of the process holds, freed or not, Rust's or not.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};

use crate::Needle;

/// How much is looked at in one go.
const PIECE: usize = 1 << 20;

/// Counts each needle in all memory that the process can write to: heaps, stacks and static data,
/// of libraries in C as well. Linux only; elsewhere it is an error of kind `NotFound`.
///
/// Where nothing holds the secret any more, what is counted is what a core dump would show.
///
/// # Errors
///
/// When the system does not let a process read its own memory.
pub fn count(needles: &[Needle]) -> io::Result<Vec<usize>> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let mut memory = File::open("/proc/self/mem")?;
    let mut piece = vec![0; PIECE];
    let overlap = needles.iter().map(Needle::len).max().unwrap_or(1) - 1;
    let mut counts = vec![0; needles.len()];
    for (start, end) in maps.lines().filter_map(writable) {
        let mut at = start;
        while at < end {
            let length = usize::try_from(end - at).map_or(PIECE, |left| left.min(PIECE));
            memory.seek(SeekFrom::Start(at))?;
            // What the system maps for itself cannot be read.
            if memory.read_exact(&mut piece[..length]).is_err() {
                break;
            }
            let is_last = at + length as u64 == end;
            let new = if is_last { length } else { length - overlap };
            for (count, needle) in counts.iter_mut().zip(needles) {
                // What begins behind that is counted with the next piece.
                let reach = length.min(new + needle.len() - 1);
                *count += needle.count(&piece[..reach]);
            }
            // The buffer is memory as well, and must not be counted.
            piece.fill(0);
            at += new as u64;
        }
    }
    Ok(counts)
}

/// The addresses of a mapping, if it can be written to.
fn writable(line: &str) -> Option<(u64, u64)> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    if !fields.next()?.starts_with("rw") {
        return None;
    }
    let address = |text| u64::from_str_radix(text, 16).ok();
    Some((address(start)?, address(end)?))
}
