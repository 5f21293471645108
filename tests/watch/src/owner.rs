//! Whose code frees a block.

use std::backtrace::Backtrace;
use std::thread;

/// The function to which the free that is under way is put down.
///
/// A thread that panics is not asked: while it prints the panic it holds the lock that a backtrace
/// takes.
pub(crate) fn of_this_free() -> String {
    if thread::panicking() {
        return "a thread that panics".to_owned();
    }
    freeing(&Backtrace::force_capture().to_string())
}

/// Crates whose code frees on behalf of somebody.
const ON_BEHALF: [&str; 10] = [
    "alloc",
    "bytes",
    "core",
    "cxone_auth_watch",
    "futures_util",
    "http_body_util",
    "secrecy",
    "std",
    "tokio",
    "zeroize",
];

/// The function of a backtrace to which a free is put down.
fn freeing(backtrace: &str) -> String {
    // What stands above is the watcher.
    let freed = backtrace.rsplit_once("::__rust_dealloc");
    let backtrace = freed.map_or(backtrace, |(_, callers)| callers);
    let mut last = "unknown".to_owned();
    for function in functions(backtrace) {
        last = function;
        let owner = crate_of(&last);
        // A type parameter is one letter long, and no crate's name is.
        if owner.len() > 1 && !owner.starts_with("__") && !ON_BEHALF.contains(&owner) {
            break;
        }
    }
    last
}

/// The functions of a backtrace, innermost first, each with its path.
fn functions(backtrace: &str) -> impl Iterator<Item = String> {
    let mut lines = backtrace.lines().map(str::trim_start).peekable();
    std::iter::from_fn(move || {
        let function = lines.find_map(numbered)?;
        let place = lines.next_if(|line| line.starts_with("at "));
        Some(match place.and_then(package) {
            // An inlined function is shown by its own name alone.
            Some(package) if !split(function).1.starts_with("::") => {
                format!("{package}::{function}")
            }
            _ => function.to_owned(),
        })
    })
}

fn numbered(line: &str) -> Option<&str> {
    let (number, function) = line.split_once(": ")?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(function)
}

/// The package in whose folder a source file is, as a crate is spelled.
fn package(place: &str) -> Option<String> {
    let (folder, _) = place.rsplit_once("/src/")?;
    let folder = folder.rsplit('/').next()?;
    // `name-1.2.3`, where it came from a registry.
    let version = folder.match_indices('-');
    let mut version =
        version.filter(|(at, _)| folder[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let name = version.next().map_or(folder, |(at, _)| &folder[..at]);
    Some(name.replace('-', "_"))
}

/// The crate that a function's path begins with, its type's in `<T as Trait>::function`; of a
/// `drop_in_place` that of what is dropped.
pub(crate) fn crate_of(function: &str) -> &str {
    split(function).0
}

/// The first name of a function's path, and the rest.
fn split(function: &str) -> (&str, &str) {
    let name = function.strip_prefix("core::ptr::").unwrap_or(function);
    let path = name.strip_prefix("drop_in_place<").unwrap_or(function);
    let path = path.trim_start_matches(['<', '&', '(', '[']);
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    path.split_at(end.unwrap_or(path.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_is_put_down_to_the_innermost_crate_that_owns_something() {
        let backtrace = "\
   0: extend<cxone_auth_watch::life::Freed>
             at ./tests/watch/src/life.rs:1:2
   1: <cxone_auth_watch::allocator::WatchingAllocator as core::alloc::global::GlobalAlloc>::dealloc
   2: __rustc::__rust_dealloc
   3: core::ptr::drop_in_place<alloc::vec::Vec<u8>>
   4: <bytes::bytes_mut::BytesMut as core::ops::drop::Drop>::drop
   5: core::ptr::drop_in_place<hyper::proto::h1::io::Buffered<T>>
   6: main";
        let by = freeing(backtrace);
        assert_eq!(
            by,
            "core::ptr::drop_in_place<hyper::proto::h1::io::Buffered<T>>"
        );
        assert_eq!(crate_of(&by), "hyper");
    }

    #[test]
    fn an_inlined_function_belongs_to_the_package_of_its_file() {
        let by = |place: &str| {
            freeing(&format!(
                "\
   2: __rustc::__rust_dealloc
   3: dealloc
             at /rustc/0123abcd/library/alloc/src/alloc.rs:115:14
   4: drop_in_place<alloc::string::String>
             at /rustc/0123abcd/library/core/src/ptr/mod.rs:805:1
   5: send
             at {place}:1147:77
   6: cxone_auth_hyper::send"
            ))
        };
        for (place, expected) in [
            (
                "/home/.cargo/registry/src/index-0a/isahc-2.0.2/src/client.rs",
                "isahc::send",
            ),
            (
                "/home/.cargo/registry/src/index-0a/tower-http-0.6.2/src/a/b.rs",
                "tower_http::send",
            ),
            (
                "./cxone-auth-blocking/src/isahc.rs",
                "cxone_auth_blocking::send",
            ),
        ] {
            assert_eq!(by(place), expected);
        }
    }
}
