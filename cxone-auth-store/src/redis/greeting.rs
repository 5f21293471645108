//! What is said first on a connection: who logs in, and to which database. The last command shows
//! that the server responds: only then does it say whether it takes the client's certificate.
//!
//! The client library would keep the password in buffers that nobody overwrites.

use cxone_auth_core::store::StoreError;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::address::Login;
use super::failure;
use super::refusal;

/// Longer than any line of a server that speaks the protocol.
const LONGEST_LINE: usize = 1024;

/// Bytes to send, and how many lines come back.
pub(super) struct Greeting {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) lines: usize,
}

impl Greeting {
    pub(super) fn new(login: &Login, database: u32) -> Self {
        let number = database.to_string();
        let mut commands: Vec<Vec<&str>> = Vec::new();
        if let Some(password) = &login.password {
            let who = login.username.as_deref();
            let words = ["AUTH"].into_iter().chain(who);
            commands.push(words.chain([password.expose_secret()]).collect());
        }
        if database != 0 {
            commands.push(vec!["SELECT", &number]);
        }
        commands.push(vec!["PING"]);
        Self {
            bytes: encoded(&commands),
            lines: commands.len(),
        }
    }
}

/// Encodes into a buffer that does not grow.
fn encoded(commands: &[Vec<&str>]) -> Zeroizing<Vec<u8>> {
    // More than the digits of a length and the four bytes that end two lines.
    const AROUND: usize = 32;

    let words = commands.iter().flatten();
    let length: usize = words.map(|word| word.len() + AROUND).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + AROUND * commands.len()));
    for command in commands {
        bytes.extend_from_slice(format!("*{}\r\n", command.len()).as_bytes());
        for word in command {
            bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            bytes.extend_from_slice(word.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes
}

/// A line of the server, read byte by byte: what follows it belongs to somebody else.
#[derive(Default)]
pub(super) struct Line(Vec<u8>);

impl Line {
    /// Takes the next byte. Returns whether the line has ended well.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, StoreError> {
        self.0.push(byte);
        let Some(line) = self.0.strip_suffix(b"\r\n") else {
            let is_possible = matches!(self.0[0], b'+' | b'-') && self.0.len() < LONGEST_LINE;
            return is_possible
                .then_some(false)
                .ok_or_else(failure::no_protocol);
        };
        match line {
            [b'+', ..] => Ok(true),
            [b'-', text @ ..] => Err(refusal::refused(&String::from_utf8_lossy(text))),
            _ => Err(failure::no_protocol()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(username: Option<&str>, password: Option<&str>, database: u32) -> Greeting {
        let login = Login {
            username: username.map(str::to_owned),
            password: password.map(Into::into),
        };
        Greeting::new(&login, database)
    }

    fn read(bytes: &[u8]) -> Result<bool, StoreError> {
        let mut line = Line::default();
        let mut taken = bytes.iter().map(|byte| line.take(*byte));
        taken
            .find(|taken| !matches!(taken, Ok(false)))
            .unwrap_or(Ok(false))
    }

    #[test]
    fn the_login_comes_before_the_database() {
        assert_eq!(*greeting(None, None, 0).bytes, b"*1\r\n$4\r\nPING\r\n");
        let both = greeting(Some("me"), Some("p w"), 12);
        let expected = "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$3\r\np w\r\n\
                        *2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n*1\r\n$4\r\nPING\r\n";
        assert_eq!(*both.bytes, expected.as_bytes());
        assert_eq!(both.lines, 3);
        let default = greeting(None, Some("p"), 0);
        assert!(
            default
                .bytes
                .starts_with(b"*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n")
        );
    }

    #[test]
    fn the_buffer_of_the_password_does_not_grow() {
        let long = "x".repeat(5000);
        let words = vec![vec!["AUTH", &long], vec!["SELECT", "1"]];
        let bytes = encoded(&words);
        assert!(bytes.len() > 5000);
        assert_eq!(bytes.capacity(), long.len() + 4 + 6 + 1 + 32 * 6);
    }

    #[test]
    fn a_line_is_taken_or_explained() {
        assert!(read(b"+OK\r\n").unwrap());
        assert!(!read(b"+OK\r").unwrap());
        assert!(
            read(b"-WRONGPASS x\r\n")
                .unwrap_err()
                .to_string()
                .contains("password")
        );
        for other in [&b"\x15\x03\x03"[..], b"HTTP/1.1", b"\r\n", &[b'+'; 2000]] {
            let error = read(other).unwrap_err();
            assert!(error.to_string().contains("protocol of Redis"), "{error}");
        }
    }
}
