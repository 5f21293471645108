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
    // What stands above is the watcher, whose inlined functions may be shown without a crate.
    let freed = backtrace.rsplit_once("::__rust_dealloc");
    let backtrace = freed.map_or(backtrace, |(_, callers)| callers);
    let functions = backtrace.lines().filter_map(|line| {
        let (number, function) = line.trim_start().split_once(": ")?;
        number
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(function)
    });
    let mut last = "unknown";
    for function in functions {
        last = function;
        let owner = crate_of(function);
        // A type parameter is one letter long, and no crate's name is. An inlined function may be
        // shown by its own name alone.
        if owner.len() > 1
            && has_path(function)
            && !owner.starts_with("__")
            && !ON_BEHALF.contains(&owner)
        {
            break;
        }
    }
    last.to_owned()
}

/// The crate that a function's path begins with, its type's in `<T as Trait>::function`; of a
/// `drop_in_place` that of what is dropped.
pub(crate) fn crate_of(function: &str) -> &str {
    split(function).0
}

fn has_path(function: &str) -> bool {
    split(function).1.starts_with("::")
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
             at ./src/life.rs:1:2
   1: <cxone_auth_watch::allocator::WatchingAllocator as core::alloc::global::GlobalAlloc>::dealloc
   2: __rustc::__rust_dealloc
   3: dealloc
   3: drop_in_place<alloc::vec::Vec<u8>>
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
}
