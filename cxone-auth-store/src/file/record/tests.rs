use super::*;

use crate::StoreKeys;

const NAME: &str = "the name";

fn record<'a>(boot: Option<&str>, content: &'a [u8]) -> Record<'a> {
    let boot = boot.map(|id| Boot {
        id: id.to_owned(),
        up: Duration::new(86_400, 250_000_000),
    });
    Record {
        from: Reading {
            wall: Duration::new(1_700_000_000, 250_000_000),
            boot,
        },
        span: Duration::from_secs(86_399),
        content,
    }
}

/// A file of these lines, behind their hash.
fn sealed(keys: &StoreKeys, kind: Kind, lines: &str) -> Vec<u8> {
    let hash = hexadecimal(&hash(keys.ring(), kind, NAME, lines.as_bytes()));
    format!("{}{VERSION}\n{hash}\n{lines}", kind.title()).into_bytes()
}

#[test]
fn a_file_is_read_as_it_was_written() {
    let keys = StoreKeys::generate().unwrap();
    for kind in [Kind::Entry, Kind::Lease] {
        for boot in [None, Some("4ee0c1f2-0000")] {
            for content in [&b""[..], b"\n", b"for 1 from 2\n\xff\0", &[7; 5_000]] {
                let record = record(boot, content);
                let bytes = write(keys.ring(), kind, NAME, &record);
                let read = read(keys.ring(), kind, NAME, &bytes);
                assert_eq!(read.unwrap(), record);
            }
        }
    }
}

#[test]
fn a_file_is_of_one_kind_one_name_and_one_directory() {
    let keys = StoreKeys::generate().unwrap();
    let bytes = write(keys.ring(), Kind::Entry, NAME, &record(None, b"content"));
    assert!(read(keys.ring(), Kind::Entry, NAME, &bytes).is_ok());
    assert!(read(keys.ring(), Kind::Lease, NAME, &bytes).is_err());
    assert!(read(keys.ring(), Kind::Entry, "another", &bytes).is_err());
    let others = StoreKeys::generate().unwrap();
    assert!(read(others.ring(), Kind::Entry, NAME, &bytes).is_err());
    let text = String::from_utf8(bytes).unwrap();
    let renamed = text.replace("entry 1", "lease 1");
    assert!(read(keys.ring(), Kind::Lease, NAME, renamed.as_bytes()).is_err());
}

/// The keys of a rotation still read the files.
#[test]
fn a_sealing_key_does_not_matter_here() {
    let keys = StoreKeys::generate().unwrap();
    let bytes = write(keys.ring(), Kind::Entry, NAME, &record(None, b"content"));
    let later = keys.add().unwrap().promote().unwrap().retire();
    assert!(read(later.ring(), Kind::Entry, NAME, &bytes).is_ok());
}

#[test]
fn lines_that_nobody_wrote_are_not_read() {
    let keys = StoreKeys::generate().unwrap();
    let is_read = |lines: &str| {
        let bytes = sealed(&keys, Kind::Entry, lines);
        read(keys.ring(), Kind::Entry, NAME, &bytes).is_ok()
    };
    assert!(is_read("for 1 from 2\n"));
    assert!(is_read("for 1 from 2 boot a 3\ncontent"));
    for lines in [
        "",
        "\n",
        "for 1 from 2",
        "for 1 from 2 \n",
        "for 1 from 2 boot a\n",
        "for 1 from 2 boot a b\n",
        "for 1 from 2 boot a 3 4\n",
        "for -1 from 2\n",
        "for 1.5 from 2\n",
        "for 18446744073709551616 from 2\n",
        "for 1 from 2 boot a 99999999999999999999\n",
        "from 1 for 2\n",
        "for 1  from 2\n",
    ] {
        assert!(!is_read(lines), "{lines:?}");
    }
}

#[test]
fn times_without_end_are_read_as_the_longest_ones() {
    let keys = StoreKeys::generate().unwrap();
    let mut longest = record(Some(&"f".repeat(36)), b"");
    longest.span = Duration::MAX;
    longest.from.wall = Duration::MAX;
    let bytes = write(keys.ring(), Kind::Entry, NAME, &longest);
    assert!(bytes.len() <= HEAD, "{}", bytes.len());
    let read = read(keys.ring(), Kind::Entry, NAME, &bytes).unwrap();
    assert_eq!(read.span, Duration::from_micros(u64::MAX));
}
