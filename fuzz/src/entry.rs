//! What a store reads: sealed entries, the files of a directory, key files. It is read as it was
//! written or not at all.
//!
//! An input is all of them in turn: a sealed entry, a file, the lines of a file behind their hash,
//! the text of a key file.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_core::store::{
    BlockingTokenStore as _, EntryName, Lease, LeaseId, Seal as _, StoreErrorKind, StoreOutcome,
};
use cxone_auth_store::{FileStore, StoreKeys};
use hmac_sha256::HMAC;
use secrecy::ExposeSecret as _;

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    check_keys(&String::from_utf8_lossy(data));
    DIRECTORY.with(|directory| {
        directory.check_sealed(data);
        directory.check_file(data);
        directory.check_lines(data);
        directory.check_lease(data);
    });
}

thread_local! {
    static DIRECTORY: Directory = Directory::new();
}

/// A store, and what is known of it.
struct Directory {
    store: FileStore,
    keys: StoreKeys,
    naming: Vec<u8>,
    name: EntryName,
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.store.path());
    }
}

impl Directory {
    fn new() -> Self {
        let thread = std::thread::current().id();
        let name = format!("cxone-auth-fuzz-{}-{thread:?}", std::process::id());
        let store = FileStore::open(std::env::temp_dir().join(name)).expect("it is writable");
        let keys = store.keys();
        let text = keys.to_text();
        let line = text.expose_secret().lines().nth(1).expect("it names keys");
        let naming = line.rsplit(' ').next().expect("a line ends with its key");
        Self {
            naming: STANDARD.decode(naming).expect("it is base64"),
            name: EntryName::new(keys.name(b"a request")),
            store,
            keys,
        }
    }

    fn path(&self, end: &str) -> PathBuf {
        self.store.path().join(format!("{}.{end}", self.name))
    }

    fn write(&self, end: &str, bytes: &[u8]) {
        fs::write(self.path(end), bytes).expect("it is writable");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let own = fs::Permissions::from_mode(0o600);
            fs::set_permissions(self.path(end), own).expect("it is ours");
        }
    }

    /// These lines behind their hash, as a second implementation computes it.
    fn sealed(&self, kind: &str, lines: &[u8]) -> Vec<u8> {
        let title = format!("cxone-auth store {kind} ");
        let name = self.name.as_str();
        let parts = ["file", &title, "1", name].map(str::as_bytes);
        let mut hash = HMAC::new(&self.naming);
        for part in parts.into_iter().chain([lines]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut head = format!("{title}1\n");
        for byte in hash.finalize() {
            write!(head, "{byte:02x}").expect("a String takes what is written to it");
        }
        head.push('\n');
        [head.as_bytes(), lines].concat()
    }

    /// Nobody but a holder of the keys makes an entry, and no other entry is opened in its place.
    fn check_sealed(&self, data: &[u8]) {
        let error = self.keys.open(&self.name, data);
        let error = error.expect_err("nobody has sealed it");
        assert_eq!(error.kind(), StoreErrorKind::Damaged);
        is_one_line(&error.to_string());
        let sealed = self.keys.seal(&self.name, data).expect("it is sealed");
        let opened = self.keys.open(&self.name, &sealed);
        assert!(opened.expect("it is ours").expose_secret() == data);
        let mut other = sealed.clone();
        let at = data.first().map_or(0, |byte| usize::from(*byte)) % sealed.len();
        other[at] ^= 1;
        assert!(self.keys.open(&self.name, &other).is_err());
        let another = EntryName::new(self.keys.name(data));
        assert!(data == b"a request" || self.keys.open(&another, &sealed).is_err());
    }

    /// A file of somebody else is left alone, and one without the hash is not believed.
    fn check_file(&self, data: &[u8]) {
        for bytes in [data, &[b"cxone-auth store entry 1\n", data].concat()] {
            self.write("entry", bytes);
            let error = self.store.load(&self.name);
            let error = error.expect_err("it has no hash");
            assert!(matches!(
                error.kind(),
                StoreErrorKind::Damaged | StoreErrorKind::Configuration
            ));
            is_one_line(&error.to_string());
            let left = fs::read(self.path("entry")).expect("it is still there");
            assert!(left == bytes);
        }
    }

    /// What has its hash is an entry for a bounded time, or damaged.
    fn check_lines(&self, lines: &[u8]) {
        self.write("entry", &self.sealed("entry", lines));
        match self.store.load(&self.name) {
            Ok(Some(entry)) => {
                assert!(lines.ends_with(&entry.bytes));
                let remaining = entry.remaining.expect("a file knows it");
                assert!(remaining <= span(lines) && !remaining.is_zero());
                let removed = self.store.remove_if(&self.name, &entry.bytes);
                assert_eq!(removed.expect("it was read"), StoreOutcome::Done);
            }
            Ok(None) => assert!(lines.starts_with(b"for ")),
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Damaged),
        }
    }

    /// A lease that nobody holds is free, whatever its file says.
    fn check_lease(&self, lines: &[u8]) {
        for bytes in [
            self.sealed("lease", lines),
            [b"cxone-auth store lease 1\n", lines].concat(),
        ] {
            self.write("lease", &bytes);
            let lease = Lease {
                id: LeaseId::new([7; 16]),
                span: Duration::from_secs(1_000),
            };
            let taken = self.store.try_lease(&self.name, &lease);
            assert_eq!(taken.expect("it is ours"), StoreOutcome::Done);
            let released = self.store.release(&self.name, lease.id);
            assert_eq!(released.expect("it is ours"), StoreOutcome::Done);
        }
    }
}

/// For how long the lines say that an entry is good.
fn span(lines: &[u8]) -> Duration {
    let text = String::from_utf8_lossy(lines);
    let span = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    Duration::from_micros(span.expect("it was read"))
}

/// A key file is read as it is written, or an error says why not, without what is in it.
fn check_keys(text: &str) {
    match StoreKeys::from_text(text) {
        Ok(keys) => {
            let again = StoreKeys::from_text(keys.to_text().expose_secret());
            let again = again.expect("what was written is read");
            assert_eq!(again.key_ids(), keys.key_ids());
            assert_eq!(again.name(b"a request"), keys.name(b"a request"));
        }
        Err(error) => {
            assert_eq!(error.kind(), StoreErrorKind::Configuration);
            let said = format!("{error} {error:?}");
            is_one_line(&error.to_string());
            let separates = |c: char| !c.is_ascii_alphanumeric();
            for word in text.split(separates).filter(|word| word.len() >= 20) {
                assert!(!said.contains(word), "{said}");
            }
        }
    }
}

fn is_one_line(said: &str) {
    assert!(
        !said.is_empty() && !said.contains('\n') && !said.ends_with('.'),
        "{said}"
    );
}
