//! The processes, as the parent sees them.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};
use std::{env, thread};

/// What a process says, with its number.
type Said = (usize, String);

pub(super) struct Crew {
    members: Vec<Member>,
    said: Receiver<Said>,
}

struct Member {
    child: Child,
    input: ChildStdin,
    is_counted: bool,
}

/// What came of a command.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// A mark of each token that somebody got.
    pub(super) tokens: BTreeSet<String>,
    /// Calls that went well.
    pub(super) good: usize,
    /// Calls that got a 401.
    pub(super) unauthorized: usize,
    /// What else was said.
    pub(super) failures: Vec<String>,
}

/// Nobody takes longer for a command. A machine may be busy.
const LONGEST: Duration = Duration::from_secs(90);

impl Crew {
    /// Starts processes, half of them with tasks and half with threads.
    pub(super) fn start(processes: usize, settings: &[(&str, String)]) -> io::Result<Self> {
        let (sender, said) = mpsc::channel();
        let members = (0..processes)
            .map(|number| {
                let kind = if number % 2 == 0 { "tasks" } else { "threads" };
                Member::start(number, kind, settings, sender.clone())
            })
            .collect::<io::Result<Vec<Member>>>()?;
        let mut crew = Self { members, said };
        for _ in 0..processes {
            let (number, line) = crew.hear()?;
            if line != "ready" {
                return Err(io::Error::other(format!("process {number} says {line}")));
            }
        }
        Ok(crew)
    }

    /// Has all do something, and waits for what comes of it.
    pub(super) fn all(&mut self, command: &str) -> io::Result<Results> {
        self.tell_all(command)?;
        self.results()
    }

    pub(super) fn tell_all(&mut self, command: &str) -> io::Result<()> {
        self.members
            .iter_mut()
            .try_for_each(|member| writeln!(member.input, "{command}"))
    }

    /// Waits until a process sends a token request, and returns its number.
    pub(super) fn holder(&mut self) -> io::Result<usize> {
        loop {
            let (number, line) = self.hear()?;
            if line == "sending" {
                return Ok(number);
            }
        }
    }

    /// Waits until everybody who is left has said what came of the command.
    pub(super) fn results(&mut self) -> io::Result<Results> {
        let mut results = Results::default();
        let mut left = self
            .members
            .iter()
            .filter(|member| member.is_counted)
            .count();
        while left > 0 {
            let (number, line) = self.hear()?;
            if line == "sending" {
                continue;
            }
            left -= usize::from(self.members[number].is_counted);
            results.add(&line);
        }
        Ok(results)
    }

    /// Ends a process, as `kill -9` does.
    pub(super) fn kill(&mut self, number: usize) -> io::Result<()> {
        let member = &mut self.members[number];
        member.is_counted = false;
        member.child.kill()?;
        member.child.wait().map(drop)
    }

    /// Has a process stand still. It is not waited for.
    pub(super) fn stop(&mut self, number: usize) -> io::Result<()> {
        self.members[number].is_counted = false;
        self.signal(number, "-STOP")
    }

    /// Has it go on, and returns what comes of its command.
    pub(super) fn go_on(&mut self, number: usize) -> io::Result<Results> {
        self.signal(number, "-CONT")?;
        let mut results = Results::default();
        loop {
            let (from, line) = self.hear()?;
            if from == number && line != "sending" {
                self.members[number].is_counted = true;
                results.add(&line);
                return Ok(results);
            }
        }
    }

    fn signal(&self, number: usize, signal: &str) -> io::Result<()> {
        let id = self.members[number].child.id().to_string();
        let status = Command::new("kill").args([signal, &id]).status()?;
        if status.success() {
            return Ok(());
        }
        Err(io::Error::other("the signal was not sent"))
    }

    fn hear(&mut self) -> io::Result<Said> {
        let deadline = Instant::now() + LONGEST;
        let left = deadline.saturating_duration_since(Instant::now());
        let said = self.said.recv_timeout(left);
        said.map_err(|_| io::Error::other("a process says nothing"))
    }
}

impl Member {
    fn start(
        number: usize,
        kind: &str,
        settings: &[(&str, String)],
        said: Sender<Said>,
    ) -> io::Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .arg(format!("--process={kind}"))
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipe = || io::Error::other("a process has no pipe");
        let input = child.stdin.take().ok_or_else(pipe)?;
        let output = child.stdout.take().ok_or_else(pipe)?;
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if said.send((number, line)).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            input,
            is_counted: true,
        })
    }
}

impl Results {
    /// Adds those of other processes.
    pub(super) fn merge(&mut self, others: Self) {
        self.tokens.extend(others.tokens);
        self.good += others.good;
        self.unauthorized += others.unauthorized;
        self.failures.extend(others.failures);
    }

    fn add(&mut self, line: &str) {
        let mut words = line.split(' ');
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        match line.split_once(' ') {
            Some(("token", mark)) => {
                self.good += 1;
                self.tokens.insert(mark.to_owned());
            }
            Some(("calls", _)) => {
                number();
                self.good += number();
                self.unauthorized += number();
            }
            _ => self.failures.push(line.to_owned()),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // One that has ended cannot be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
