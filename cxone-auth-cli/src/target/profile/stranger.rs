//! Who else can write a file that names what is run.

use std::path::Path;

/// Says which of the file and its folder somebody else can write, where they are, and where a link
/// leads. A link in the place of the file can be replaced in its own folder.
#[cfg(unix)]
pub(super) fn who_can_write(file: &Path) -> Option<String> {
    let target = file.canonicalize().ok();
    let files = [Some(file), target.as_deref()];
    let mut places = files
        .into_iter()
        .flatten()
        .flat_map(|file| [Some(file), file.parent()]);
    places.find_map(|place| fault(place?))
}

#[cfg(unix)]
fn fault(place: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    /// Writing by the group, and by everybody.
    const OTHERS: u32 = 0o022;
    let shown = place.display();
    let Ok(metadata) = place.metadata() else {
        return Some(format!("it is not known whose {shown} is"));
    };
    let owners = [0, rustix::process::geteuid().as_raw()];
    if !owners.contains(&metadata.uid()) {
        return Some(format!("{shown} belongs to another user"));
    }
    let is_open = metadata.mode() & OTHERS != 0;
    is_open.then(|| format!("others can write {shown} (chmod go-w it)"))
}

/// Elsewhere a user's folders are private by inheritance.
#[cfg(not(unix))]
pub(super) fn who_can_write(_: &Path) -> Option<String> {
    None
}
