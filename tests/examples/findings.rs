//! Prints the troubleshooting page `docs/findings.md` from the catalogue. `cargo xtask docs
//! --write` stores it.
#![expect(clippy::print_stdout, reason = "a program reports to its user")]

use cxone_auth_core::diagnosis::{CatalogueEntry, Theme, catalogue};

const INTRODUCTION: &str = "\
# Why there is no token, or none that the API takes

A token endpoint says little about why it refuses: `invalid_client` stands for a wrong secret, a
wrong region, a client that was disabled, and a server that has never heard of either. This page
lists every cause that this library can name, by its code, with what one sees, why it happens and
how to fix it: on the way to a token, and on the way to an API with it. It is useful with other
clients too: most of the causes are theirs as well.

<!-- Written by `cargo xtask docs --write` from cxone-auth-core/src/finding/catalogue: edit that. -->

## How to get a finding

- Before anything is sent: `inspect(&config)` looks a configuration over, offline.
- After a failure: `error.diagnosis()` holds the findings, `error.report()` prints the first ones
  with cause and remedy, and so does `{error:#}`. `{error}` stays one line.
- With a token that is not the one that was meant: `diagnose_token(&config, &token)`.
- With an API that refuses a call: `diagnose_api_response(&response, None)`. A call that is not even begun,
  and a discovery that fails, end with an error that has its findings.

## How to read one

- The **code** is stable: search for it, and quote it when you ask somebody. The first digit is
  the theme.
- The **severity** is what the cause means for the token. An *error* has to be fixed before
  there is one; a *warning* may work and is probably not what was meant; a *note* is worth
  knowing when something else fails. A finding may be milder than its entry here.
- The **confidence** is that of one case, so it stands in the finding and not here. *Certain*:
  what was seen has no other explanation. *Likely*: more often than not this is the cause.
  *Possible*: it explains what was seen, as other causes do. The most probable finding is the first;
  begin there.
- The **evidence** names classes of characters and their places, hosts, scopes and settings. It
  never holds a part of a credential or a token, so a finding can be sent to a colleague.
- Where the vendors' own facts are not settled, the text says \"may\".
";

fn main() {
    let entries: Vec<&CatalogueEntry> = catalogue().collect();
    println!("{INTRODUCTION}");
    println!("{}", symptoms(&entries));
    println!("{}", index(&entries));
    let mut theme = None;
    for entry in entries {
        if theme != Some(entry.theme()) {
            theme = Some(entry.theme());
            println!("## {}xx: {}\n", entry.code.number() / 100, entry.theme());
        }
        println!("{}", section(entry));
    }
    println!("{}", END.trim_end());
}

const END: &str = "\
## Not a matter of the token

A good token allows what its client may do and nothing else. Another token does not change a 403, a
404, or a 400 that mentions a user. `AuthorizedClient` replaces a token only if the API says that the
token is at fault, and once per call. A 5xx of an API is a fault of the API.

Do not do this in a browser: a page cannot keep a client secret, and the vendors' token endpoints do
not serve pages of other origins.
";

/// What people search for, as it stands in the catalogue and as the page writes it.
const OF_TOKENS: [(&str, &str); 17] = [
    ("configuration is refused", "nothing was sent"),
    ("invalid_client", "`invalid_client`"),
    ("invalid_grant", "`invalid_grant`"),
    ("unauthorized_client", "`unauthorized_client`"),
    ("unsupported_grant_type", "`unsupported_grant_type`"),
    ("invalid_scope", "`invalid_scope`"),
    ("invalid_request", "`invalid_request`"),
    ("401", "401 without an OAuth error"),
    ("403", "403 without an OAuth error"),
    ("404", "404"),
    ("405", "405"),
    ("415", "415"),
    ("3xx", "a redirect"),
    ("HTML", "a web page"),
    ("429", "429"),
    ("5xx", "5xx"),
    ("The token arrives", "a token that may do less, or more"),
];

/// The same for an API.
const OF_APIS: [(&str, &str); 9] = [
    ("before anything is sent", "nothing was sent"),
    ("400", "400"),
    ("401", "401"),
    ("403", "403"),
    ("404", "404"),
    ("406", "406"),
    ("415", "415"),
    ("429", "429"),
    ("Discovery ends", "a failed discovery"),
];

/// The tables from what people search for to the codes: of the token endpoint, and of an API.
fn symptoms(entries: &[&CatalogueEntry]) -> String {
    let table = |signs: &[(&str, &str)], is_api: bool| -> String {
        let row = |(sign, words): &(&str, &str)| {
            let of_theme = entries
                .iter()
                .filter(|entry| (entry.theme() == Theme::Api) == is_api);
            let fitting = of_theme.filter(|entry| entry.seen.to_string().contains(sign));
            let links: Vec<String> = fitting.map(|entry| link(entry)).collect();
            assert!(!links.is_empty(), "no cause is seen as {sign}");
            format!("| {words} | {} |\n", links.join(", "))
        };
        signs.iter().map(row).collect()
    };
    let (tokens, apis) = (table(&OF_TOKENS, false), table(&OF_APIS, true));
    format!(
        "## By what came back\n\n| from a token endpoint | look at |\n|---|---|\n{tokens}\n\
         | from an API | look at |\n|---|---|\n{apis}"
    )
}

/// The table from what one sees to the causes, one row per cause.
fn index(entries: &[&CatalogueEntry]) -> String {
    let row = |entry: &&CatalogueEntry| {
        let (seen, title) = (cell(&entry.seen.to_string()), cell(entry.title));
        format!("| {seen} | {title} | {} |\n", link(entry))
    };
    let table = |of_theme: &[&CatalogueEntry]| {
        let rows: String = of_theme.iter().map(row).collect();
        format!("| **{}** | | |\n{rows}", of_theme[0].theme())
    };
    let tables = entries.chunk_by(|one, next| one.theme() == next.theme());
    let tables: String = tables.map(table).collect();
    format!("## All of them\n\n| you see | it may be | code |\n|---|---|---|\n{tables}")
}

fn section(entry: &CatalogueEntry) -> String {
    let vendors: Vec<String> = entry.vendors.iter().map(ToString::to_string).collect();
    let fields = [
        ("You see", text(&entry.seen.to_string())),
        ("Why", text(&entry.cause.to_string())),
        ("Fix", text(&entry.remedy.to_string())),
        ("Where", vendors.join(", ")),
        ("Severity", entry.severity.to_string()),
        ("Source", source(entry.source)),
    ];
    let lines = fields.map(|(name, value)| format!("- **{name}:** {value}\n"));
    format!(
        "<a id=\"{}\"></a>\n\n### {}: {}\n\n{}",
        anchor(entry),
        entry.code,
        text(entry.title),
        lines.concat()
    )
}

fn link(entry: &CatalogueEntry) -> String {
    format!("[{}](#{})", entry.code, anchor(entry))
}

fn anchor(entry: &CatalogueEntry) -> String {
    entry.code.to_string().to_lowercase()
}

/// An address as a link, anything else as it is.
fn source(source: &str) -> String {
    if source.starts_with("https://") {
        format!("<{source}>")
    } else {
        text(source)
    }
}

fn cell(plain: &str) -> String {
    text(plain).replace('|', "\\|")
}

/// Plain text as Markdown: names of code in code style, nothing else taken as markup.
fn text(plain: &str) -> String {
    let words = words(plain);
    let words = words.into_iter().map(word);
    words.collect::<Vec<_>>().join(" ")
}

/// The words of a text. A call with its arguments is one, whatever blanks are in it.
fn words(plain: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut is_in_call, mut before) = (0, false, ' ');
    for (position, character) in plain.char_indices() {
        match character {
            '(' if before.is_alphanumeric() => is_in_call = true,
            ')' => is_in_call = false,
            ' ' if !is_in_call => {
                words.push(&plain[start..position]);
                start = position + 1;
            }
            _ => {}
        }
        before = character;
    }
    words.push(&plain[start..]);
    words
}

fn word(word: &str) -> String {
    let core = word.trim_matches(|c: char| "\".,:;".contains(c));
    let core = match core.contains(|c: char| c.is_alphanumeric() || c == '/') {
        true if core.starts_with('(') || !core.contains('(') => core.trim_matches(['(', ')']),
        true => core,
        false => return word.to_owned(),
    };
    if !is_code(core) {
        return word.to_owned();
    }
    let start = word.find(core).unwrap_or_default();
    let (before, rest) = word.split_at(start);
    let after = &rest[core.len()..];
    format!("{before}`{core}`{after}")
}

fn is_code(word: &str) -> bool {
    word.contains("::")
        || word.contains("://")
        || word.contains(['_', '<', '>', '*', '{', '%'])
        || word.starts_with('/')
}
