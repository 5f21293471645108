//! Key files: how they are written, and which are refused.

use std::fs;
use std::path::Path;

use cxone_auth_store::StoreKeys;

use super::shared::Folder;
use super::{keys, refused, written};

fn read(path: &Path) -> String {
    let said = refused(&StoreKeys::from_file(path).map(|_| ()).unwrap_err());
    let place = format!("key file {}: ", path.display());
    said.strip_prefix(&place).expect(&said).to_owned()
}

#[test]
fn keys_survive_their_file() {
    let folder = Folder::new();
    let path = folder.path("store.keys");
    let keys = keys();
    keys.create_file(&path).unwrap();
    assert_eq!(
        written(&StoreKeys::from_file(&path).unwrap()),
        written(&keys)
    );
}

#[test]
fn a_new_file_overwrites_nothing() {
    let folder = Folder::new();
    let path = folder.path("store.keys");
    let first = keys();
    first.create_file(&path).unwrap();
    let said = refused(&keys().create_file(&path).unwrap_err());
    assert!(said.contains("there is already such a file"), "{said}");
    assert_eq!(
        written(&StoreKeys::from_file(&path).unwrap()),
        written(&first)
    );
}

#[test]
fn a_rotation_replaces_the_file() {
    let folder = Folder::new();
    let path = folder.path("store.keys");
    let first = keys();
    first.create_file(&path).unwrap();
    let added = first.add().unwrap();
    added.replace_file(&path).unwrap();
    assert_eq!(
        written(&StoreKeys::from_file(&path).unwrap()),
        written(&added)
    );
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn what_is_not_a_key_file_is_not_replaced() {
    let folder = Folder::new();
    let path = folder.path("notes");
    fs::write(&path, "mine").unwrap();
    restrict(&path);
    let said = refused(&keys().replace_file(&path).unwrap_err());
    assert!(said.contains("it is not a key file"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let said = refused(&keys().replace_file(folder.path("none")).unwrap_err());
    assert!(said.contains("there is no such file"), "{said}");
}

#[test]
fn what_cannot_be_keys_is_refused() {
    let folder = Folder::new();
    assert_eq!(
        read(&folder.path("none")),
        "there is no such file or folder"
    );
    for (content, expected) in [
        (vec![b'x'; 16_385], "it is too long to be a key file"),
        (
            vec![0xff, 0xfe],
            "it is not a key file for stores: it is not text",
        ),
        (Vec::new(), "it is not a key file for stores: make one with"),
    ] {
        let path = folder.path("content");
        fs::write(&path, content).unwrap();
        restrict(&path);
        assert!(read(&path).starts_with(expected), "{}", read(&path));
    }
}

#[cfg(unix)]
use unix::restrict;

#[cfg(not(unix))]
fn restrict(_: &Path) {}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
    use std::process::Command;

    use super::super::shared::is_root;
    use super::*;

    pub(super) fn restrict(path: &Path) {
        chmod(path, 0o600);
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn file(folder: &Folder) -> std::path::PathBuf {
        let path = folder.path("store.keys");
        keys().create_file(&path).unwrap();
        path
    }

    #[test]
    fn a_new_file_is_for_the_user_alone() {
        let folder = Folder::new();
        let path = file(&folder);
        assert_eq!(path.metadata().unwrap().mode() & 0o7777, 0o600);
        keys().replace_file(&path).unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o7777, 0o600);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = Folder::new();
        let path = file(&folder);
        for mode in [0o644, 0o640, 0o604, 0o620, 0o602, 0o610] {
            chmod(&path, mode);
            let expected =
                format!("it is open to other users (mode {mode:04o}): run chmod 600 on it");
            assert_eq!(read(&path), expected);
        }
        chmod(&path, 0o400);
        StoreKeys::from_file(&path).unwrap();
    }

    /// To take `/etc/hosts` from all others would break the machine.
    #[test]
    fn nobody_is_told_to_close_a_file_that_is_no_key_file() {
        let folder = Folder::new();
        let path = folder.path("hosts");
        fs::write(&path, "127.0.0.1 localhost\n").unwrap();
        for mode in [0o644, 0o666] {
            chmod(&path, mode);
            let said = read(&path);
            assert!(said.starts_with("it is not a key file"), "{said}");
            assert!(!said.contains("chmod"), "{said}");
        }
    }

    #[test]
    fn a_file_of_another_user_is_refused() {
        if !is_root("a file of another user") {
            return;
        }
        let folder = Folder::new();
        let path = file(&folder);
        chown(&path, Some(12_345), None).unwrap();
        let said = read(&path);
        assert!(
            said.starts_with("it belongs to another user (id 12345)"),
            "{said}"
        );
    }

    #[test]
    fn what_is_not_a_file_is_refused_and_not_waited_for() {
        let folder = Folder::new();
        let path = file(&folder);
        let link = folder.path("link");
        symlink(&path, &link).unwrap();
        assert_eq!(read(&link), "it is a symbolic link: name the file itself");
        let pipe = folder.path("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(read(&pipe), "it is not a regular file");
        assert_eq!(read(path.parent().unwrap()), "it is not a regular file");
    }

    /// Kubernetes puts a link there, to a link to a folder, with the permissions that the pod says.
    #[test]
    fn the_mount_of_a_pod_is_read() {
        let folder = Folder::new();
        let version = folder.path("..2026_01_01");
        fs::create_dir(&version).unwrap();
        let real = version.join("store.keys");
        keys().create_file(&real).unwrap();
        chmod(&real, 0o644);
        symlink("..2026_01_01", folder.path("..data")).unwrap();
        let path = folder.path("store.keys");
        symlink("..data/store.keys", &path).unwrap();
        StoreKeys::from_file(&path).unwrap();
        chmod(&real, 0o666);
        assert!(read(&path).starts_with("it is open to other users (mode 0666)"));
    }
}
