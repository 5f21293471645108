//! Where the store of a user is on Windows.

use std::path::Path;

use super::other_process::{Action, Run};
use super::shared::Folder;

fn open(variables: &[(&str, &Path)]) -> String {
    Run::new(Action::Open, variables).read_line()
}

#[test]
fn the_store_is_in_the_folder_for_local_data() {
    let folder = Folder::new();
    let (own, local) = (folder.path("own"), folder.path("local"));
    let all: [(&str, &Path); 2] = [("CXONE_AUTH_CACHE_DIR", &own), ("LOCALAPPDATA", &local)];
    for (first, expected) in [own.clone(), local.join("cxone-auth")].iter().enumerate() {
        let expected_line = format!("opened {}", expected.display());
        assert_eq!(open(&all[first..]), expected_line);
        assert!(expected.join("cxone-auth.keys").exists());
    }
}

#[test]
fn the_error_about_a_missing_place_names_the_variable_of_windows() {
    let expected =
        "configuration: LOCALAPPDATA is not set: set CXONE_AUTH_CACHE_DIR to cache tokens";
    assert_eq!(open(&[]), expected);
    // The variables of Unix mean nothing here.
    let home = Folder::new();
    assert_eq!(open(&[("HOME", &home.path("home"))]), expected);
}
