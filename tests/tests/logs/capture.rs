//! Everything that is logged, and what must not be in it.

use std::io;
use std::panic;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::spelling::spellings;

/// Everything that `log` and `tracing` were told at their finest level, and the words of panics.
pub(super) struct Capture(Mutex<Vec<u8>>);

impl Capture {
    /// The capture of the process: the loggers are set once, whichever test comes first.
    pub(super) fn installed() -> &'static Self {
        static CAPTURE: LazyLock<&'static Capture> = LazyLock::new(|| {
            let capture: &'static Capture = Box::leak(Box::new(Capture(Mutex::default())));
            log::set_logger(capture).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.lock().extend_from_slice(line.as_bytes());
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
pub(super) fn assert_untold(secrets: &[String]) {
    let capture = Capture::installed();
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
