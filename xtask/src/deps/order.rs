//! The order of the core's modules: an item uses only what comes before it.

use std::path::Path;

use crate::outcome::Failure;
use crate::rust_file::{self, RustFile};

/// The modules of the core, in order. A module may use itself and those before it.
///
/// `error` comes before the modules that create errors, and `discovery` before `source`, which uses
/// it.
const ORDER: [&str; 17] = [
    "clock",
    "characters",
    "secret_look",
    "finding",
    "error",
    "address",
    "platform",
    "config",
    "transport",
    "protocol",
    "session",
    "store",
    "discovery",
    "settings",
    "source",
    "api",
    "diagnosis",
];

/// Checks each file below `folder`, the core's `src`.
pub(super) fn check(folder: &Path) -> Result<(), Failure> {
    let mut complaints = Vec::new();
    let mut count = 0;
    for file in rust_file::below(folder)? {
        let Some(module) = module_of(&file.name) else {
            continue;
        };
        let used = used(&file);
        count += used.len();
        complaints.extend(
            used.iter()
                .filter_map(|used| complaint(&file, module, used)),
        );
    }
    if complaints.is_empty() {
        println!("{count} uses between the core's modules point one way");
        return Ok(());
    }
    Err(Failure::new(complaints.join("\n")))
}

/// Returns the module of a file; none for the root, which only lists them.
fn module_of(file: &str) -> Option<&str> {
    let module = file.split('/').next()?.trim_end_matches(".rs");
    (module != "lib").then_some(module)
}

/// The name that follows `crate::`, none if it is a list, and its line.
struct Used {
    line: usize,
    name: String,
}

/// Returns what a file uses through `crate::`, in imports and in code.
fn used(file: &RustFile) -> Vec<Used> {
    let code = file.code();
    let mut used = Vec::new();
    for (place, path) in code.match_indices("crate::") {
        let before = code[..place].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "_$".contains(c)) {
            continue;
        }
        let line = code[..place].lines().count().max(1);
        let rest = code[place + path.len()..].chars();
        let name = rest.take_while(|c| c.is_alphanumeric() || *c == '_');
        used.push(Used {
            line,
            name: name.collect(),
        });
    }
    used
}

fn complaint(file: &RustFile, module: &str, used: &Used) -> Option<String> {
    let place = format!("{}:{}", file.path.display(), used.line);
    let Some(own) = position(module) else {
        return Some(format!(
            "{place}: `{module}` has no place in the order of the core's modules"
        ));
    };
    match position(&used.name) {
        None => Some(format!(
            "{place}: `{}` is used through the root: name the module that owns it, one a line",
            used.name
        )),
        Some(other) if other > own => Some(format!(
            "{place}: `{module}` uses `{}`, which comes after it ({})",
            used.name,
            ORDER.join(", ")
        )),
        Some(_) => None,
    }
}

fn position(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn complaints(name: &str, text: &str) -> Vec<String> {
        let file = RustFile::new(Path::new("src").join(name), name, text);
        let module = module_of(name).unwrap();
        let used = used(&file);
        used.iter()
            .filter_map(|used| complaint(&file, module, used))
            .collect()
    }

    #[test]
    fn the_core_is_in_order() {
        check(&workspace::root().join("cxone-auth-core/src")).unwrap();
    }

    #[test]
    fn a_module_that_uses_a_later_one_is_named_with_its_line() {
        let text = "//! Use crate::diagnosis.\n\nuse crate::source::{Event, x};\n";
        let complaints = complaints("session/held.rs", text);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(
            complaints[0].starts_with("src/session/held.rs:3: `session` uses `source`"),
            "{complaints:?}"
        );
    }

    #[test]
    fn a_later_module_is_found_in_code_as_well() {
        let complaints = complaints(
            "error.rs",
            "fn f() {\n    crate::session::Random::new(1);\n}\n",
        );
        assert_eq!(complaints.len(), 1);
        assert!(
            complaints[0].starts_with("src/error.rs:2: "),
            "{complaints:?}"
        );
    }

    #[test]
    fn a_name_of_the_root_has_an_owner_to_be_named() {
        let complaints = complaints("api/call.rs", "use crate::Error;\n");
        assert!(complaints[0].contains("`Error` is used through the root"));
        let complaints = self::complaints("api/call.rs", "use crate::{clock::Moment, api};\n");
        assert!(complaints[0].contains("is used through the root"));
    }

    #[test]
    fn a_module_without_a_place_is_refused() {
        let complaints = complaints("misc.rs", "use crate::clock::Moment;\n");
        assert!(complaints[0].contains("`misc` has no place"));
    }

    #[test]
    fn what_stands_before_and_the_module_itself_are_fine() {
        let text = "use crate::clock::Moment;\npub(in crate::session) fn f() {}\n";
        assert!(complaints("session.rs", text).is_empty());
    }
}
