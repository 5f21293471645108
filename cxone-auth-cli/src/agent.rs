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
//! | where clients connect | `place.rs`, `socket.rs`, `activation.rs` |
//! | how many clients are served, and for how long | `listener.rs` |
//! | what a service manager is told | `notice.rs` |
//! | which request is refused before it is read | `router.rs`, `path.rs`, `framing.rs` |
//! | who is admitted | `secret.rs`, `token_endpoint/client.rs` |
//! | the token endpoint and the login of the gateway | `token_endpoint.rs` |
//! | what is passed on to an API, and back | `gateway.rs`, `upload.rs` |
//! | what is counted, and the page of it | `metrics.rs` |
//! | what an error looks like | `problem.rs` |
//! | what `agent env` prints | `environment.rs` |
//! | how `exec` runs a program | `exec.rs` |

mod activation;
mod environment;
mod exec;
mod framing;
pub mod fuzzing;
mod gateway;
mod listener;
mod metrics;
mod notice;
mod path;
mod place;
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
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::Builder;
use tokio::sync::watch;
use zeroize::Zeroizing;

use self::place::{Places, Wanted};
use self::problem::Problem;
use self::profile::{Profile, Profiles};
use self::secret::LocalSecret;
use self::signals::Signals;
use crate::arguments::{AgentArguments, AgentCommand};
use crate::console::Console;
use crate::directory;
use crate::failure::{Failure, Kind};

pub(crate) use exec::run as exec;
pub(crate) use socket::default_path as default_socket;

/// How long requests may take to end after the agent was told to stop.
const DRAIN: Duration = Duration::from_secs(30);

/// How long nothing more is said of what anybody can make happen again and again.
const WARNINGS: Duration = Duration::from_secs(60);

/// What all connections share.
struct Agent {
    profiles: RwLock<Arc<Profiles>>,
    secret: LocalSecret,
    /// The users whose processes may use the socket.
    users: Vec<u32>,
    min_remaining: Duration,
    max_wait: Duration,
    /// Whether the profiles are those that the file had when it was last read.
    last_reload_successful: AtomicBool,
    console: Console,
}

/// Runs the agent until it is told to stop, or prints what its clients need.
pub(crate) fn run(arguments: AgentArguments, console: Console) -> Result<(), Failure> {
    if let Some(AgentCommand::Env(arguments)) = &arguments.command {
        return environment::run(arguments, console);
    }
    // First: it changes variables, which only a process with one thread may do.
    let wanted = Wanted::of(&arguments)?;
    let open_files = allow_open_files();
    // Profiles are read outside the runtime: what reads a key or a command waits on one of its own.
    let profiles = profile::load(&arguments, &Profiles::new(), console)?;
    let agent = Arc::new(Agent {
        profiles: RwLock::new(Arc::new(profiles)),
        secret: secret_of(&arguments, wanted.has_port())?,
        users: users(&arguments),
        min_remaining: arguments.min_remaining,
        max_wait: arguments.max_wait,
        last_reload_successful: AtomicBool::new(true),
        console,
    });
    let places = wanted.take()?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
    let served = runtime.block_on(serve(&agent, Arc::new(arguments), places, open_files));
    // A name lookup is not interrupted, and may last long.
    runtime.shutdown_background();
    served
}

/// Allows as many open files as all connections can need, on both sides of the gateway: many systems
/// begin with a limit that a thousand of them reach. Returns how many there can be.
fn allow_open_files() -> u64 {
    const WANTED: u64 = 4_096;
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(WANTED, |most| most.min(WANTED));
    if limit.current.is_some_and(|current| current < wanted) {
        let current = Some(wanted);
        // Without it, there are fewer connections.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, ..limit });
    }
    let got = getrlimit(Resource::Nofile).current;
    got.unwrap_or(u64::MAX)
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

fn secret_of(arguments: &AgentArguments, has_port: bool) -> Result<LocalSecret, Failure> {
    match secret_file(arguments.secret_file.as_ref()) {
        Ok(path) => LocalSecret::from_file(&path),
        // By the socket nobody has to know it.
        Err(_) if !has_port => LocalSecret::of_process(),
        Err(failure) => Err(failure),
    }
}

/// Returns the local secret of an agent that has run before.
pub(crate) fn local_secret(named: Option<&PathBuf>) -> Result<Zeroizing<String>, Failure> {
    let path = secret_file(named)?;
    secret::read(&path).map_err(|error| secret::unusable(&path, &error))
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

async fn serve(
    agent: &Arc<Agent>,
    arguments: Arc<AgentArguments>,
    places: Places,
    open_files: u64,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(Kind::Other, error.to_string());
    let mut signals = Signals::new().map_err(failed)?;
    let (close, closing) = watch::channel(());
    let listeners = places.listen().await?;
    place::tell(agent.console, &listeners)?;
    notice::ready(agent.console);
    let connections = listener::connections(open_files, listeners.len());
    let accepting: Vec<_> = listeners
        .into_iter()
        .map(|own| tokio::spawn(own.run(Arc::clone(agent), connections, closing.clone())))
        .collect();
    signals.until_stopped(agent, &arguments).await;
    notice::stopping(agent.console);
    for task in accepting {
        task.abort();
        // Its listener is closed when it has ended.
        let _ = task.await;
    }
    places.leave();
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

/// Reports whether a warning is due. `warned` says when the last one was.
fn is_due(warned: &mut Option<Instant>) -> bool {
    let is_due = warned.is_none_or(|last| last.elapsed() >= WARNINGS);
    if is_due {
        *warned = Some(Instant::now());
    }
    is_due
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

impl Agent {
    /// Returns the profile of this name.
    fn profile(&self, name: &str) -> Result<Arc<Profile>, Problem> {
        let profiles = self.profiles();
        let profile = profiles.get(name).cloned();
        // The name may be a secret in the wrong place, so neither response nor log repeats it.
        profile.ok_or_else(|| Problem::not_found("the agent serves no profile of this name"))
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
        if !is_allowed && is_due(warned) {
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
        let is_successful = matches!(read, Ok(Ok(_)));
        self.last_reload_successful
            .store(is_successful, Ordering::Relaxed);
        match read {
            Ok(Ok(profiles)) => {
                let mut held = self
                    .profiles
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *held = Arc::new(profiles);
                self.console.advise("the profiles were read again");
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
