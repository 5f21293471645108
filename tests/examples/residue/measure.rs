//! Measures what one client leaves behind, in a process of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_watch::{Freed, Needle, memory, watch_process};
use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::lifetime::{ID, SECRET, TOKEN, live};
use crate::server::Place;
use crate::spelling::spellings;

/// What is looked for, in the order of the report's columns.
pub(crate) const KINDS: [&str; 3] = ["secret", "Basic value", "token"];

/// What was left behind.
#[derive(Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) kinds: Vec<Left>,
    /// How many blocks were freed with a secret in them by the code of each crate.
    pub(crate) owners: BTreeMap<String, usize>,
    /// Where in its own process a secret stood that others can look at.
    pub(crate) outside: Vec<String>,
}

/// What was left of one kind of secret.
#[derive(Serialize, Deserialize)]
pub(crate) struct Left {
    pub(crate) freed: usize,
    /// Copies in the memory of the process; none where the system does not show it.
    pub(crate) copies: Option<usize>,
}

pub(crate) fn run(client: &str) -> Outcome {
    let place: Place = serde_json::from_reader(io::stdin())?;
    let needles = needles();
    let threads = threads();
    let (lived, freed) = watch_process(&needles, || {
        let lived = live(client, &place);
        // isahc's thread ends by itself, a little later than its client.
        let deadline = Instant::now() + Duration::from_secs(5);
        while threads_grew(threads) && Instant::now() < deadline {
            thread::yield_now();
        }
        lived
    });
    lived?;
    let copies = memory::count(&needles).ok();
    let kind = |name: &'static str| Left {
        freed: freed.iter().filter(|freed| freed.needle == name).count(),
        copies: copies.as_ref().map(|copies| sum(&needles, copies, name)),
    };
    let measured = Measured {
        kinds: KINDS.map(kind).into(),
        owners: owners(&freed),
        outside: outside(&needles),
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(true)
}

/// In clear, and as each is sent.
fn needles() -> Vec<Needle> {
    let of = |name: &'static str, spelling: &str| Needle::new(name, spelling.as_bytes());
    let pair = STANDARD.encode(format!("{ID}:{SECRET}"));
    let [secret, basic, token] = KINDS;
    let mut needles = vec![of(secret, SECRET), of(basic, &pair), of(token, TOKEN)];
    let spelled = spellings(SECRET).into_iter().map(|text| (secret, text));
    let spelled = spelled.chain(spellings(TOKEN).into_iter().map(|text| (token, text)));
    let is_other = |text: &str| ![SECRET, TOKEN].contains(&text) && !pair.contains(text);
    let others = spelled.filter(|(_, text)| is_other(text));
    needles.extend(others.map(|(name, text)| of(name, &text)));
    needles
}

fn sum(needles: &[Needle], copies: &[usize], name: &str) -> usize {
    let of_name = needles
        .iter()
        .zip(copies)
        .filter(|(needle, _)| needle.name() == name);
    of_name.map(|(_, count)| count).sum()
}

fn owners(freed: &[Freed]) -> BTreeMap<String, usize> {
    let mut owners = BTreeMap::new();
    for freed in freed {
        *owners.entry(freed.owner().to_owned()).or_default() += 1;
    }
    owners
}

/// What the system shows of a process to others, and what the process has written.
fn outside(needles: &[Needle]) -> Vec<String> {
    let holds = |bytes: &[u8]| needles.iter().any(|needle| needle.is_in(bytes));
    let mut found = Vec::new();
    for shown in ["/proc/self/cmdline", "/proc/self/environ"] {
        if fs::read(shown).is_ok_and(|bytes| holds(&bytes)) {
            found.push(shown.to_owned());
        }
    }
    found
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

fn threads_grew(before: usize) -> bool {
    threads() > before
}
