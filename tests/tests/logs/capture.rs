//! Everything that is logged, and what must not be in it.

use std::io;
use std::ops::Deref;
use std::panic;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use log::LevelFilter;

use crate::shared::spelling::spellings;

/// Everything that `log` and `tracing` were told at their finest level, and the words of panics.
pub(super) struct Capture {
    text: Mutex<Vec<u8>>,
    /// What a record of this thread makes the logger set the maximum level to.
    level: Mutex<Option<(ThreadId, LevelFilter)>>,
}

/// The capture, empty, at the finest level, and for one test alone: loggers and level are the
/// process's.
pub(super) struct Alone {
    capture: &'static Capture,
    _turn: MutexGuard<'static, ()>,
}

impl Deref for Alone {
    type Target = Capture;

    fn deref(&self) -> &Capture {
        self.capture
    }
}

impl Capture {
    /// Waits until no other test of this process has the capture.
    pub(super) fn alone() -> Alone {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let capture = Self::installed();
        capture.lock().clear();
        *capture.level.lock().unwrap() = None;
        log::set_max_level(LevelFilter::Trace);
        Alone {
            capture,
            _turn: turn,
        }
    }

    /// Lets the logger set this level whenever it is told of something by this thread. Threads that
    /// other tests have left behind tell it things while this one is sending.
    pub(super) fn set_level_at_records(&self, level: LevelFilter) {
        *self.level.lock().unwrap() = Some((thread::current().id(), level));
    }

    /// The capture of the process: the loggers are set once, whichever test comes first.
    fn installed() -> &'static Self {
        static CAPTURE: LazyLock<&'static Capture> = LazyLock::new(|| {
            let capture: &'static Capture = Box::leak(Box::new(Capture {
                text: Mutex::default(),
                level: Mutex::default(),
            }));
            log::set_logger(capture).unwrap();
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(move || Pen(capture))
                .finish();
            tracing::subscriber::set_global_default(subscriber).unwrap();
            let shown = panic::take_hook();
            panic::set_hook(Box::new(move |panic| {
                capture
                    .lock()
                    .extend_from_slice(panic.to_string().as_bytes());
                shown(panic);
            }));
            capture
        });
        &CAPTURE
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.lock().extend_from_slice(line.as_bytes());
        let level = *self.level.lock().unwrap();
        if let Some((_, level)) = level.filter(|it| it.0 == thread::current().id()) {
            log::set_max_level(level);
        }
    }

    fn flush(&self) {}
}

/// What the subscriber writes with.
struct Pen(&'static Capture);

impl io::Write for Pen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether the text holds a secret in any spelling, also where it is a dump.
pub(super) fn tells(text: &str, secret: &str) -> bool {
    let dumped = dumped(text);
    spellings(secret)
        .iter()
        .any(|spelling| text.contains(spelling) || dumped.contains(spelling))
}

/// What the rows of a dump say together: each has sixteen bytes as eight groups of four digits,
/// with dashes where there is no byte. ureq writes what goes over the wire so.
fn dumped(text: &str) -> String {
    let mut bytes = Vec::new();
    for line in text.lines() {
        let groups: Vec<&str> = line.split(' ').filter(|word| is_group(word)).collect();
        if groups.len() >= 8 {
            let digits: String = groups[..8].concat();
            let pairs = digits.as_bytes().chunks(2);
            let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok());
            bytes.extend(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_group(word: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    word.len() == 4 && word.bytes().all(is_digit)
}

/// Asserts that nothing of these was logged, and that logging works.
pub(super) fn assert_untold(capture: &Alone, secrets: &[String]) {
    log::trace!("log is heard");
    tracing::trace!("tracing is heard");
    let text = capture.text();
    assert!(text.contains("log is heard"), "log went off");
    assert!(text.contains("tracing is heard"), "tracing went off");
    for (number, secret) in secrets.iter().enumerate() {
        assert!(secret.len() > 6, "secret {number} is too short to look for");
        assert!(!tells(&text, secret), "secret {number} was logged");
    }
}
