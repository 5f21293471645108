//! A command in a process group of its own.

use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use zeroize::Zeroizing;

use super::{Fault, Output};
use crate::contents::LONGEST;

/// No command is watched for longer, whatever its limit.
const LONGEST_WATCH: Duration = Duration::from_secs(24 * 60 * 60);

/// The two ends by which a command is cancelled: dropping the first one does it.
pub(super) fn cancellation() -> io::Result<(UnixStream, UnixStream)> {
    UnixStream::pair()
}

/// Runs the command to its end, and waits for it in any case, so that no zombie is left.
pub(super) fn run(mut command: Command, limit: Duration, cancelled: &UnixStream) -> Output {
    let deadline = Instant::now() + limit.min(LONGEST_WATCH);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0);
    let mut child = command.spawn().map_err(Fault::NotStarted)?;
    let pid = Pid::from_child(&child);
    let watched = watch(&mut child, pid, cancelled, deadline);
    if watched.is_err() || has_failed(pid) {
        // It fails only if nobody is left in the group. The child is not waited for yet, so its
        // number is nobody else's.
        let _ = kill_process_group(pid, Signal::KILL);
    }
    let status = child.wait();
    let bytes = watched?;
    match status {
        Ok(status) if status.success() => Ok(bytes),
        Ok(status) => Err(Fault::Failed(status)),
        Err(error) => Err(Fault::Unwatched(error)),
    }
}

/// Reports whether a child that has ended has failed, and leaves it to be waited for.
fn has_failed(pid: Pid) -> bool {
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    let status = waitid(WaitId::Pid(pid), ended);
    status.is_ok_and(|status| status.is_some_and(|status| status.exit_status() != Some(0)))
}

/// Reads until the child has ended and nothing is left to be read.
fn watch(child: &mut Child, pid: Pid, cancelled: &UnixStream, deadline: Instant) -> Output {
    let mut stdout = child.stdout.take();
    if let Some(stdout) = &stdout {
        ioctl_fionbio(stdout, true).map_err(unwatched)?;
    }
    let (exited, sentinel) = UnixStream::pair().map_err(Fault::Unwatched)?;
    let _ends_with_the_child = wait_for_exit(pid, sentinel).map_err(Fault::Unwatched)?;
    let mut output = Collected::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::TooLong);
        }
        let ready = Ready::wait(stdout.as_ref(), &exited, cancelled, left).map_err(unwatched)?;
        match (ready, stdout.as_mut()) {
            (Ready::Cancelled, _) => return Err(Fault::Cancelled),
            (Ready::Output, Some(source)) => {
                if output.is_complete(source)? {
                    stdout = None;
                }
            }
            // What the child wrote comes first, so that its end means that all is read.
            (Ready::Exited, _) => return Ok(output.bytes()),
            (Ready::Nothing | Ready::Output, _) => {}
        }
    }
}

fn unwatched(error: Errno) -> Fault {
    Fault::Unwatched(error.into())
}

/// Drops the sentinel when the child has ended, and leaves the child to be waited for.
fn wait_for_exit(pid: Pid, sentinel: UnixStream) -> io::Result<JoinHandle<()>> {
    let name = "cxone-auth-command-exit".to_owned();
    thread::Builder::new().name(name).spawn(move || {
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(pid), ended), Err(Errno::INTR)) {}
        drop(sentinel);
    })
}

/// What there is to do next.
enum Ready {
    Cancelled,
    Output,
    Exited,
    /// The time is over, or a signal came.
    Nothing,
}

impl Ready {
    fn wait(
        stdout: Option<&ChildStdout>,
        exited: &UnixStream,
        cancelled: &UnixStream,
        left: Duration,
    ) -> Result<Self, Errno> {
        let mut files = vec![
            PollFd::new(cancelled, PollFlags::IN),
            PollFd::new(exited, PollFlags::IN),
        ];
        files.extend(stdout.map(|stdout| PollFd::new(stdout, PollFlags::IN)));
        let timeout = Timespec::try_from(left).ok();
        match poll(&mut files, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
        let is_ready = |place: usize| files.get(place).is_some_and(|it| !it.revents().is_empty());
        Ok(match () {
            () if is_ready(0) => Self::Cancelled,
            () if is_ready(2) => Self::Output,
            () if is_ready(1) => Self::Exited,
            () => Self::Nothing,
        })
    }
}

/// What the command has printed, in a buffer of the final size.
struct Collected {
    buffer: Zeroizing<Vec<u8>>,
    length: usize,
}

impl Collected {
    fn new() -> Self {
        Self {
            buffer: Zeroizing::new(vec![0; LONGEST + 1]),
            length: 0,
        }
    }

    /// Reads what is there, and returns whether that is all.
    fn is_complete(&mut self, source: &mut ChildStdout) -> Result<bool, Fault> {
        match source.read(&mut self.buffer[self.length..]) {
            Ok(0) if self.length > LONGEST => return Err(Fault::TooMuch),
            Ok(0) => return Ok(true),
            Ok(count) => self.length += count,
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => {}
                _ => return Err(Fault::Unwatched(error)),
            },
        }
        Ok(false)
    }

    fn bytes(mut self) -> Zeroizing<Vec<u8>> {
        self.buffer.truncate(self.length);
        self.buffer
    }
}
