//! Has every client measured, and prints what each leaves behind.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Outcome;
use crate::measure::{KINDS, Measured};

const CLIENTS: [&str; 4] = ["reqwest", "hyper", "isahc", "ureq"];

pub(crate) fn run() -> Outcome {
    let mut is_clean = true;
    println!("Blocks freed with a secret in them / copies in memory when all is dropped:\n");
    for scheme in ["http", "https"] {
        let [secret, basic, token] = KINDS;
        println!("| {scheme} | {secret} | {basic} | {token} | freed by | outside |");
        println!("|---|---|---|---|---|---|");
        for client in CLIENTS {
            let measured = measure(scheme, client)?;
            println!("{}", row(client, &measured));
            is_clean &= is_ours_clean(&measured);
        }
        println!();
    }
    println!(
        "{}",
        if is_clean {
            "No block was freed with a secret in it by the code of this workspace, and none stood in \
             an argument, the environment or a file."
        } else {
            "FAILED: the code of this workspace leaves a secret behind."
        }
    );
    Ok(is_clean)
}

/// Runs a server and a client in processes of their own.
fn measure(scheme: &str, client: &str) -> Result<Measured, Box<dyn Error>> {
    let mut server = Process::start(&["serve", scheme], Path::new("."))?;
    let mut place = String::new();
    server.output.read_line(&mut place)?;
    let empty = EmptyFolder::new(client)?;
    let mut process = Process::start(&["live", client], &empty.0)?;
    process
        .child
        .stdin
        .take()
        .ok_or("the client has no input")?
        .write_all(place.as_bytes())?;
    let mut measured = String::new();
    process.output.read_line(&mut measured)?;
    if !process.child.wait()?.success() {
        return Err(format!("{client} failed over {scheme}").into());
    }
    let mut measured: Measured = serde_json::from_str(&measured)?;
    measured.outside.extend(empty.files()?);
    Ok(measured)
}

fn row(client: &str, measured: &Measured) -> String {
    let kinds = measured.kinds.iter().map(|left| match left.copies {
        Some(copies) => format!("{} / {copies}", left.freed),
        None => format!("{} / ?", left.freed),
    });
    let owners = measured.owners.iter();
    let owners = owners.map(|(owner, count)| format!("{owner} {count}"));
    let cells = kinds.chain([
        or_nothing(&owners.collect::<Vec<_>>()),
        or_nothing(&measured.outside),
    ]);
    let cells: Vec<String> = std::iter::once(client.to_owned()).chain(cells).collect();
    format!("| {} |", cells.join(" | "))
}

fn or_nothing(texts: &[String]) -> String {
    if texts.is_empty() {
        "nothing".to_owned()
    } else {
        texts.join(", ")
    }
}

fn is_ours_clean(measured: &Measured) -> bool {
    let is_ours = |owner: &String| owner.starts_with("cxone_auth_");
    measured.outside.is_empty() && !measured.owners.keys().any(is_ours)
}

/// This program once more.
struct Process {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Process {
    /// Whatever the program writes without being told where lands in `folder`.
    fn start(arguments: &[&str], folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(env::current_exe()?)
            .args(arguments)
            .current_dir(folder)
            .envs(
                ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"].map(|name| (name, folder)),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the process has no output")?;
        Ok(Self {
            child,
            output: BufReader::new(output),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // One that has ended cannot be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct EmptyFolder(PathBuf);

impl EmptyFolder {
    fn new(name: &str) -> io::Result<Self> {
        let name = format!("cxone-auth-secrets-{}-{name}", std::process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// The names of what was written.
    fn files(&self) -> io::Result<Vec<String>> {
        let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.path().display().to_string());
        fs::read_dir(&self.0)?.map(name).collect()
    }
}

impl Drop for EmptyFolder {
    fn drop(&mut self) {
        // Anyone who empties the folder for temporary files does so later.
        let _ = fs::remove_dir_all(&self.0);
    }
}
