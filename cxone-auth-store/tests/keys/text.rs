//! The text of a key file, and what is wrong with one.

use cxone_auth_store::StoreKeys;

use super::{keys, name, opens, refused, seal, written};

#[test]
fn keys_survive_their_text() {
    let added = keys().add().unwrap();
    let promoted = added.promote().unwrap().add().unwrap();
    for keys in [keys(), added, promoted] {
        let text = written(&keys);
        let read = StoreKeys::from_text(&text).unwrap();
        assert_eq!(read.key_ids(), keys.key_ids());
        assert_eq!(name(&read), name(&keys));
        assert_eq!(written(&read), text);
        assert!(opens(&read, &seal(&keys)) && opens(&keys, &seal(&read)));
    }
}

#[test]
fn an_editor_may_add_comments_blank_lines_and_other_line_ends() {
    let keys = keys();
    let text = written(&keys);
    let (title, rest) = text.split_once('\n').unwrap();
    for other in [
        format!("{title}\n\n# of the fleet in Frankfurt\n{rest}\n"),
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
    ] {
        let read = StoreKeys::from_text(&other).unwrap();
        assert_eq!(written(&read), text);
    }
}

/// A change of a good text, and what is said of it.
type Fault = (fn(&str) -> String, &'static str);

const FAULTS: &[Fault] = &[
    (
        |_| String::new(),
        "make one with `cxone-auth store-key new`",
    ),
    (
        |_| "-----BEGIN PRIVATE KEY-----".to_owned(),
        "it is not a key file for stores",
    ),
    (
        |text| text.replace("keys 1", "keys 2"),
        "it is a key file of another version",
    ),
    (
        |text| without(text, "name"),
        "it has no naming key: copy the whole file again",
    ),
    (
        |text| without(text, "seal"),
        "it has no key that seals: copy the whole file again",
    ),
    (
        |text| twice(text, "name"),
        "line 6: the same key is there twice",
    ),
    (
        |text| twice(text, "old"),
        "line 6: the same key is there twice",
    ),
    (
        |text| text.replace("\nold ", "\nname "),
        "line 5: there is a second naming key",
    ),
    (
        |text| text.replace("\nold ", "\nseal "),
        "line 5: there is a second key for seal",
    ),
    (
        |text| text.replace("\nold ", "\nnext "),
        "line 5: there is a second key for next",
    ),
    (
        |text| text.replace("\nold ", "\nkeep "),
        "line 5: it begins with none of name, seal, next and old",
    ),
    (
        |text| text.replace("seal ", "seal"),
        "line 3: it is not a word, an id and a key",
    ),
    (
        |text| shortened(text, 1),
        "line 5: the key is not base64 of 32 bytes",
    ),
    (
        |text| shortened(text, 4),
        "line 5: the key has 30 bytes, and a key has 32",
    ),
    (
        |text| text.trim_end().to_owned() + "AAAA",
        "line 5: the key is not base64",
    ),
    (
        |text| text.trim_end().trim_end_matches('=').to_owned() + "AAAAA",
        "line 5: the key has 36 bytes",
    ),
    (
        another_id,
        "line 5: the key does not fit its id: copy the whole file again",
    ),
    (
        many,
        "line 19: there are more than 16 sealing keys: remove old ones",
    ),
];

fn without(text: &str, word: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with(word));
    lines.collect::<Vec<_>>().join("\n")
}

fn twice(text: &str, word: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(word)).unwrap();
    format!("{text}{line}\n")
}

fn shortened(text: &str, by: usize) -> String {
    text.trim_end()[..text.trim_end().len() - by].to_owned()
}

fn another_id(text: &str) -> String {
    let other = keys().key_ids().remove(0);
    let (before, key) = text.trim_end().rsplit_once(' ').unwrap();
    let (before, _) = before.rsplit_once(' ').unwrap();
    format!("{before} {other} {key}")
}

fn many(text: &str) -> String {
    let olds = (0..14).map(|_| {
        let text = written(&keys());
        let line = text.lines().find(|line| line.starts_with("seal")).unwrap();
        line.replacen("seal", "old", 1) + "\n"
    });
    let lines: String = olds.collect();
    format!("{text}{lines}")
}

/// Keys with a line of each kind: name, seal, next, old.
fn full() -> String {
    let keys = keys().add().unwrap().promote().unwrap().add().unwrap();
    written(&keys)
}

#[test]
fn what_is_wrong_is_said_with_the_line_and_what_to_do() {
    for (change, expected) in FAULTS {
        let text = change(&full());
        let error = StoreKeys::from_text(&text).map(|_| ()).unwrap_err();
        let said = refused(&error);
        assert!(said.contains(expected), "{said}\n{expected}");
        for word in text.split_whitespace().filter(|word| word.len() > 20) {
            assert!(!format!("{said} {error:?}").contains(word), "{said}");
        }
    }
}

#[test]
fn each_changed_character_of_a_key_is_noticed() {
    let text = full();
    let line = text.lines().nth(2).unwrap();
    for at in 0..line.trim_end_matches('=').len() {
        let other = if &line[at..=at] == "x" { "y" } else { "x" };
        let changed = format!("{}{other}{}", &line[..at], &line[at + 1..]);
        let changed = text.replace(line, &changed);
        assert!(StoreKeys::from_text(&changed).is_err(), "{at}");
    }
}

/// A person can compare it with the file.
#[test]
fn the_fingerprint_is_the_id_of_the_naming_key_in_the_file() {
    let text = full();
    let keys = StoreKeys::from_text(&text).unwrap();
    let name = text.lines().find_map(|line| line.strip_prefix("name "));
    let (id, _) = name.unwrap().split_once(' ').unwrap();
    assert_eq!(keys.fingerprint(), id);
    assert_eq!(id.len(), 8);
}

#[test]
fn keys_show_their_ids_and_nothing_else() {
    let keys = keys();
    let shown = format!("{keys:?}");
    assert_eq!(
        shown,
        format!("StoreKeys {{ key_ids: [{:?}], .. }}", keys.key_ids()[0])
    );
    assert!(!format!("{:?}", keys.to_text()).contains(&keys.key_ids()[0]));
}
