//! Who else can write a file that names what is run, or put another one in its place.

use std::fs::File;
use std::path::Path;

/// Says which step of the way to the open file belongs to somebody else, or can be written by
/// others. Each folder counts, from the root on, and each link with the folders on its own way. What
/// was opened must be what the way leads to.
#[cfg(unix)]
pub(super) fn who_can_write(path: &Path, opened: &File) -> Option<String> {
    way::walk(path, opened).err()
}

/// Elsewhere a user's folders are private by inheritance.
#[cfg(not(unix))]
pub(super) fn who_can_write(_: &Path, _: &File) -> Option<String> {
    None
}

#[cfg(unix)]
mod way {
    use std::collections::VecDeque;
    use std::ffi::OsString;
    use std::fs::{File, Metadata};
    use std::os::unix::fs::MetadataExt as _;
    use std::path::{Component, Path, PathBuf, absolute};

    /// Writing by the group, and by everybody.
    const OTHERS: u32 = 0o022;

    /// In a folder with this bit, such as a shared folder for temporary files, nobody removes or
    /// renames what belongs to another user.
    const STICKY: u32 = 0o1000;

    /// As many links as systems follow.
    const MOST_LINKS: usize = 40;

    pub(super) fn walk(path: &Path, opened: &File) -> Result<(), String> {
        let opened = opened.metadata().map_err(|_| unknown(path))?;
        check(path, &opened)?;
        let path = absolute(path).map_err(|_| unknown(path))?;
        let (mut place, mut links) = (PathBuf::from("/"), 0);
        let mut last = metadata(&place)?;
        check(&place, &last)?;
        let mut steps = steps(&path);
        while let Some(step) = steps.pop_front() {
            if step == ".." {
                place.pop();
                continue;
            }
            let next = place.join(step);
            last = metadata(&next)?;
            check(&next, &last)?;
            if !last.is_symlink() {
                place = next;
                continue;
            }
            links += 1;
            let target = next.read_link().ok().filter(|_| links <= MOST_LINKS);
            let target = target.ok_or_else(|| unknown(&next))?;
            if target.is_absolute() {
                place = PathBuf::from("/");
            }
            for step in self::steps(&target).into_iter().rev() {
                steps.push_front(step);
            }
        }
        let is_same = (last.dev(), last.ino()) == (opened.dev(), opened.ino());
        let replaced = || format!("{} was replaced at this moment", path.display());
        is_same.then_some(()).ok_or_else(replaced)
    }

    /// The names on this way, and the steps up.
    fn steps(path: &Path) -> VecDeque<OsString> {
        let names = path.components().filter_map(|own| match own {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
        });
        names.collect()
    }

    /// Checks one step. The mode of a link means nothing.
    fn check(place: &Path, metadata: &Metadata) -> Result<(), String> {
        let shown = place.display();
        let owners = [0, rustix::process::geteuid().as_raw()];
        if !owners.contains(&metadata.uid()) {
            return Err(format!("{shown} belongs to another user"));
        }
        let is_sticky = metadata.is_dir() && metadata.mode() & STICKY != 0;
        if metadata.is_symlink() || is_sticky || metadata.mode() & OTHERS == 0 {
            return Ok(());
        }
        Err(format!("others can write {shown} (chmod go-w it)"))
    }

    fn metadata(place: &Path) -> Result<Metadata, String> {
        place.symlink_metadata().map_err(|_| unknown(place))
    }

    fn unknown(place: &Path) -> String {
        format!("it is not known whose {} is", place.display())
    }
}
