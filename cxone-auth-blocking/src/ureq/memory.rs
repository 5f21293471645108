//! Bodies that can be sent more than once.

use ureq::AsSendBody;

/// A body in memory, or none: its clone is the same body from the beginning.
///
/// `Clone` alone does not guarantee this. A `&File` is `Clone`, and its clone continues where the
/// other one stopped reading:
///
/// ```compile_fail,E0277
/// # use cxone_auth_blocking::AuthorizedAgent;
/// # fn example(agent: AuthorizedAgent, file: &std::fs::File) {
/// let response = agent.post("/api/v2/uploads", file);
/// # }
/// ```
///
/// Send such a body with [`run_once`](crate::AuthorizedAgent::run_once).
pub trait MemoryBody: AsSendBody + Clone {}

impl MemoryBody for () {}
impl MemoryBody for &str {}
impl MemoryBody for String {}
impl MemoryBody for &String {}
impl MemoryBody for &[u8] {}
impl<const N: usize> MemoryBody for &[u8; N] {}
impl MemoryBody for Vec<u8> {}
impl MemoryBody for &Vec<u8> {}
