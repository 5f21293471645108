//! A line on the terminal that says what is waited for. It is gone before anything else is printed.

use std::io::{self, Stderr, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::terminal;

/// How long nothing is said, and how often the line is written again.
const SECOND: Duration = Duration::from_secs(1);

/// To the start of the line, and nothing left of it.
const CLEAR: &str = "\r\x1b[2K";

/// The line on standard error. All threads write the same one.
static NOTICE: Mutex<Option<Notice<Stderr>>> = Mutex::new(None);

/// A line that is written again and again in the same place.
struct Notice<W> {
    output: W,
    /// How wide the line may be. A longer one would go on below, where nothing erases it.
    columns: usize,
    /// How long each try may take.
    timeout: Option<Duration>,
    is_shown: bool,
}

/// Does `work`. From its second second on, a line on standard error says that this waits for `what`, and
/// how long each try may take, if standard error is a terminal and this is its job in the foreground.
pub(crate) fn for_it<T>(what: &str, timeout: Option<Duration>, work: impl FnOnce() -> T) -> T {
    let Some(columns) = terminal::standard_error() else {
        return work();
    };
    let mut own = Notice::new(io::stderr(), columns);
    own.timeout = timeout;
    *notice() = Some(own);
    let result = thread::scope(|scope| {
        let (working, over) = mpsc::channel::<()>();
        scope.spawn(move || tell(what, || next(&over), Instant::now()));
        let result = work();
        drop(working);
        result
    });
    erase();
    result
}

/// Erases the line, if there is one. Whoever prints something does this first.
pub(crate) fn erase() {
    if let Some(notice) = &mut *notice() {
        if terminal::is_in_foreground(io::stderr()) {
            notice.erase();
        }
    }
}

fn notice() -> MutexGuard<'static, Option<Notice<Stderr>>> {
    NOTICE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the time after a second, unless the work is over.
fn next(over: &Receiver<()>) -> Option<Instant> {
    let is_at_work = over.recv_timeout(SECOND) == Err(RecvTimeoutError::Timeout);
    is_at_work.then(Instant::now)
}

fn tell(what: &str, next: impl FnMut() -> Option<Instant>, began: Instant) {
    for now in std::iter::from_fn(next) {
        // The terminal belongs to another job now, and may stop one that writes (SIGTTOU).
        if !terminal::is_in_foreground(io::stderr()) {
            continue;
        }
        if let Some(notice) = &mut *notice() {
            notice.show(what, now.saturating_duration_since(began));
        }
    }
}

impl<W: Write> Notice<W> {
    fn new(output: W, columns: usize) -> Self {
        Self {
            output,
            columns,
            timeout: None,
            is_shown: false,
        }
    }

    /// Writes the line in the place of the one before.
    fn show(&mut self, what: &str, waited: Duration) {
        if waited < SECOND {
            return;
        }
        let limit = self.timeout.map(|timeout| {
            let timeout = humantime::format_duration(timeout);
            format!(" (each try takes {timeout} at most)")
        });
        let limit = limit.unwrap_or_default();
        let line = format!("waiting for {what} … {} s{limit}", waited.as_secs());
        let line: String = line.chars().take(self.columns - 1).collect();
        self.write(&format!("{CLEAR}{line}"));
        self.is_shown = true;
    }

    fn erase(&mut self) {
        if self.is_shown {
            self.write(CLEAR);
            self.is_shown = false;
        }
    }

    /// An error is ignored: the work goes on without its line.
    fn write(&mut self, text: &str) {
        let _ = self.output.write_all(text.as_bytes());
        let _ = self.output.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written in these milliseconds of the work, and at its end.
    fn written(columns: usize, times: &[u64]) -> String {
        let mut notice = Notice::new(Vec::new(), columns);
        for time in times {
            notice.show("login.example.com", Duration::from_millis(*time));
        }
        notice.erase();
        notice.erase();
        String::from_utf8(notice.output).unwrap()
    }

    #[test]
    fn nothing_is_written_in_the_first_second() {
        assert_eq!(written(80, &[]), "");
        assert_eq!(written(80, &[0, 999]), "");
    }

    #[test]
    fn each_line_takes_the_place_of_the_one_before_and_the_last_is_erased_once() {
        let clear = "\r\u{1b}[2K";
        let line = |second| format!("{clear}waiting for login.example.com … {second} s");
        let expected = format!("{}{}{clear}", line(1), line(3));
        assert_eq!(written(80, &[1_000, 3_400]), expected);
    }

    #[test]
    fn a_line_is_never_wider_than_the_terminal() {
        let expected = "\r\u{1b}[2Kwaiting for login.e\r\u{1b}[2K";
        assert_eq!(written(20, &[1_000]), expected);
    }

    #[test]
    fn what_is_printed_meanwhile_stands_on_a_line_of_its_own() {
        let mut notice = Notice::new(Vec::new(), 80);
        notice.show("it", SECOND);
        notice.erase();
        notice.output.extend_from_slice(b"a warning\n");
        notice.show("it", 2 * SECOND);
        let written = String::from_utf8(notice.output).unwrap();
        let expected = "\r\u{1b}[2Kwaiting for it … 1 s\r\u{1b}[2Ka warning\n\
                        \r\u{1b}[2Kwaiting for it … 2 s";
        assert_eq!(written, expected);
    }
}
