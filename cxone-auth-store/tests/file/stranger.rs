//! What this library did not write stays as it is, under whatever name it stands.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use cxone_auth_core::store::{BlockingTokenStore as _, StoreErrorKind};
use cxone_auth_store::FileStore;

use super::obstacle::{OBSTACLES, STRANGER, state};
use super::shared::{Folder, is_root};
use super::{Fixture, HOUR, MAGIC, chmod, files, lease, said};

const NOT_OURS: &str = "was not written by this program and was not touched: move it away, or \
                        name an empty directory";
const NOT_A_FILE: &str = "is not a regular file and was not touched: move it away";

/// Uses the store in every way, and returns what is said.
fn use_it(fixture: &Fixture) -> Vec<String> {
    let (store, name) = (&fixture.store, fixture.one());
    let lease = lease(HOUR);
    let entry = bytes::Bytes::from_static(b"new");
    let results = [
        store.load(&name).map(|_| ()),
        store.try_lease(&name, &lease).map(|_| ()),
        store.save(&name, lease.id, entry, HOUR).map(|_| ()),
        store.remove_if(&name, b"the entry").map(|_| ()),
        store.release(&name, lease.id).map(|_| ()),
        FileStore::open(store.path()).map(|_| ()),
    ];
    // The writer of another entry removes what has ended.
    super::sweep::sweep(fixture);
    let errors = results.into_iter().filter_map(Result::err);
    errors
        .map(|error| {
            assert_eq!(error.kind(), StoreErrorKind::Configuration, "{error}");
            error.to_string()
        })
        .collect()
}

#[test]
fn what_stands_in_the_way_is_named_and_left_alone() {
    for obstacle in OBSTACLES {
        let warning = if obstacle.is_file {
            NOT_OURS
        } else {
            NOT_A_FILE
        };
        for end in ["entry", "lease", "keys", "lock"] {
            let fixture = Fixture::new();
            let name = fixture.one();
            fixture.save(&name, "the entry", HOUR);
            let stem = match end {
                "entry" | "lease" => name.to_string(),
                _ => "cxone-auth".to_owned(),
            };
            let path = fixture.store.path().join(format!("{stem}.{end}"));
            let _ = fs::remove_file(&path);
            (obstacle.make)(&path);
            let before = state(&path);
            let errors = use_it(&fixture);
            let expected = format!("{}: {warning}", path.display());
            assert!(errors.contains(&expected), "{errors:?}\n{expected}");
            assert!(errors.iter().all(|error| *error == expected), "{errors:?}");
            assert_eq!(state(&path), before, "{}", path.display());
        }
    }
}

#[test]
fn files_with_other_names_are_not_touched() {
    let fixture = Fixture::new();
    let id = "0".repeat(64);
    let own: Vec<String> = [
        ".token",
        ".lock",
        ".new",
        ".refusal",
        ".link",
        ".entry.bak",
        ".x.held",
    ]
    .map(|end| format!("{id}{end}"))
    .into();
    let others = ["key", "cxone-auth.key", "cxone-auth.new", "id_rsa"].map(str::to_owned);
    let paths: Vec<_> = own.into_iter().chain(others).collect();
    let paths = paths.iter().map(|name| fixture.store.path().join(name));
    let paths: Vec<_> = paths.collect();
    for path in &paths {
        fs::write(path, MAGIC).unwrap();
    }
    let before: Vec<_> = paths.iter().map(|path| state(path)).collect();
    assert_eq!(use_it(&fixture), Vec::<String>::new());
    let after: Vec<_> = paths.iter().map(|path| state(path)).collect();
    assert_eq!(after, before);
}

#[test]
fn a_file_of_another_user_is_left_alone() {
    if !is_root("a file of another user") {
        return;
    }
    for end in [".entry", ".keys", "cxone-auth.lock"] {
        let fixture = Fixture::new();
        fixture.save(&fixture.one(), "the entry", HOUR);
        let path = fixture.file(end);
        chown(&path, Some(STRANGER), None).unwrap();
        let before = state(&path);
        let errors = use_it(&fixture);
        let expected = format!("{}: belongs to another user (id 12345)", path.display());
        assert!(errors.contains(&expected), "{errors:?}");
        assert_eq!(state(&path), before);
    }
}

/// As a backup makes them: the other name keeps what it has.
#[test]
fn a_hard_link_to_a_file_of_ours_keeps_its_contents() {
    let fixture = Fixture::new();
    fixture.save(&fixture.one(), "the entry", HOUR);
    let backup = fixture.folder.path("backup");
    fs::hard_link(fixture.file(".entry"), &backup).unwrap();
    let before = fs::read(&backup).unwrap();
    fixture.save(&fixture.one(), "the next", HOUR);
    assert_eq!(fs::read(&backup).unwrap(), before);
    assert_ne!(fs::read(fixture.file(".entry")).unwrap(), before);
}

#[test]
fn a_link_in_the_place_of_the_directory_is_refused() {
    for end in ["", "/", "/.", "//"] {
        let folder = Folder::new();
        let (link, own) = (folder.path("link"), folder.path("own"));
        fs::create_dir(&own).unwrap();
        chmod(&own, 0o700);
        symlink(&own, &link).unwrap();
        let place = format!("{}{end}", link.display());
        let expected = "is a symbolic link: name the directory itself";
        let expected = format!("{}: {expected}", link.display());
        assert_eq!(
            said(FileStore::open(&place), StoreErrorKind::Configuration),
            expected
        );
        assert_eq!(
            said(FileStore::find(&place), StoreErrorKind::Configuration),
            expected
        );
        assert!(files(&own).is_empty());
    }
}

/// What a link that points nowhere would make is not made.
#[test]
fn a_link_to_nothing_in_the_place_of_the_directory_is_refused() {
    let folder = Folder::new();
    let link = folder.path("link");
    symlink(folder.path("planted"), &link).unwrap();
    said(FileStore::open(&link), StoreErrorKind::Configuration);
    assert!(!folder.path("planted").exists());
}

/// Only the last name is ours to judge: a home directory may be a link.
#[test]
fn a_link_above_the_directory_is_followed() {
    let folder = Folder::new();
    let (link, own) = (folder.path("link"), folder.path("own"));
    fs::create_dir(&own).unwrap();
    symlink(&own, &link).unwrap();
    FileStore::open(link.join("store")).unwrap();
    assert!(own.join("store/cxone-auth.keys").exists());
}

#[test]
fn a_file_in_the_place_of_the_directory_is_left_alone() {
    let folder = Folder::new();
    let path = folder.path("store");
    fs::write(&path, "mine").unwrap();
    let expected = format!(
        "{}: is not a directory: name a folder of its own, which is made if it does not exist",
        path.display()
    );
    for result in [
        FileStore::open(&path).map(|_| ()),
        FileStore::find(&path).map(|_| ()),
    ] {
        assert_eq!(said(result, StoreErrorKind::Configuration), expected);
    }
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}
