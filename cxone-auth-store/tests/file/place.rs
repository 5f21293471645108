//! Where the store of a user is. Each case is a process of its own, with an environment of its own.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use super::other_process::{Action, Run};
use super::shared::{Folder, is_root};
use super::{chmod, files};

fn open(variables: &[(&str, &Path)]) -> String {
    Run::new(Action::Open, variables).read_line()
}

#[test]
fn the_store_is_where_the_variables_say() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (own, caches, home) = (path("own"), path("caches"), path("home"));
    let all: [(&str, &Path); 3] = [
        ("CXONE_AUTH_CACHE_DIR", &own),
        ("XDG_CACHE_HOME", &caches),
        ("HOME", &home),
    ];
    let below_home = if cfg!(target_vendor = "apple") {
        "Library/Caches/cxone-auth"
    } else {
        ".cache/cxone-auth"
    };
    for (first, expected) in [
        own.clone(),
        caches.join("cxone-auth"),
        home.join(below_home),
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(
            open(&all[first..]),
            format!("opened {}", expected.display())
        );
        assert!(expected.join("cxone-auth.keys").exists());
    }
    // The specification says to ignore relative paths, and the empty one is relative.
    let relative = [("XDG_CACHE_HOME", Path::new("caches")), ("HOME", &home)];
    assert_eq!(
        open(&relative),
        format!("opened {}", home.join(below_home).display())
    );
    let empty = [("CXONE_AUTH_CACHE_DIR", Path::new("")), ("HOME", &home)];
    assert_eq!(
        open(&empty),
        format!("opened {}", home.join(below_home).display())
    );
}

#[test]
fn without_a_place_there_is_no_store() {
    let expected = "configuration: HOME and XDG_CACHE_HOME are not set: set \
                    CXONE_AUTH_CACHE_DIR to cache tokens";
    assert_eq!(open(&[]), expected);
    let relative = [("CXONE_AUTH_CACHE_DIR", Path::new("cache"))];
    let expected = "configuration: CXONE_AUTH_CACHE_DIR is not an absolute path";
    assert_eq!(open(&relative), expected);
    assert!(!Path::new("cache").exists());
}

#[test]
fn who_has_named_the_directory_by_a_variable_is_told_to_change_it() {
    let folder = Folder::new();
    let (link, own) = (folder.path("link"), folder.path("own"));
    fs::create_dir(&own).unwrap();
    chmod(&own, 0o700);
    symlink(&own, &link).unwrap();
    let said = open(&[("CXONE_AUTH_CACHE_DIR", &link)]);
    let expected = "is a symbolic link: set CXONE_AUTH_CACHE_DIR to the directory itself";
    assert!(said.ends_with(expected), "{said}");
    fs::write(own.join("cxone-auth.keys"), "mine").unwrap();
    let said = open(&[("CXONE_AUTH_CACHE_DIR", &own)]);
    let expected = "or set CXONE_AUTH_CACHE_DIR to an empty directory";
    assert!(said.ends_with(expected), "{said}");
}

/// As `sudo` does that keeps HOME.
#[test]
fn root_makes_nothing_in_the_home_of_a_user() {
    if !is_root("the home of another user") {
        return;
    }
    let folder = Folder::new();
    let home = folder.path("home");
    fs::create_dir(&home).unwrap();
    chown(&home, Some(12_345), None).unwrap();
    let caches = home.join("my/caches");
    for variables in [vec![("HOME", &*home)], vec![("XDG_CACHE_HOME", &*caches)]] {
        let said = open(&variables);
        let expected = "would be made in a directory of another user (id 12345): set HOME to your \
                        own, or set CXONE_AUTH_CACHE_DIR";
        assert!(
            said.starts_with("configuration: ") && said.ends_with(expected),
            "{said}"
        );
        assert!(files(&home).is_empty());
    }
    // Who names the directory itself means it.
    let own = home.join("own");
    let said = open(&[("HOME", &home), ("CXONE_AUTH_CACHE_DIR", &own)]);
    assert_eq!(said, format!("opened {}", own.display()));
}
