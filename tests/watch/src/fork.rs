//! A child of the process.
#![expect(
    unsafe_code,
    reason = "forking has no safe function in the standard library"
)]

use std::io::{self, PipeReader, Read as _, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a child may take.
const MAX_WAIT: Duration = Duration::from_mins(1);

const SIGKILL: i32 = 9;

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    fn kill(process: i32, signal: i32) -> i32;
    fn _exit(status: i32) -> !;
}

/// Runs `act` in a child of this process, and returns what it returned; `None` if the child does not
/// end, and is killed. The child has no thread but the caller's.
///
/// Fork only if no other thread may hold a lock: the lock stays taken in the child.
///
/// # Errors
///
/// If the system has no process or pipe left.
pub fn fork_and(act: impl FnOnce() -> String) -> io::Result<Option<String>> {
    let (reader, mut writer) = io::pipe()?;
    // SAFETY: the function has no arguments and touches no memory of Rust's.
    let process = unsafe { fork() };
    if process == 0 {
        let result = panic::catch_unwind(AssertUnwindSafe(act));
        let text = result.unwrap_or_else(|_| "the child panicked".to_owned());
        // A parent that has left wants nothing.
        let _ = writer.write_all(text.as_bytes());
        // SAFETY: it ends the process at once, without the parent's destructors.
        unsafe { _exit(0) }
    }
    drop(writer);
    if process < 0 {
        return Err(io::Error::last_os_error());
    }
    let said = read_all(reader);
    if said.is_none() {
        // SAFETY: the process is our child, and nobody has waited for it yet.
        unsafe { kill(process, SIGKILL) };
    }
    // SAFETY: as above; no status is stored.
    unsafe { waitpid(process, std::ptr::null_mut(), 0) };
    Ok(said)
}

fn read_all(mut reader: PipeReader) -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = reader.read_to_string(&mut text);
        // Nobody receives this after the wait.
        let _ = sender.send(read.map(|_| text));
    });
    receiver.recv_timeout(MAX_WAIT).ok()?.ok()
}
