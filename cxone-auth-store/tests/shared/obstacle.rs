//! What may stand in the way of a file of a store, and must stay as it is.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;
use std::process::Command;

/// Another user.
pub(crate) const STRANGER: u32 = 12_345;

/// How each file of a store begins, except a lock.
const MAGIC: &str = "cxone-auth store ";

/// Something that this library did not write.
pub(crate) struct Obstacle {
    pub(crate) make: fn(&Path),
    /// Otherwise it is a link, a pipe or a folder.
    pub(crate) is_file: bool,
}

pub(crate) const OBSTACLES: &[Obstacle] = &[
    file(|path| fs::write(path, "mine").unwrap()),
    file(almost_ours),
    file(hard_link),
    other(|path| symlink("elsewhere", path).unwrap()),
    other(link_to_ours),
    other(|path| fs::create_dir(path).unwrap()),
    other(pipe),
];

const fn file(make: fn(&Path)) -> Obstacle {
    Obstacle {
        make,
        is_file: true,
    }
}

const fn other(make: fn(&Path)) -> Obstacle {
    Obstacle {
        make,
        is_file: false,
    }
}

fn almost_ours(path: &Path) {
    fs::write(path, MAGIC.replace("store", "stores")).unwrap();
}

fn hard_link(path: &Path) {
    let other = path.with_file_name("of-mine");
    fs::write(&other, "mine").unwrap();
    fs::hard_link(other, path).unwrap();
}

fn link_to_ours(path: &Path) {
    let other = path.with_file_name("like-ours");
    fs::write(&other, MAGIC).unwrap();
    symlink(other, path).unwrap();
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What tells that it is the same thing as before.
pub(crate) fn state(path: &Path) -> (u64, u32, u64, i64, Option<Vec<u8>>) {
    let metadata = fs::symlink_metadata(path).unwrap();
    let text = metadata.is_file().then(|| fs::read(path).unwrap());
    let (inode, mode) = (metadata.ino(), metadata.mode());
    (inode, mode, metadata.nlink(), metadata.mtime_nsec(), text)
}
