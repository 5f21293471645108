//! `agent`: gives programs in any language on this machine tokens, and a way to the API.
//!
//! It holds the credentials and the tokens of the profiles of `config.toml`. Clients reach it by a
//! unix socket or by a port of this machine. Everything about tokens is decided by the library: a
//! [`TokenSource`](cxone_auth_core::TokenSource) for each profile, and the layer of the hyper adapter
//! around calls to an API.
//!
//! | to change | open |
//! |---|---|
//! | which profiles there are, how they are made and made again | `profile.rs` |
//! | where clients connect, and how many | `listener.rs`, `socket.rs` |
//! | which request is refused before it is read | `router.rs`, `path.rs`, `framing.rs` |
//! | who is admitted | `secret.rs`, `token_endpoint/client.rs` |
//! | the token endpoint and the login of the gateway | `token_endpoint.rs` |
//! | what is passed on to an API, and back | `gateway.rs`, `upload.rs` |
//! | what an error looks like | `problem.rs` |
//! | what `agent env` prints | `environment.rs` |
//! | how `exec` runs a program | `exec.rs` |

mod environment;
mod exec;
mod framing;
pub mod fuzzing;
mod gateway;
mod listener;
mod path;
mod problem;
mod profile;
mod router;
mod secret;
mod signals;
mod socket;
mod token_endpoint;
mod upload;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::UnixListener;
use tokio::runtime::Builder;
use tokio::sync::watch;

use self::listener::Listening;
use self::problem::Problem;
use self::profile::{Profile, Profiles};
use self::secret::LocalSecret;
use self::signals::Signals;
use self::socket::Socket;
use crate::arguments::{AgentArguments, AgentCommand};
use crate::console::Console;
use crate::directory;
use crate::failure::{Failure, Kind};

pub(crate) use exec::run as exec;

/// How long requests may take to end after the agent was told to stop.
const DRAIN: Duration = Duration::from_secs(30);

/// How long no other process that is not let in is warned of.
const WARNINGS: Duration = Duration::from_secs(60);

/// What all connections share.
struct Agent {
    profiles: RwLock<Arc<Profiles>>,
    secret: LocalSecret,
    /// The users whose processes may use the socket.
    users: Vec<u32>,
    min_remaining: Duration,
    max_wait: Duration,
    console: Console,
}

/// Runs the agent until it is told to stop, or prints what its clients need.
pub(crate) fn run(arguments: AgentArguments, console: Console) -> Result<(), Failure> {
    if let Some(AgentCommand::Env(arguments)) = &arguments.command {
        return environment::run(arguments, console);
    }
    check(&arguments)?;
    allow_open_files();
    // Profiles are read outside the runtime: what reads a key or a command waits on one of its own.
    let profiles = profile::load(&arguments, &Profiles::new(), console)?;
    let agent = Arc::new(Agent {
        profiles: RwLock::new(Arc::new(profiles)),
        secret: secret_of(&arguments)?,
        users: users(&arguments),
        min_remaining: arguments.min_remaining,
        max_wait: arguments.max_wait,
        console,
    });
    let socket = socket_of(&arguments)?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
    let served = runtime.block_on(serve(&agent, Arc::new(arguments), socket));
    // A name lookup is not interrupted, and may last long.
    runtime.shutdown_background();
    served
}

/// Allows as many open files as all connections can need, on both sides of the gateway: many systems
/// begin with a limit that a thousand of them reach.
fn allow_open_files() {
    const WANTED: u64 = 4_096;
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(WANTED, |most| most.min(WANTED));
    if limit.current.is_some_and(|current| current < wanted) {
        let current = Some(wanted);
        // Without it, connections wait.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, ..limit });
    }
}

fn check(arguments: &AgentArguments) -> Result<(), Failure> {
    let Some(address) = arguments.listen else {
        return check_default_socket(arguments);
    };
    check_loopback(address)?;
    if arguments.socket.is_none() && !arguments.allow_uid.is_empty() {
        return Err(Failure::usage(
            "--allow-uid is about the socket, and only a port is listened on: add --socket PATH",
        ));
    }
    Ok(())
}

/// Refuses to let in users who cannot reach the socket. The system's own user can enter any folder.
fn check_default_socket(arguments: &AgentArguments) -> Result<(), Failure> {
    let own = rustix::process::geteuid().as_raw();
    let is_another = |user: &&u32| ![0, own].contains(user);
    match arguments.allow_uid.iter().find(is_another) {
        Some(user) if arguments.socket.is_none() => Err(Failure::usage(format!(
            "--allow-uid {user}: another user cannot enter the folder of the default socket: add \
             --socket PATH, in a folder that this user can enter and only you can write"
        ))),
        _ => Ok(()),
    }
}

fn check_loopback(address: SocketAddr) -> Result<(), Failure> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--listen {address}: give an address of this machine, such as 127.0.0.1:8787, since the \
         agent has no TLS"
    )))
}

fn secret_of(arguments: &AgentArguments) -> Result<LocalSecret, Failure> {
    match secret_file(arguments.secret_file.as_ref()) {
        Ok(path) => LocalSecret::from_file(&path),
        // By the socket nobody has to know it.
        Err(_) if arguments.listen.is_none() => LocalSecret::of_process(),
        Err(failure) => Err(failure),
    }
}

/// Returns the file of the local secret.
fn secret_file(named: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    let place = || Some(directory::state()?.join("agent-secret"));
    named.cloned().or_else(place).ok_or_else(|| {
        Failure::configuration(
            "neither XDG_STATE_HOME nor HOME says where the file of the local secret belongs: name \
             it with --secret-file PATH",
        )
    })
}

fn users(arguments: &AgentArguments) -> Vec<u32> {
    let own = rustix::process::geteuid().as_raw();
    let allowed = arguments.allow_uid.iter().copied();
    std::iter::once(own).chain(allowed).collect()
}

/// Listens on the socket, unless only a port is wanted.
fn socket_of(arguments: &AgentArguments) -> Result<Option<Socket>, Failure> {
    // The peer's user is looked at. The permissions only save others the attempt.
    let mode = if arguments.allow_uid.is_empty() {
        0o600
    } else {
        0o666
    };
    match (&arguments.socket, arguments.listen) {
        (Some(path), _) => Socket::bind(path.clone(), false, mode).map(Some),
        (None, Some(_)) => Ok(None),
        (None, None) => Socket::bind(socket::default_path()?, true, mode).map(Some),
    }
}

async fn serve(
    agent: &Arc<Agent>,
    arguments: Arc<AgentArguments>,
    socket: Option<Socket>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(Kind::Other, error.to_string());
    let mut signals = Signals::new().map_err(failed)?;
    let (close, closing) = watch::channel(());
    let mut listeners = Vec::new();
    if let Some(socket) = &socket {
        let listener = socket.listener.try_clone().map_err(failed)?;
        let listener = UnixListener::from_std(listener).map_err(failed)?;
        listeners.push(Listening::Socket(listener));
    }
    if let Some(address) = arguments.listen {
        listeners.push(Listening::on(address).await?);
    }
    tell(agent, socket.as_ref(), &listeners)?;
    let accepting: Vec<_> = listeners
        .into_iter()
        .map(|own| tokio::spawn(own.run(Arc::clone(agent), closing.clone())))
        .collect();
    signals.until_stopped(agent, &arguments).await;
    for task in accepting {
        task.abort();
        // Its listener is closed when it has ended.
        let _ = task.await;
    }
    if let Some(socket) = &socket {
        let _ = std::fs::remove_file(&socket.path);
    }
    agent
        .console
        .note("stopping: waiting for the requests in flight");
    drop(closing);
    close.send_replace(());
    let drained = tokio::time::timeout(DRAIN, close.closed());
    if signals.or_stopped_again(drained).await.is_none() {
        agent.console.warn("stopped before all requests have ended");
    }
    Ok(())
}

/// Prints where clients connect, when they can.
fn tell(agent: &Agent, socket: Option<&Socket>, listeners: &[Listening]) -> Result<(), Failure> {
    let socket = socket.map(|socket| format!("unix:{}", socket.path.display()));
    let ports = listeners.iter().filter_map(|listener| match listener {
        Listening::Port(_, address) => Some(url(*address)),
        Listening::Socket(_) => None,
    });
    let places = socket.into_iter().chain(ports);
    let lines: Vec<String> = places
        .map(|place| format!("listening on {place}\n"))
        .collect();
    agent.console.print(&lines.concat())
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

impl Agent {
    /// Returns the profile of this name.
    fn profile(&self, name: &str) -> Result<Arc<Profile>, Problem> {
        let profiles = self.profiles();
        let profile = profiles.get(name).cloned();
        profile.ok_or_else(|| Problem::not_found(format!("the agent serves no profile {name}")))
    }

    fn profiles(&self) -> Arc<Profiles> {
        let profiles = self.profiles.read();
        Arc::clone(&profiles.unwrap_or_else(PoisonError::into_inner))
    }

    /// Reports whether a process of this user may use the socket. `warned` says when a user was last
    /// warned of.
    fn lets_in(&self, user: io::Result<u32>, warned: &mut Option<Instant>) -> bool {
        let is_allowed = user.as_ref().is_ok_and(|user| self.users.contains(user));
        // Whoever connects again and again fills no disk.
        if !is_allowed && warned.is_none_or(|last| last.elapsed() >= WARNINGS) {
            *warned = Some(Instant::now());
            let user = user.map_or("unknown".to_owned(), |user| user.to_string());
            let what = format!("a process of user {user} was not let in: --allow-uid allows it");
            self.console.warn(&what);
        }
        is_allowed
    }

    /// Reads the profiles again. If that fails, the old ones stay.
    async fn reload(self: &Arc<Self>, arguments: &Arc<AgentArguments>) {
        let (agent, arguments) = (Arc::clone(self), Arc::clone(arguments));
        let read = move || profile::load(&arguments, &agent.profiles(), agent.console);
        let read = tokio::task::spawn_blocking(read).await;
        match read {
            Ok(Ok(profiles)) => {
                let mut held = self
                    .profiles
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *held = Arc::new(profiles);
                self.console.note("the profiles were read again");
            }
            Ok(Err(failure)) => {
                let why = failure.message();
                self.console
                    .warn(&format!("{why}: the profiles stay as they were"));
            }
            Err(_) => self
                .console
                .warn("the profiles could not be read, and stay as they were"),
        }
    }
}
