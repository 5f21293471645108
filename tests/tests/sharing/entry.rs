//! Rule 8: entries are sealed, and one that cannot be opened is a miss, an event and a warning.

use bytes::Bytes;
use cxone_auth_core::store::{EntryName, Seal as _};
use cxone_auth_tests::store::TestKeys;
use secrecy::ExposeSecret as _;

use super::fleet::{Fleet, hours, seconds};
use super::process::{SECRET, keys};
use super::server::TOKEN;

/// Returns a fleet whose store has an entry.
fn stored() -> (Fleet, EntryName, Bytes) {
    let fleet = Fleet::of_tokens(TOKEN);
    fleet.text(&fleet.start());
    let (name, entry) = fleet.store.entries().remove(0);
    (fleet, name, entry)
}

/// Returns what is sealed in an entry.
fn opened(name: &EntryName, entry: &[u8]) -> String {
    let bytes = keys().open(name, entry).unwrap();
    String::from_utf8(bytes.expose_secret().to_vec()).unwrap()
}

fn sealed(name: &EntryName, text: &str) -> Bytes {
    TestKeys::new("fleet")
        .seal(name, text.as_bytes())
        .unwrap()
        .into()
}

/// Returns what is in the place of an entry.
type Damage = fn(&EntryName, &[u8]) -> Bytes;

#[test]
fn that_cannot_be_opened_is_a_miss_and_an_event() {
    let damages: [(&str, Damage); 9] = [
        ("changed", |_, entry| {
            let mut entry = entry.to_vec();
            entry[20] ^= 1;
            entry.into()
        }),
        ("cut", |_, entry| {
            Bytes::copy_from_slice(&entry[..entry.len() - 1])
        }),
        ("longer", |_, entry| [entry, b"\n"].concat().into()),
        ("empty", |_, _| Bytes::new()),
        ("of another program", |_, _| {
            Bytes::from_static(b"{\"access_token\":\"x\"}")
        }),
        ("moved", |_, _| sealed(&EntryName::new([9; 32]), "moved")),
        ("of other keys", |name, entry| {
            let text = opened(name, entry);
            TestKeys::new("others")
                .seal(name, text.as_bytes())
                .unwrap()
                .into()
        }),
        ("sealed nonsense", |name, _| sealed(name, "nonsense")),
        ("of a later version", |name, entry| {
            sealed(
                name,
                &opened(name, entry).replace("\"format\":1", "\"format\":2"),
            )
        }),
    ];
    for (what, damage) in damages {
        let (fleet, name, entry) = stored();
        fleet.store.put(&name, damage(&name, &entry), hours(1));
        let process = fleet.start();
        assert_eq!(fleet.text(&process), "token-1", "{what}");
        let events = process.events();
        assert!(
            events.contains(&"store_failed: damaged".to_owned()),
            "{what}: {events:?}"
        );
        assert!(events.contains(&"fetched".to_owned()), "{what}: {events:?}");
        // The next entry replaces it.
        assert_eq!(fleet.text(&fleet.start()), "token-1", "{what}");
        fleet.assert_requests(2);
    }
}

#[test]
fn of_another_name_is_not_adopted() {
    let (fleet, name, entry) = stored();
    let other = fleet.start_with(|setup| setup.config = super::process::config_with("other"));
    fleet.text(&other);
    let mut entries = fleet.store.entries().into_iter();
    let (other_name, _) = entries.find(|(own, _)| *own != name).unwrap();
    fleet.store.put(&other_name, entry, hours(1));
    let process = fleet.start_with(|setup| setup.config = super::process::config_with("other"));
    assert_eq!(fleet.text(&process), "token-2");
}

#[test]
fn shows_neither_token_nor_secret_nor_client() {
    let (fleet, name, entry) = stored();
    assert!(opened(&name, &entry).contains("token-0"), "it is in there");
    let snapshot = format!("{:?} {name:?}", fleet.store.snapshot());
    for hidden in ["token-0", SECRET, "the-client", "as.example.com", "expires"] {
        let bytes = hidden.as_bytes();
        assert!(
            !entry.windows(bytes.len()).any(|window| window == bytes),
            "{hidden}"
        );
        assert!(!snapshot.contains(hidden), "{hidden}");
    }
    assert!(!opened(&name, &entry).contains(SECRET));
}

#[test]
fn is_shared_while_keys_are_rotated() {
    let old = keys();
    let ready = old.clone().opening_with("new");
    let new = old.clone().sealing_with("new");
    let fleet = Fleet::of_tokens(TOKEN);
    // First everybody can open with the new key, then it seals, then the old one goes.
    let after = new.clone().without("fleet");
    for (number, pair) in [[&old, &ready], [&ready, &new], [&new, &after]]
        .iter()
        .enumerate()
    {
        for [writer, reader] in [[0, 1], [1, 0]] {
            fleet.store.lose_everything();
            let [writer, reader] = [writer, reader]
                .map(|which: usize| fleet.start_with(|setup| setup.keys = pair[which].clone()));
            let saved = fleet.text(&writer);
            let is_last = number == 2 && writer.number % 4 == 0;
            if !is_last {
                assert_eq!(fleet.text(&reader), saved, "step {number}");
            }
        }
    }
    fleet.assert_requests(6);
}

#[test]
fn of_a_version_that_adds_members_is_adopted() {
    let (fleet, name, entry) = stored();
    let text = opened(&name, &entry);
    let later = text.replacen('{', r#"{"later":{"member":[1,null]},"#, 1);
    assert_ne!(later, text);
    fleet.store.put(&name, sealed(&name, &later), hours(1));
    let process = fleet.start();
    assert_eq!(fleet.text(&process), "token-0");
    assert_eq!(process.events(), ["adopted"]);
    fleet.assert_requests(1);
}

#[test]
fn of_a_later_version_costs_one_request_per_lifetime_of_each_version() {
    // A process of a later version, which this one cannot read, writes after each of its requests.
    let (fleet, name, entry) = stored();
    let later = sealed(
        &name,
        &opened(&name, &entry).replace("\"format\":1", "\"format\":2"),
    );
    let processes = fleet.start_many(10);
    for _ in 0..60 {
        fleet.store.put(&name, later.clone(), hours(1));
        fleet.texts(&processes);
        fleet.pass(seconds(30));
    }
    // The token of each process is fresh: what the others write does not matter.
    assert!(fleet.asked().len() <= 2, "{:?}", fleet.asked());
}
