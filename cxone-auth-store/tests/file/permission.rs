//! Who else may use the directory and its files.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;

use cxone_auth_core::store::{BlockingTokenStore as _, StoreErrorKind, StoreOutcome};
use cxone_auth_store::FileStore;

use super::shared::is_root;
use super::{Fixture, HOUR, chmod, files, lease, mode, said};

#[test]
fn what_it_makes_is_for_the_user_alone() {
    let fixture = Fixture::new();
    fixture.save(&fixture.one(), "the entry", HOUR);
    fixture
        .store
        .try_lease(&fixture.one(), &lease(HOUR))
        .unwrap();
    assert_eq!(mode(fixture.store.path()), 0o700);
    let files = files(fixture.store.path());
    assert_eq!(files.len(), 5, "keys, lock, entry, lease, held: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn directories_above_it_are_made_for_the_user_alone() {
    let fixture = Fixture::new();
    let path = fixture.folder.path("a/b/store");
    FileStore::open(&path).unwrap();
    for made in path.ancestors().take(3) {
        assert_eq!(mode(made), 0o700, "{}", made.display());
    }
}

#[test]
fn a_directory_that_others_may_enter_is_not_used() {
    for wide in [0o755, 0o710, 0o701, 0o770, 0o1777] {
        let fixture = Fixture::new();
        let name = fixture.one();
        fixture.save(&name, "the entry", HOUR);
        chmod(fixture.store.path(), wide);
        let expected = format!(
            "{}: is open to other users (mode {wide:04o}): run chmod go-rwx on it",
            fixture.store.path().display()
        );
        // Also of a store that was opened before.
        for result in [
            FileStore::open(fixture.store.path()).map(|_| ()),
            FileStore::find(fixture.store.path()).map(|_| ()),
            fixture.store.load(&name).map(|_| ()),
            fixture.store.try_lease(&name, &lease(HOUR)).map(|_| ()),
            fixture.store.remove_if(&name, b"the entry").map(|_| ()),
        ] {
            assert_eq!(said(result, StoreErrorKind::Configuration), expected);
        }
    }
}

/// Its mode may be right for what it is for, as that of `/` and of a home directory is.
#[test]
fn nobody_is_told_to_change_the_mode_of_a_directory_that_holds_no_store() {
    let fixture = Fixture::new();
    let path = fixture.folder.path("home");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("notes"), "mine").unwrap();
    chmod(&path, 0o755);
    let expected = format!(
        "{}: is open to other users (mode 0755) and was not made by this program: name a folder of \
         its own, which is made if it does not exist",
        path.display()
    );
    for result in [
        FileStore::open(&path).map(|_| ()),
        FileStore::find(&path).map(|_| ()),
    ] {
        assert_eq!(said(result, StoreErrorKind::Configuration), expected);
    }
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
}

#[test]
fn a_directory_of_another_user_is_not_used() {
    if !is_root("a directory of another user") {
        return;
    }
    let fixture = Fixture::new();
    chown(fixture.store.path(), Some(12_345), None).unwrap();
    let said = said(
        FileStore::open(fixture.store.path()),
        StoreErrorKind::Configuration,
    );
    assert!(
        said.ends_with("belongs to another user (id 12345)"),
        "{said}"
    );
}

#[test]
fn an_entry_that_others_may_read_is_damaged_and_replaced() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    let file = fixture.file(".entry");
    chmod(&file, 0o644);
    let said = said(fixture.load(&name), StoreErrorKind::Damaged);
    assert!(
        said.ends_with("is open to other users (mode 0644): run chmod go-rwx on it"),
        "{said}"
    );
    fixture.save(&name, "the next", HOUR);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the next");
}

/// A mode does not keep root from writing: nothing does that on every system.
fn is_writable(directory: &Path) -> bool {
    fs::write(directory.join("probe"), "").is_ok()
}

#[test]
fn a_directory_that_cannot_be_written_serves_what_is_in_it() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    chmod(fixture.store.path(), 0o500);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the entry");
    if !is_writable(fixture.store.path()) {
        let leased = fixture.store.try_lease(&name, &lease(HOUR));
        said(leased, StoreErrorKind::Unavailable);
    }
    chmod(fixture.store.path(), 0o700);
    let leased = fixture.store.try_lease(&name, &lease(HOUR)).unwrap();
    assert_eq!(leased, StoreOutcome::Done);
}
