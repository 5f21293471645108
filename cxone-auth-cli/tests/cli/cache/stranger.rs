//! What the program did not write stays as it is, under whatever name it stands.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::PathBuf;

use super::fixture::{CacheFixture, Run, is_root};
use crate::obstacle::{OBSTACLES, STRANGER, state};

/// A fixture with one token in the cache.
fn kept() -> CacheFixture {
    let fixture = CacheFixture::new();
    fixture.token(&[]).silently();
    fixture
}

/// The names that the program uses, of a cache with one target.
fn names(fixture: &CacheFixture) -> Vec<PathBuf> {
    let entry = fixture.file(".entry");
    let own = ["entry", "lease"].map(|end| entry.with_extension(end));
    let all = ["keys", "lock", "keys.new"]
        .map(|end| fixture.directory().join(format!("cxone-auth.{end}")));
    own.into_iter().chain(all).collect()
}

/// Under each name, whatever is done: the token is asked for, the warning names what is in the way,
/// and it is still there.
#[test]
fn what_the_program_did_not_write_is_left_alone() {
    for obstacle in OBSTACLES {
        let warning = if obstacle.is_file {
            "was not written by this program"
        } else {
            "is not a regular file"
        };
        for number in 0..5 {
            let fixture = kept();
            let name = &names(&fixture)[number];
            if name.ends_with("cxone-auth.keys.new") || name.ends_with("cxone-auth.lock") {
                // They are used while the keys are made.
                fs::remove_file(fixture.key()).unwrap();
            }
            if name.symlink_metadata().is_ok() {
                fs::remove_file(name).unwrap();
            }
            (obstacle.make)(name);
            let before = state(name);
            let run = fixture.token(&["--force-refresh"]);
            run.warning(warning);
            assert!(
                run.stderr.contains(name.to_str().unwrap()),
                "{}",
                run.stderr
            );
            assert_eq!(fixture.requests(), 2, "{}", name.display());
            Run::of(fixture.run(super::fixture::PROGRAM).arg("forget"));
            sweep(&fixture);
            assert_eq!(state(name), before, "{}", name.display());
        }
    }
}

/// Another target's token, whose writer clears away what is out of date.
fn sweep(fixture: &CacheFixture) {
    let mut command = fixture.command(&[]);
    let run = Run::of(command.env("CXONE_AUTH_SCOPE", "read"));
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
}

#[test]
fn a_file_named_key_and_a_cache_of_an_older_program_are_not_touched() {
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory()).unwrap();
    fs::set_permissions(fixture.directory(), fs::Permissions::from_mode(0o700)).unwrap();
    let old = "0".repeat(64);
    let files = [
        "key",
        "key.new",
        "id_rsa",
        &format!("{old}.token"),
        &format!("{old}.refusal"),
    ];
    let files = files.map(|name| fixture.directory().join(name));
    for file in &files {
        fs::write(file, "an older one").unwrap();
    }
    fs::write(fixture.directory().join(format!("{old}.lock")), "").unwrap();
    let before: Vec<_> = files.iter().map(|file| state(file)).collect();
    let token = fixture.token(&[]).silently();
    assert_eq!(fixture.token(&[]).silently(), token);
    assert_eq!(fixture.requests(), 1);
    let after: Vec<_> = files.iter().map(|file| state(file)).collect();
    assert_eq!(after, before);
}

#[test]
fn a_file_of_another_user_is_left_alone() {
    if !is_root("a file of another user") {
        return;
    }
    for of_key in [false, true] {
        let fixture = kept();
        let file = if of_key {
            fixture.key()
        } else {
            fixture.file(".entry")
        };
        chown(&file, Some(STRANGER), None).unwrap();
        let before = state(&file);
        for requests in 2..4 {
            fixture
                .token(&[])
                .warning("belongs to another user (id 12345)");
            assert_eq!(fixture.requests(), requests);
        }
        assert_eq!(state(&file), before);
    }
}

/// As a backup makes them: the other name keeps what it has.
#[test]
fn a_hard_link_to_a_file_of_ours_keeps_its_contents() {
    let fixture = kept();
    let backup = fixture.home().join("backup");
    fs::hard_link(fixture.file(".entry"), &backup).unwrap();
    let before = fs::read(&backup).unwrap();
    fixture.token(&["--force-refresh"]).silently();
    assert_eq!(fixture.requests(), 2);
    assert_eq!(fs::read(&backup).unwrap(), before);
    assert_ne!(fs::read(fixture.file(".entry")).unwrap(), before);
}

#[test]
fn a_link_in_the_place_of_the_directory_is_refused_also_to_a_directory_of_ours() {
    for end in ["", "/", "/.", "//"] {
        let fixture = CacheFixture::new();
        let (link, own) = (fixture.home().join("link"), fixture.home().join("own"));
        fs::create_dir(&own).unwrap();
        fs::set_permissions(&own, fs::Permissions::from_mode(0o700)).unwrap();
        symlink(&own, &link).unwrap();
        let place = format!("{}{end}", link.display());
        for requests in 1..3 {
            let mut command = fixture.command(&[]);
            let run = Run::of(command.env("CXONE_AUTH_CACHE_DIR", &place));
            run.warning("is a symbolic link: set CXONE_AUTH_CACHE_DIR");
            assert_eq!(fixture.requests(), requests);
        }
        let mut forget = fixture.run(super::fixture::PROGRAM);
        let said = Run::of(forget.arg("forget").env("CXONE_AUTH_CACHE_DIR", &place)).failed(3);
        assert!(said.contains("is a symbolic link"), "{said}");
        assert_eq!(fs::read_dir(&own).unwrap().count(), 0, "{place}");
    }
}

/// Only the last name is ours to judge: a home directory may be a link.
#[test]
fn a_link_above_the_directory_is_followed() {
    let fixture = CacheFixture::new();
    let (link, own) = (fixture.home().join("link"), fixture.home().join("own"));
    fs::create_dir(&own).unwrap();
    symlink(&own, &link).unwrap();
    let mut command = fixture.command(&[]);
    Run::of(command.env("CXONE_AUTH_CACHE_DIR", link.join("cache"))).silently();
    assert!(own.join("cache/cxone-auth.keys").exists());
}

/// What a link that points nowhere would make is not made.
#[test]
fn a_link_to_nothing_in_the_place_of_the_directory_is_refused() {
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory().parent().unwrap()).unwrap();
    symlink(fixture.home().join("planted"), fixture.directory()).unwrap();
    fixture
        .token(&[])
        .warning("is a symbolic link: set CXONE_AUTH_CACHE_DIR");
    assert_eq!(fixture.requests(), 1);
    assert!(!fixture.home().join("planted").exists());
}
