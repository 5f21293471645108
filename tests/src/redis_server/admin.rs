//! The administrator of a server, who speaks its protocol by hand.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// What a server responds to the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisReply {
    /// Nothing is there.
    Nil,
    /// A status, a number, or bytes as text.
    Text(String),
    /// A refusal.
    Refusal(String),
    /// Several of them.
    List(Vec<RedisReply>),
}

/// A connection on which the server tells which commands it gets.
pub struct Monitor {
    reader: BufReader<UnixStream>,
    socket: std::path::PathBuf,
}

pub(super) fn ask(socket: &Path, command: &[&str]) -> io::Result<RedisReply> {
    reply(&mut sent(socket, command)?)
}

fn sent(socket: &Path, command: &[&str]) -> io::Result<BufReader<UnixStream>> {
    let mut stream = UnixStream::connect(socket)?;
    let words = command
        .iter()
        .map(|word| format!("${}\r\n{word}\r\n", word.len()));
    let words: String = words.collect();
    write!(stream, "*{}\r\n{words}", command.len())?;
    Ok(BufReader::new(stream))
}

fn reply(reader: &mut BufReader<UnixStream>) -> io::Result<RedisReply> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let (kind, rest) = line
        .trim_end()
        .split_at_checked(1)
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let count = || rest.parse::<usize>();
    Ok(match (kind, count()) {
        ("-", _) => RedisReply::Refusal(rest.to_owned()),
        ("$" | "*", Err(_)) => RedisReply::Nil,
        ("$", Ok(length)) => {
            let mut bytes = vec![0; length + 2];
            reader.read_exact(&mut bytes)?;
            RedisReply::Text(String::from_utf8_lossy(&bytes[..length]).into_owned())
        }
        ("*", Ok(length)) => RedisReply::List(
            (0..length)
                .map(|_| reply(reader))
                .collect::<Result<_, _>>()?,
        ),
        _ => RedisReply::Text(rest.to_owned()),
    })
}

impl Monitor {
    pub(super) fn new(socket: &Path) -> io::Result<Self> {
        let mut reader = sent(socket, &["MONITOR"])?;
        reply(&mut reader)?;
        Ok(Self {
            reader,
            socket: socket.to_owned(),
        })
    }

    /// Returns the commands that the server has got, a line for each.
    ///
    /// # Panics
    ///
    /// If the server has ended.
    #[must_use]
    pub fn commands(mut self) -> Vec<String> {
        const END: &str = "the-end-of-the-record";

        ask(&self.socket, &["ECHO", END]).expect("the server responds");
        let mut lines = (&mut self.reader).lines().map_while(Result::ok);
        lines
            .by_ref()
            .take_while(|line| !line.contains(END))
            .collect()
    }
}

impl fmt::Display for RedisReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("nil"),
            Self::Text(text) => f.write_str(text),
            Self::Refusal(text) => write!(f, "-{text}"),
            Self::List(replies) => replies.iter().try_for_each(|reply| writeln!(f, "{reply}")),
        }
    }
}
