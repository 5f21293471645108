//! The time limit of an examination, and a stream that respects it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// When the examination has to be over.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(span: Duration) -> Self {
        let now = Instant::now();
        // If the clock cannot represent the span, a day is enough.
        Self(
            now.checked_add(span)
                .unwrap_or(now + Duration::from_secs(86_400)),
        )
    }

    pub(crate) fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Returns the deadline of a step that may take at most `most`, and not longer than the
    /// examination.
    pub(crate) fn step(self, most: Duration) -> Self {
        Self::after(most.min(self.remaining()))
    }

    pub(super) fn left(self) -> io::Result<Duration> {
        Some(self.remaining())
            .filter(|left| !left.is_zero())
            .ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

/// A connection on which every read and write ends by the deadline, even if bytes arrive very
/// slowly.
pub(crate) struct Timed<S = TcpStream> {
    pub(crate) stream: S,
    pub(crate) deadline: Deadline,
}

/// A stream whose reads and writes can be given a time.
pub(crate) trait Limited: Read + Write {
    fn limit_read(&self, span: Duration) -> io::Result<()>;

    fn limit_write(&self, span: Duration) -> io::Result<()>;
}

impl Limited for TcpStream {
    fn limit_read(&self, span: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(span))
    }

    fn limit_write(&self, span: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(span))
    }
}

#[cfg(unix)]
impl Limited for UnixStream {
    fn limit_read(&self, span: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(span))
    }

    fn limit_write(&self, span: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(span))
    }
}

impl<S: Limited> Read for Timed<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.limit_read(self.deadline.left()?)?;
        self.stream.read(buffer)
    }
}

impl<S: Limited> Write for Timed<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.limit_write(self.deadline.left()?)?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Reports whether an error means that the time is over. Systems report this in different ways.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock
    )
}
