//! Files and folders that are not as the program left them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use super::fixture::{CacheFixture, MAGIC, PROGRAM, Run, is_root, mode};

const STRANGER: u32 = 12_345;

/// A kept token whose file is spoilt costs one warning and one request, and is well again after.
fn is_fixed(spoil: impl Fn(&Path), warning: &str) -> CacheFixture {
    let fixture = CacheFixture::new();
    let first = fixture.token(&[]).silently();
    let file = fixture.file(".entry");
    spoil(&file);

    let second = fixture.token(&[]).warning(warning);
    assert_ne!(second, first);
    assert_eq!(fixture.requests(), 2);
    assert_eq!(fixture.token(&[]).silently(), second);
    assert_eq!(fixture.requests(), 2);
    assert_eq!(mode(&file), 0o600);
    fixture
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_it_makes_is_for_the_user_alone() {
    let fixture = CacheFixture::new();
    let mut command = fixture.run("sh");
    let script = r#"umask 0; exec "$0" token"#;
    Run::of(command.args(["-c", script, PROGRAM])).silently();
    assert_eq!(mode(&fixture.directory()), 0o700);
    let files = fixture.files("");
    assert_eq!(
        files.len(),
        3,
        "the keys, a token and the lock of the folder: {files:?}"
    );
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_damaged_token_is_asked_for_again() {
    let damages: [fn(&mut Vec<u8>); 5] = [
        Vec::clear,
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.truncate(bytes.len() - 1),
        // Near the end of what is sealed, and in the first line.
        |bytes| *bytes.iter_mut().nth_back(1).unwrap() ^= 1,
        |bytes| bytes[MAGIC.len()] ^= 1,
    ];
    for damage in damages {
        let spoil = |file: &Path| {
            let mut bytes = fs::read(file).unwrap();
            damage(&mut bytes);
            fs::write(file, bytes).unwrap();
        };
        is_fixed(spoil, "is damaged");
    }
}

#[test]
fn noise_in_the_place_of_a_token_is_not_read() {
    let noise = [MAGIC.as_bytes(), &[0xff; 300]].concat();
    is_fixed(|file| fs::write(file, &noise).unwrap(), "is damaged");
    let endless = |file: &Path| {
        let file = fs::File::options().write(true).open(file).unwrap();
        file.set_len(1 << 40).unwrap();
    };
    is_fixed(endless, "is damaged");
}

#[test]
fn a_token_of_another_target_is_not_taken() {
    let fixture = CacheFixture::new();
    let first = fixture.token(&[]).silently();
    let own = fixture.file(".entry");
    let scoped = || {
        let mut command = fixture.command(&[]);
        Run::of(command.env("CXONE_AUTH_SCOPE", "read"))
    };
    scoped().silently();
    let other = fixture
        .files(".entry")
        .into_iter()
        .find(|file| *file != own);
    fs::copy(&own, other.unwrap()).unwrap();
    assert_ne!(scoped().warning("is damaged"), first);
    assert_eq!(fixture.requests(), 3);
}

#[test]
fn a_token_that_others_may_read_is_replaced() {
    for mode in [0o640, 0o604, 0o620, 0o610] {
        is_fixed(|file| set_mode(file, mode), "is open to other users");
    }
}

#[test]
fn a_key_of_ours_that_cannot_be_used_is_replaced() {
    let is_replaced = |spoil: fn(&Path), warning| {
        let fixture = CacheFixture::new();
        fixture.token(&[]).silently();
        spoil(&fixture.key());
        let second = fixture.token(&[]).warning(warning);
        assert_eq!(fixture.token(&[]).silently(), second);
        assert_eq!(fixture.requests(), 2);
    };
    // Within the keys, within their magic, and to nothing.
    is_replaced(
        |key| fs::write(key, format!("{MAGIC}short")).unwrap(),
        "is damaged",
    );
    is_replaced(|key| fs::write(key, &MAGIC[..5]).unwrap(), "is damaged");
    is_replaced(|key| fs::write(key, "").unwrap(), "is damaged");
    is_replaced(|key| set_mode(key, 0o644), "is open to other users");
}

/// Each run warns and asks, and nothing is written.
fn is_not_used(fixture: &CacheFixture, warning: &str) {
    let before = fixture.files("").len();
    for _ in 0..2 {
        fixture.token(&[]).warning(warning);
    }
    assert_eq!(fixture.requests(), 2);
    assert_eq!(fixture.files("").len(), before);
}

#[test]
fn a_directory_that_others_may_enter_is_not_used() {
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory()).unwrap();
    set_mode(&fixture.directory(), 0o750);
    is_not_used(&fixture, "is open to other users (mode 0750)");
}

#[test]
fn a_directory_of_another_user_is_not_used() {
    if !is_root("a directory of another user") {
        return;
    }
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory()).unwrap();
    set_mode(&fixture.directory(), 0o700);
    chown(fixture.directory(), Some(STRANGER), None).unwrap();
    is_not_used(&fixture, "belongs to another user (id 12345)");
}

#[test]
fn a_file_in_the_place_of_the_directory_is_left_alone() {
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory().parent().unwrap()).unwrap();
    fs::write(fixture.directory(), "mine").unwrap();
    for _ in 0..2 {
        fixture
            .token(&[])
            .warning("is not a directory: set CXONE_AUTH_CACHE_DIR to a folder");
    }
    assert_eq!(fs::read(fixture.directory()).unwrap(), b"mine");
}

#[test]
fn without_a_home_the_token_is_printed_and_not_kept() {
    let fixture = CacheFixture::new();
    for _ in 0..2 {
        let mut command = fixture.command(&[]);
        Run::of(command.env_remove("HOME")).warning("set CXONE_AUTH_CACHE_DIR");
    }
    assert_eq!(fixture.requests(), 2);
    assert!(!fixture.directory().exists());
}

#[test]
fn the_cache_is_where_the_variables_say() {
    for (variable, place) in [
        ("XDG_CACHE_HOME", "elsewhere/cxone-auth/cxone-auth.keys"),
        ("CXONE_AUTH_CACHE_DIR", "elsewhere/cxone-auth.keys"),
    ] {
        let fixture = CacheFixture::new();
        let mut command = fixture.command(&[]);
        Run::of(command.env(variable, fixture.home().join("elsewhere"))).silently();
        assert!(fixture.home().join(place).exists());
        assert!(!fixture.directory().exists());
    }
}

#[test]
fn a_cache_below_the_working_directory_is_not_made() {
    let fixture = CacheFixture::new();
    let relative = |command: &mut Command| {
        let command = command.env("CXONE_AUTH_CACHE_DIR", "elsewhere");
        Run::of(command.current_dir(fixture.home()))
    };
    relative(&mut fixture.command(&[])).warning("CXONE_AUTH_CACHE_DIR is not an absolute path");
    let said = relative(fixture.run(PROGRAM).arg("forget")).failed(3);
    assert!(said.contains("is not an absolute path"), "{said}");
    assert!(!fixture.home().join("elsewhere").exists());
    assert!(!fixture.directory().exists());
}
