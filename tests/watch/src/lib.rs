//! Tells which secrets are left behind in freed memory.
//!
//! A program that measures makes the allocator its own and has a life watched:
//!
//! ```
//! use cxone_auth_watch::{Needle, WatchingAllocator, watch};
//!
//! #[global_allocator]
//! static ALLOCATOR: WatchingAllocator = WatchingAllocator;
//!
//! let needles = [Needle::new("the secret", b"correct horse")];
//! let ((), freed) = watch(&needles, || drop(String::from("a correct horse")));
//! assert_eq!(freed[0].needle, "the secret");
//! ```
//!
//! [`watch`] sees what the lifetime's own threads free, so that tests run side by side in one
//! process as well as in processes of their own; [`watch_process`] sees every thread.
//!
//! It is the strictest view there is. Every block that is freed while it still holds a secret
//! counts, whether or not its memory is overwritten later; and a buffer that grows or shrinks
//! always moves, where an allocator of the system may or may not leave it in place. It sees what
//! goes through Rust's allocator: not the stack, and not what a library in C frees.
//! [`memory`] looks for what is left of a process after all that.
//!
//! `fork_and` runs a function in a child of the process.
//!
//! This is the one crate of the workspace with `unsafe` in it, and it is part of no library.

mod allocator;
#[cfg(unix)]
mod fork;
mod life;
pub mod memory;
mod needle;
mod owner;

pub use allocator::WatchingAllocator;
#[cfg(unix)]
pub use fork::fork_and;
pub use life::{Freed, Life, watch, watch_process};
pub use needle::Needle;
