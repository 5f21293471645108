//! A command on a system without process groups.

use std::io::{self, Read as _};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Fault, Output};
use crate::contents::LONGEST;

/// What ends the wait.
pub(super) enum Event {
    Output(io::Result<Zeroizing<Vec<u8>>>),
    Cancelled,
}

/// Cancels the command when it is dropped.
pub(super) struct Handle(Sender<Event>);

/// The side of the thread that watches.
pub(super) struct Events {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Nobody receives it if the command has ended.
        let _ = self.0.send(Event::Cancelled);
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is the function of a system where this can fail"
)]
pub(super) fn cancellation() -> io::Result<(Handle, Events)> {
    let (sender, receiver) = mpsc::channel();
    Ok((Handle(sender.clone()), Events { sender, receiver }))
}

/// Runs the command to its end. A process that it left behind, and that keeps its standard output
/// open, is waited for until the time is over.
pub(super) fn run(mut command: Command, limit: Duration, events: &Events) -> Output {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(Fault::NotStarted)?;
    let stdout = child.stdout.take();
    let sender = events.sender.clone();
    let reader = thread::Builder::new().spawn(move || {
        // Nobody receives it if the time is over.
        let _ = sender.send(Event::Output(read(stdout)));
    });
    let outcome = match reader {
        Ok(_) => events.receiver.recv_timeout(limit),
        Err(error) => Ok(Event::Output(Err(error))),
    };
    let output = match outcome {
        Ok(Event::Output(Ok(bytes))) if bytes.len() > LONGEST => Err(Fault::TooMuch),
        Ok(Event::Output(read)) => read.map_err(Fault::Unwatched),
        Ok(Event::Cancelled) => Err(Fault::Cancelled),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Fault::TooLong),
    };
    if output.is_err() {
        // It fails only if the command has ended.
        let _ = child.kill();
    }
    let status = child.wait().map_err(Fault::Unwatched)?;
    let bytes = output?;
    if status.success() {
        Ok(bytes)
    } else {
        Err(Fault::Failed(status))
    }
}

fn read(stdout: Option<ChildStdout>) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let most = u64::try_from(LONGEST + 1).expect("it is a small constant");
    if let Some(stdout) = stdout {
        stdout.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
