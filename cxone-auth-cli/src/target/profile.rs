//! A profile of `config.toml`.

pub(super) mod default;
pub mod fuzzing;
mod settings;
mod stranger;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use cxone_auth_credentials::CommandSecret;
use secrecy::SecretString;

pub(crate) use self::settings::nearest;
use self::settings::{HEADERS, PARAMS, Settings, shown};

use super::definition::{DEFINITIONS, Definition};
use super::secret::Secret;
use super::{Origin, file, header, looks};
use crate::directory;
use crate::failure::Failure;

/// What a profile needs at least.
#[cfg(unix)]
const EXAMPLE: &str = "\
\x20 [profile.production]
  region = \"eu-central-1\"
  client-id = \"the client id\"
  client-secret-file = \"production.secret\"  # a path, from this folder
A variable such as CXONE_AUTH_CLIENT_ID is the key client-id.";

/// Far more than anybody has profiles for.
const LONGEST: u64 = 1 << 20;

/// The settings of one profile. Each is text, which is checked like that of a flag.
pub(super) struct Profile {
    pub(super) name: String,
    file: PathBuf,
    settings: Settings,
}

/// Returns the names of all profiles of `config.toml`.
#[cfg(unix)]
pub(crate) fn names() -> Result<Vec<String>, Failure> {
    let file =
        directory::config_file().ok_or_else(|| Failure::configuration(directory::NO_CONFIG))?;
    let wrong = |what: String| Failure::configuration(format!("{}: {what}", file.display()));
    let text = match text_of(&file) {
        Ok((_, text)) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let what = format!(
                "{error}: write a profile there, or let cxone-auth exec -- PROGRAM run one program \
                 with the settings of variables"
            );
            return Err(wrong(what).with_example(EXAMPLE));
        }
        Err(error) => return Err(wrong(error.to_string())),
    };
    let names = Settings::names(&text).map_err(wrong)?;
    if names.is_empty() {
        let what = "there is no profile that can be served: add [profile.NAME]";
        return Err(wrong(what.to_owned()).with_example(EXAMPLE));
    }
    Ok(names)
}

/// Checks that `config.toml` has this profile. Returns why the file cannot be read: whoever cannot
/// read it may know better.
#[cfg(unix)]
pub(crate) fn check_name(name: &str, asked_by: &Origin) -> Result<Option<String>, Failure> {
    let Some(file) = directory::config_file() else {
        return Ok(Some("no variable says where config.toml is".to_owned()));
    };
    match text_of(&file) {
        Ok((_, text)) => Settings::check_name(&text, name, asked_by)
            .map(|()| None)
            .map_err(|what| Failure::configuration(format!("{}: {what}", file.display()))),
        Err(error) => Ok(Some(format!("{}: {error}", file.display()))),
    }
}

fn text_of(file: &Path) -> io::Result<(File, String)> {
    // All that is said of the file is said of what was opened: its path may lead elsewhere soon.
    let opened = file::open(file)?;
    let bytes = file::read_all(&opened, LONGEST)?;
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))?;
    Ok((opened, text))
}

impl Profile {
    pub(super) fn read(name: &str, asked_by: &Origin) -> Result<Self, Failure> {
        let file = directory::config_file().ok_or_else(|| {
            Failure::configuration(format!("{asked_by}: {}", directory::NO_CONFIG))
        })?;
        let wrong = |what: String| Failure::configuration(format!("{}: {what}", file.display()));
        let asked = |error: io::Error| {
            let what = match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => error.to_string(),
            };
            let shown = shown(name);
            wrong(format!("{what}; {asked_by} asks for its [profile.{shown}]"))
        };
        let (opened, text) = text_of(&file).map_err(asked)?;
        let profile = Self {
            name: name.to_owned(),
            settings: Settings::parse(&text, name, asked_by).map_err(wrong)?,
            file: file.clone(),
        };
        profile.check_mode(&opened).map_err(wrong)?;
        profile.check_owner(&opened).map_err(wrong)?;
        Ok(profile)
    }

    pub(super) fn text(&self, key: &str) -> Option<(SecretString, Origin)> {
        let text = self.settings.text(key)?;
        Some((SecretString::from(self.value(key, text)), self.origin(key)))
    }

    pub(super) fn path(&self, key: &str) -> Option<(PathBuf, Origin)> {
        let text = self.settings.text(key)?;
        Some((self.resolve(text), self.origin(key)))
    }

    /// The command of this key. A path of its program counts from the profile's folder, and a bare
    /// name is found by the search path.
    pub(super) fn command(&self, key: &str) -> Option<(CommandSecret, Origin)> {
        let words = self.settings.command(key)?;
        let (program, arguments) = words.split_first()?;
        let program = if program.contains('/') {
            self.resolve(program)
        } else {
            PathBuf::from(program)
        };
        let command = CommandSecret::new(program, arguments.iter().copied());
        Some((command, self.origin(key)))
    }

    pub(super) fn parameters(&self) -> Vec<(String, SecretString, Origin)> {
        let parameters = self.settings.parameters();
        parameters
            .map(|(name, value)| {
                let origin = self.origin(&format!("{PARAMS}.{}", shown(name)));
                (name.to_owned(), SecretString::from(value), origin)
            })
            .collect()
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.headers()
    }

    /// The value of this header field, or what is in the file that it names.
    pub(super) fn header(&self, name: &str, value: &str) -> Result<Secret, Failure> {
        let origin = self.origin(&format!("{HEADERS}.{}", shown(name)));
        header::read(value, origin, |path| self.resolve(path))
    }

    fn value(&self, key: &str, text: &str) -> String {
        let is_path = |own: &Definition| own.name == key && own.is_path;
        // A store is a folder or a server. What has a colon is meant as a server.
        let is_folder = key == "store" && !text.contains(':');
        if text.is_empty() || !is_folder && !DEFINITIONS.iter().any(is_path) {
            return text.to_owned();
        }
        let path = self.resolve(text);
        // What stands there in place of a path is refused later, as it is.
        if !path.exists() && looks::like_contents(text) {
            return text.to_owned();
        }
        path.to_string_lossy().into_owned()
    }

    fn origin(&self, key: &str) -> Origin {
        Origin::Profile {
            file: self.file.clone(),
            name: self.name.clone(),
            key: key.to_owned(),
        }
    }

    /// A path as it is meant in the file: from its folder, or from the home directory.
    fn resolve(&self, path: &str) -> PathBuf {
        let below_home = path.strip_prefix("~/");
        if let (Some(rest), Some(home)) = (below_home, directory::home()) {
            return home.join(rest);
        }
        let folder = self.file.parent().unwrap_or(Path::new(""));
        folder.join(path)
    }

    /// Checks that nobody else can write what is run.
    fn check_owner(&self, opened: &File) -> Result<(), String> {
        let Some(key) = self.settings.first_command() else {
            return Ok(());
        };
        match stranger::who_can_write(&self.file, opened) {
            None => Ok(()),
            Some(what) => Err(format!(
                "profile {}: {key} is not run: {what}, so that others decide what is run",
                self.name
            )),
        }
    }

    fn check_mode(&self, opened: &File) -> Result<(), String> {
        let name = &self.name;
        match self.settings.secret() {
            Some(key) if !is_private(opened) => Err(format!(
                "profile {name}: {key} is a secret in a file that others can read: chmod 600 the \
                 file{}",
                elsewhere(&key)
            )),
            _ => Ok(()),
        }
    }
}

/// Where else the secret of this key can stand.
fn elsewhere(key: &str) -> &'static str {
    match key {
        "client-secret" => ", or name a file of its own in client-secret-file",
        "access-key-secret" => ", or name a file of its own in access-key-secret-file",
        "proxy" => ", or set HTTPS_PROXY",
        "store" | "store-password" => ", or name a file with the password in store-password-file",
        _ => "",
    }
}

/// The permissions of everybody but the owner.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Whether nobody but the file's owner can read it.
#[cfg(unix)]
fn is_private(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & OTHERS == 0)
}

/// Elsewhere a user's folders are private by inheritance.
#[cfg(not(unix))]
fn is_private(_file: &File) -> bool {
    true
}
