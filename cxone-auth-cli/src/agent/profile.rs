//! The profiles that the agent serves: for each its source of tokens, and the way to its API.

mod way;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use cxone_auth_core::discovery::discover;
use cxone_auth_core::session::Status;
use cxone_auth_core::source::Event;
use cxone_auth_core::{Error, Moment, ScopeSet, TokenSource};
use cxone_auth_hyper::BearerLayer;
use tokio::sync::Mutex;
use tower_layer::Layer as _;

use self::way::Way;
use super::metrics::{self, Tally};
use super::path;
use super::problem::Problem;
use super::upload::Upload;
use crate::arguments::{AgentArguments, TargetArguments};
use crate::console::Console;
use crate::directory;
use crate::failure::Failure;
use crate::store::Shared;
use crate::target::{self, Target};
use crate::visible::visible_name;
use crate::words;

pub(super) use self::way::Api;

/// How long an issuer that failed is not asked again.
const PAUSE: Duration = Duration::from_secs(5);

/// The profiles, by name.
pub(super) type Profiles = BTreeMap<String, Arc<Profile>>;

/// One profile of `config.toml`.
pub(super) struct Profile {
    ready: OnceLock<Arc<Ready>>,
    /// What has to be known first. Whoever asks the issuer holds it.
    pending: Mutex<Pending>,
    settings: Settings,
}

/// What serves the requests of a profile.
pub(super) struct Ready {
    pub(super) source: TokenSource,
    /// Where the API calls of the profile are sent.
    pub(super) api: Api,
    /// The scopes that the profile requests.
    pub(super) scope: ScopeSet,
    /// The shortest time between two renewals that a rejection forces.
    pub(super) pause: Duration,
    way: Way,
    /// Whether the source shares its token through a store.
    has_store: bool,
}

/// A target whose token endpoint an issuer may have to name.
struct Pending {
    target: Target,
    /// The store that is set.
    store: Option<Shared>,
    failed: Option<(Error, Instant)>,
}

#[derive(Clone)]
struct Settings {
    name: String,
    max_wait: Duration,
    console: Console,
    tally: Arc<Tally>,
}

/// Reads the profiles that the arguments name, or all of `config.toml`. A profile of `old` keeps its
/// token and its cool-down if its server and its client are the same.
pub(super) fn load(
    arguments: &AgentArguments,
    old: &Profiles,
    console: Console,
) -> Result<Profiles, Failure> {
    let names = names(arguments, console)?.into_iter();
    if old.is_empty() {
        warn_of_variables(console);
    }
    // At the start, a draft would keep all others from being served.
    let is_one_of_many = arguments.profile.is_empty() && old.is_empty() && names.len() > 1;
    let in_words = |failure: Failure| {
        if is_one_of_many {
            failure.followed_by("; or serve only some: --profile NAME")
        } else {
            failure
        }
    };
    let profiles = names.map(|name| {
        let old = old.get(&name);
        let settings = Settings {
            name: name.clone(),
            max_wait: arguments.max_wait,
            console,
            tally: metrics::continued(old.map(|profile| profile.tally())),
        };
        let old = old.and_then(|profile| profile.ready.get());
        let target = TargetArguments {
            profile: Some(name.clone()),
            is_one_of_many: true,
            ..TargetArguments::default()
        };
        let profile = Profile::read(&target, settings, old.map(|old| &**old));
        Ok((name, profile.map_err(|own| in_words(own.in_a_profile()))?))
    });
    let profiles: Vec<_> = profiles.collect::<Result<_, Failure>>()?;
    // Only now, when all of them are read: a file that is wrong in one place changes nothing.
    let profiles = profiles.into_iter().map(|(name, mut profile)| {
        profile.take_effect();
        (name, Arc::new(profile))
    });
    Ok(profiles.collect())
}

/// Makes the one profile of an agent that serves one target.
pub(super) fn only(
    name: &str,
    target: &TargetArguments,
    max_wait: Duration,
    console: Console,
) -> Result<Profiles, Failure> {
    let settings = Settings {
        name: name.to_owned(),
        max_wait,
        console,
        tally: metrics::continued(None),
    };
    let profile = Profile::read(target, settings, None)?;
    Ok(Profiles::from([(name.to_owned(), Arc::new(profile))]))
}

/// Warns of variables that would fill every profile alike.
fn warn_of_variables(console: Console) {
    let ignored = target::variables_of_one_target();
    if !ignored.is_empty() {
        console.warn(&format!(
            "the agent does not read {}: set them in each profile",
            ignored.join(", ")
        ));
    }
}

fn names(arguments: &AgentArguments, console: Console) -> Result<Vec<String>, Failure> {
    if arguments.profile.is_empty() {
        let mut names = target::profile_names()?;
        names.retain(|name| path::is_segment(name) || skip(name, console));
        if names.is_empty() {
            let file = directory::config_file().unwrap_or_default();
            return Err(Failure::configuration(format!(
                "{}: there is no profile that can be served: add [profile.NAME]",
                file.display()
            )));
        }
        return Ok(names);
    }
    match arguments
        .profile
        .iter()
        .find(|name| !path::is_segment(name))
    {
        None => Ok(arguments.profile.clone()),
        Some(name) => Err(Failure::configuration(format!(
            "profile {} cannot be served, since its name cannot stand in a path: use letters, \
             digits, and - . _ ~",
            visible_name(name)
        ))),
    }
}

fn skip(name: &str, console: Console) -> bool {
    console.warn(&format!(
        "profile {} is not served, since its name cannot stand in a path",
        visible_name(name)
    ));
    false
}

impl Profile {
    fn read(
        arguments: &TargetArguments,
        settings: Settings,
        old: Option<&Ready>,
    ) -> Result<Self, Failure> {
        let named = |failure| named(failure, arguments.profile.as_deref());
        let pending = Pending::read(arguments, settings.console).map_err(named)?;
        let ready = OnceLock::new();
        if !pending.target.is_to_be_discovered() {
            let made = pending.ready(&settings, old);
            let made = made.map_err(|error| named(error.into()))?;
            ready.get_or_init(|| Arc::new(made));
        }
        Ok(Self {
            ready,
            pending: Mutex::new(pending),
            settings,
        })
    }

    /// Gives a source that was kept the configuration that was read.
    fn take_effect(&mut self) {
        if let Some(ready) = self.ready.get() {
            let config = &self.pending.get_mut().target.config;
            ready.source.replace_config(config.clone());
        }
    }

    pub(super) fn tally(&self) -> &Arc<Tally> {
        &self.settings.tally
    }

    /// Returns the status of the source, if there is one.
    pub(super) fn status(&self) -> Option<Status> {
        self.ready.get().map(|ready| ready.source.status())
    }

    /// Returns what serves the requests. Asks the issuer first, if that names the token endpoint:
    /// one request for all who wait.
    pub(super) async fn ready(&self) -> Result<Arc<Ready>, Problem> {
        if let Some(ready) = self.ready.get() {
            return Ok(Arc::clone(ready));
        }
        let mut pending = self.pending.lock().await;
        if let Some(ready) = self.ready.get() {
            return Ok(Arc::clone(ready));
        }
        let recent = pending.failed.as_ref();
        let recent = recent.map(|(error, since)| (error, PAUSE.saturating_sub(since.elapsed())));
        if let Some((error, left)) = recent.filter(|(_, left)| !left.is_zero()) {
            return Err(Problem::no_token(Moment::now(), error).after(left));
        }
        match pending.discover(&self.settings).await {
            Ok(ready) => Ok(Arc::clone(self.ready.get_or_init(|| Arc::new(ready)))),
            Err(error) => {
                let problem = Problem::no_token(Moment::now(), &error).after(PAUSE);
                pending.failed = Some((error, Instant::now()));
                Err(problem)
            }
        }
    }
}

/// Returns the failure with the name of its profile, unless its line has it.
fn named(failure: Failure, profile: Option<&str>) -> Failure {
    match profile.map(|name| format!("profile {name}")) {
        Some(place) if !failure.message().contains(&place) => failure.at(&place),
        _ => failure,
    }
}

impl Pending {
    fn read(arguments: &TargetArguments, console: Console) -> Result<Self, Failure> {
        let target = Target::resolve_to_keep(arguments)?;
        target.check_credentials()?;
        target.warn_and_tell(console);
        let store = Shared::that_is_set(&target, console)?;
        let failed = None;
        Ok(Self {
            target,
            store,
            failed,
        })
    }

    async fn discover(&mut self, settings: &Settings) -> Result<Ready, Error> {
        if let Some(discovery) = &self.target.discovery {
            let way = Way::new(&self.target.transport)?;
            let metadata = discover(&way.transport(&self.target), &discovery.issuer).await?;
            self.target.use_metadata(metadata)?;
        }
        self.ready(settings, None)
    }

    fn ready(&self, settings: &Settings, old: Option<&Ready>) -> Result<Ready, Error> {
        Ready::new(&self.target, self.store.as_ref(), settings, old)
    }
}

impl Ready {
    fn new(
        target: &Target,
        store: Option<&Shared>,
        settings: &Settings,
        old: Option<&Self>,
    ) -> Result<Self, Error> {
        // No store can be taken away from a source.
        let kept = old
            .filter(|old| old.way.is_of(&target.transport) && (store.is_some() || !old.has_store));
        let (source, way) = if let Some(old) = kept {
            (old.source.clone(), old.way.clone())
        } else {
            let way = Way::new(&target.transport)?;
            let source = TokenSource::new(target.config.clone(), way.transport(target));
            settings.clone().tell_events_of(&source);
            (source, way)
        };
        let source = match store {
            Some(store) => store.give_to(source, target),
            None => source,
        };
        let replay: fn(&Upload) -> Option<Upload> = Upload::again;
        let layer = BearerLayer::with_replay(source.clone(), replay);
        Ok(Self {
            api: layer.with_max_wait(settings.max_wait).layer(way.client()),
            scope: target.config.scope().clone(),
            pause: target.config.renewal().min_forced_interval(),
            source,
            way,
            has_store: store.is_some(),
        })
    }
}

impl Settings {
    fn tell_events_of(self, source: &TokenSource) {
        let tell = move |event: &Event| {
            let (name, console) = (&self.name, self.console);
            self.tally.saw(event);
            match event {
                Event::Failed { error, .. } | Event::CoolDownStarted { error, .. } => {
                    let (event, error) = (event.to_string(), error.in_words(words::of_a_profile));
                    let error = error.to_string();
                    // The error of a request may begin as the event does.
                    let rest = error.strip_prefix(&*event).unwrap_or(&error);
                    let rest = rest.trim_start_matches(": ");
                    console.warn(&format!("profile {name}: {event}: {rest}"));
                }
                Event::StoreFailed { error } => {
                    console.warn(&format!("profile {name}: {event}: {error}"));
                }
                event => console.note(&format!("profile {name}: {event}")),
            }
        };
        source.events(tell).detach();
    }
}
