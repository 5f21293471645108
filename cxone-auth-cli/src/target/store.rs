//! Where processes share the token: a folder, or a server that several machines reach.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cxone_auth_core::config::{CredentialSource, Secret};
use cxone_auth_core::http::Uri;
use cxone_auth_core::settings::CredentialFiles as _;
use secrecy::{ExposeSecret as _, SecretString};

use super::definition::Definition;
use super::places::Places;
use super::settings::{Given, Settings};
use super::{Origin, secret};
use crate::arguments::TargetArguments;
use crate::failure::Failure;
use crate::output::word;
#[cfg(feature = "redis")]
use crate::wire;

/// The place that is set, or that of the user.
pub(crate) enum Place {
    /// The folder of the user's cache.
    OfUser,
    Folder {
        path: PathBuf,
        keys: Option<KeyFile>,
    },
    Server(Server),
}

/// The file with the keys that seal, and the setting that names it.
pub(crate) struct KeyFile {
    pub(crate) path: PathBuf,
    pub(crate) named_by: String,
}

/// A server for tokens, such as Redis or Valkey.
#[cfg_attr(
    not(feature = "redis"),
    expect(dead_code, reason = "read where there is a store on a server")
)]
pub(crate) struct Server {
    /// The address, which may hold a password.
    pub(crate) url: SecretString,
    /// What names the address.
    pub(crate) named_by: String,
    /// The address without user and password.
    pub(crate) shown: String,
    pub(crate) password: Option<Password>,
    pub(crate) keys: KeyFile,
    /// The host to which a password may be sent in clear text.
    pub(crate) insecure_host: Option<String>,
    /// Certificates to trust in addition to the system's.
    pub(crate) ca_file: Option<PathBuf>,
}

/// The password that is not a part of the address.
#[cfg_attr(
    not(feature = "redis"),
    expect(dead_code, reason = "read where there is a store on a server")
)]
pub(crate) enum Password {
    Text(SecretString),
    /// A command prints it, or a process that lasts reads its file. Both happen when the store is
    /// used.
    Command(Arc<dyn CredentialSource<Secret>>),
}

const PASSWORD: &str = "CXONE_AUTH_STORE_PASSWORD";

const INSECURE_HOST: &str = "CXONE_AUTH_INSECURE_HOST";

/// How a place is written, for the end of a sentence.
const WAYS: &str = "give rediss://host:port, redis://host:port for a server on this machine, \
                    unix:///path for a socket, or the absolute path of a folder";

impl Place {
    /// Reports whether a setting names it.
    pub(crate) fn is_set(&self) -> bool {
        !matches!(self, Self::OfUser)
    }

    /// Returns its name as far as it may be shown.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::OfUser => "the folder of the user".to_owned(),
            Self::Folder { path, .. } => secret::shown(path).display().to_string(),
            Self::Server(server) => server.shown.clone(),
        }
    }

    /// Says how to find out more about a store that is set, for the end of a sentence.
    pub(crate) fn advice(&self) -> String {
        if !self.is_set() {
            return String::new();
        }
        let keys = match self {
            Self::OfUser => None,
            Self::Folder { keys, .. } => keys.as_ref(),
            Self::Server(server) => Some(&server.keys),
        };
        let keys = match keys {
            Some(keys) => format!(
                " --store-key-file {}",
                word(&secret::shown(&keys.path).display().to_string())
            ),
            None => String::new(),
        };
        let store = word(&self.shown());
        format!("; cxone-auth doctor --store {store}{keys} says more")
    }

    pub(super) fn of(settings: &Settings) -> Result<Self, Failure> {
        let Some(given) = settings.named("store") else {
            return Ok(Self::OfUser);
        };
        check_password(settings, given)?;
        let keys = settings.named("store-key-file").map(KeyFile::of);
        let text = given.value.expose_secret();
        match text.split_once("://") {
            None if is_a_socket(Path::new(text)) => {
                Err(wrong(given, &format!("is a socket: write unix://{text}")))
            }
            None if Path::new(text).is_absolute() => Ok(Self::Folder {
                path: text.into(),
                keys,
            }),
            None => Err(wrong(
                given,
                &format!("is neither a URL nor an absolute path: {WAYS}"),
            )),
            Some(("redis" | "rediss" | "valkey" | "valkeys" | "unix", _)) => {
                server(settings, given, keys).map(Self::Server)
            }
            Some((scheme, _)) if is_a_name(scheme) => Err(wrong(
                given,
                &format!("has the unknown scheme {scheme}: {WAYS}"),
            )),
            Some(_) => Err(wrong(given, &format!("has an unknown scheme: {WAYS}"))),
        }
    }
}

impl KeyFile {
    /// Returns the file that the variables and the default profile name.
    pub(crate) fn without_flags() -> Result<Option<Self>, Failure> {
        let arguments = TargetArguments::default();
        let given = Places::new(&arguments)?.find(Definition::named("store-key-file"))?;
        Ok(given.as_ref().map(Self::of))
    }

    fn of(given: &Given) -> Self {
        Self {
            path: given.value.expose_secret().into(),
            named_by: given.origin.to_string(),
        }
    }
}

#[cfg(feature = "redis")]
impl Password {
    /// Returns the password.
    pub(crate) fn read(&self) -> Result<SecretString, Failure> {
        match self {
            Self::Text(password) => Ok(password.clone()),
            Self::Command(source) => {
                let read = wire::wait(source.read());
                let read = read.map_err(|error| Failure::configuration(error.to_string()))?;
                Ok(read.expose_secret().into())
            }
        }
    }
}

#[cfg(unix)]
fn is_a_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    let metadata = path.metadata();
    path.is_absolute() && metadata.is_ok_and(|own| own.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_a_socket(_: &Path) -> bool {
    false
}

fn server(settings: &Settings, given: &Given, keys: Option<KeyFile>) -> Result<Server, Failure> {
    let password = password(settings)?;
    let text = given.value.expose_secret();
    let shown = if text.starts_with("unix://") {
        // The path is shown. What other programs write behind it may be a password.
        if text.contains(['?', '#']) {
            let what = "has a query or a fragment, which the address of a socket does not have: \
                        give unix:// and the path, and the password as --store-password-file";
            return Err(wrong(given, what));
        }
        text.to_owned()
    } else {
        check_way(settings, given, password.is_some())?
    };
    let Some(keys) = keys else {
        return Err(wrong(
            given,
            "is a server, and what is there is sealed with keys that all who share it have: make \
             them with cxone-auth store-key new, and give their file as --store-key-file",
        )
        .about("store-key-file"));
    };
    Ok(Server {
        named_by: given.origin.to_string(),
        shown,
        url: given.value.clone(),
        password,
        keys,
        insecure_host: settings.value(INSECURE_HOST).map(str::to_owned),
        ca_file: settings.value("CXONE_AUTH_CA_FILE").map(PathBuf::from),
    })
}

/// Checks that no password goes to the server in clear text. Returns the address without one.
fn check_way(settings: &Settings, given: &Given, has_other: bool) -> Result<String, Failure> {
    let parsed: Result<Uri, _> = given.value.expose_secret().parse();
    let address = parsed.map_err(|_| wrong(given, "is not a URL: give rediss://host:port"))?;
    let host = address.host().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| wrong(given, "names no host: give rediss://host:port"))?;
    let has_password = has_password(&address);
    if has_password && has_other {
        let other = settings.name_of(PASSWORD);
        let what = format!("has a password, and so has {other}: keep one of them");
        return Err(wrong(given, &what));
    }
    let is_in_clear = ["redis", "valkey"].contains(&address.scheme_str().unwrap_or_default());
    let is_read = is_in_clear && !is_loopback(host) && !is_allowed(settings, &address);
    if is_read && (has_password || has_other) {
        let what = format!(
            "would send the password to {host} in clear text: give rediss://, or allow it with \
             --insecure-host {host}"
        );
        return Err(wrong(given, &what));
    }
    Ok(without_user(&address))
}

fn password(settings: &Settings) -> Result<Option<Password>, Failure> {
    let Some(given) = settings.find(PASSWORD) else {
        return Ok(None);
    };
    let is_read_later = settings.reads_again && given.file.is_some();
    if given.command.is_some() || is_read_later {
        return Ok(Some(Password::Command(settings.secret(PASSWORD))));
    }
    // Elsewhere, an empty value leaves the setting open. A file is meant to hold something.
    if given.value.expose_secret().is_empty() {
        let what = format!(
            "{}: the file is empty: put the password into it",
            given.origin
        );
        return Err(Failure::configuration(what).about("store-password"));
    }
    Ok(Some(Password::Text(given.value.clone())))
}

/// Refuses a password that everybody can read, and one that the wrong setting would send somewhere.
fn check_password(settings: &Settings, store: &Given) -> Result<(), Failure> {
    let is_typed = store.origin == Origin::Flag("--store");
    if is_typed && store.value.expose_secret().contains('@') {
        return Err(Failure::usage(
            "--store takes no user and password, since every user of the machine can read a \
             command line: give the password's file as --store-password-file, or set \
             CXONE_AUTH_STORE",
        )
        .about("store"));
    }
    let password = settings.named("store-password");
    let password = password.filter(|own| own.origin.is_profile());
    match (password, store.origin.variable()) {
        (Some(password), Some(variable)) => Err(Failure::configuration(format!(
            "the variable {variable} would decide where {} is sent: unset the variable, and give \
             the setting by --store or in the profile",
            password.origin
        ))
        .about("store")),
        _ => Ok(()),
    }
}

fn wrong(given: &Given, what: &str) -> Failure {
    Failure::configuration(format!("{} {what}", given.origin)).about("store")
}

fn is_a_name(scheme: &str) -> bool {
    scheme.len() < 16 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn has_password(address: &Uri) -> bool {
    let authority = address.authority().map_or("", |own| own.as_str());
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.split_once(':')
        .is_some_and(|(_, password)| !password.is_empty())
}

fn without_user(address: &Uri) -> String {
    let scheme = address.scheme_str().unwrap_or_default();
    let authority = address.authority().map_or("", |own| own.as_str());
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}")
}

fn is_loopback(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']');
    let is_near = |address: IpAddr| address.is_loopback();
    host.eq_ignore_ascii_case("localhost") || number.parse().is_ok_and(is_near)
}

fn is_allowed(settings: &Settings, address: &Uri) -> bool {
    let Some(allowed) = settings.value(INSECURE_HOST) else {
        return false;
    };
    let host = address.host().unwrap_or_default();
    let port = address.port_u16().unwrap_or(6_379);
    allowed.eq_ignore_ascii_case(host) || allowed.eq_ignore_ascii_case(&format!("{host}:{port}"))
}
