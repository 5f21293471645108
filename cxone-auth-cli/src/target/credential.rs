//! What proves the client if it is no constant secret: read and checked before a request, so that an
//! error names the setting and the file.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use cxone_auth_core::config::{
    Assertion, Attempt, CredentialError, CredentialSource, Secret, SigningKey,
};
use cxone_auth_core::settings::CredentialFiles;
use cxone_auth_core::transport::{ClientCertificate, PemFile};
use cxone_auth_core::{Config, Error, Moment};
use cxone_auth_credentials::{FileAssertion, FileKey, Files};
use secrecy::ExposeSecret as _;

use super::once::Once;
use super::settings::{Given, Settings};
use super::{connection, secret};
use crate::arguments::timeout;
use crate::failure::Failure;
use crate::visible::{visible, visible_name};
use crate::wire;

/// What proves the client, besides a constant secret.
pub(crate) struct Credential {
    place: String,
    proof: Proof,
}

enum Proof {
    Key(SigningKey),
    Assertion(Assertion),
    /// The certificate of the connection, in PEM.
    Certificate(String),
    /// The program, and what tells the command from others.
    Command(PathBuf, String),
}

impl Credential {
    /// Reads the key or the assertion that proves the client, if one does. No command is run.
    pub(super) fn read(settings: &mut Settings) -> Result<Vec<Self>, Failure> {
        let commands = settings.given.iter();
        let commands = commands.filter(|own| own.name() != "store-password");
        let mut read: Vec<Read> = commands.filter_map(command).collect();
        let mut open_key = None;
        if let Some(given) = settings.named("key") {
            read.push(key(settings, given)?);
        } else if let Some(given) = settings.named("assertion-file") {
            read.push(assertion(settings, given)?);
        }
        if let Some((given, shown)) = connection::certificate(settings) {
            // Without a file of its own, the key is in the one of the certificate.
            let key = settings.named("cert-key").unwrap_or(given);
            let file = FileKey::new(path(key)?);
            open_key = file.is_readable_by_others().then(|| place(key));
            read.push((certificate(given, &shown)?, false));
        }
        let open = read.iter().filter(|(_, is_open)| *is_open);
        let open = open.map(|(own, _)| &own.place).chain(&open_key);
        let notes = open.map(|place| {
            format!("{place}: others on this machine can read the file: chmod 600 it")
        });
        let missing = read.iter().filter_map(|(own, _)| own.missing_program());
        let notes: Vec<_> = notes.chain(missing).collect();
        settings.notes.extend(notes);
        Ok(read.into_iter().map(|(own, _)| own).collect())
    }

    /// Puts the setting and the file before an error about a credential that could not be read.
    pub(crate) fn place(credentials: &[Self], failure: Failure) -> Failure {
        let mut printed = credentials.iter().filter_map(|own| match &own.proof {
            Proof::Command(program, ..) => Some((own, program)),
            _ => None,
        });
        match (credentials, printed.next(), printed.next()) {
            ([only], None, _) if failure.is_about_reading() => failure.at(&only.place),
            (_, Some((own, program)), None) if failure.is_about_reading() => {
                failure.at(&own.place).advised(Some(by_hand(program)))
            }
            (_, Some((own, program)), None) if failure.is_about_the_secret() => failure
                .at(&format!("{} (command {})", own.place, program.display()))
                .advised(Some(by_hand(program))),
            _ => failure,
        }
    }

    /// Says that the program of a command is not there.
    fn missing_program(&self) -> Option<String> {
        let Proof::Command(program, ..) = &self.proof else {
            return None;
        };
        let (place, shown) = (&self.place, program.display());
        if program.components().count() > 1 {
            let is_there = program.exists();
            return (!is_there).then(|| format!("{place}: there is no program {shown}"));
        }
        let folders = env::var_os("PATH").unwrap_or_default();
        let is_there = env::split_paths(&folders).any(|folder| folder.join(program).exists());
        (!is_there).then(|| format!("{place}: no folder of PATH has a program {shown}"))
    }

    /// Checks that it can be sent: an assertion may have expired, or be another client's.
    pub(crate) fn check(&self, config: &Config) -> Result<(), Failure> {
        let Proof::Assertion(assertion) = &self.proof else {
            return Ok(());
        };
        let attempt = Attempt::new().with_assertion(assertion.clone());
        let checked = config.for_attempt(Moment::now(), &attempt);
        let named = |error| Failure::from(error).at(&self.place);
        checked.map(drop).map_err(named)
    }

    /// Says in lines how the client authenticates.
    pub(crate) fn lines(&self, audience: &str) -> Vec<String> {
        match &self.proof {
            Proof::Key(key) => {
                let named =
                    |name, id: Option<&str>| id.map(|id| format!(", {name} {}", visible_name(id)));
                let key_id = named("key id", key.key_id());
                let certificate = named("certificate", key.certificate_thumbprint());
                let algorithm = key.algorithm();
                let method = format!(
                    "authenticates by private_key_jwt: {algorithm}{}{}",
                    key_id.unwrap_or_else(|| ", no key id".to_owned()),
                    certificate.unwrap_or_default()
                );
                vec![
                    visible(&method),
                    visible(&format!("audience of the assertions: {audience}")),
                ]
            }
            Proof::Assertion(assertion) => {
                let claim =
                    |claim: Option<&str>| claim.map_or("not stated".to_owned(), visible_name);
                let (issuer, subject) = (claim(assertion.issuer()), claim(assertion.subject()));
                let audience = assertion.audience().join(", ");
                let audience = claim(Some(&*audience).filter(|own| !own.is_empty()));
                vec![
                    "authenticates by an assertion that is made elsewhere".to_owned(),
                    visible(&format!(
                        "issuer {issuer}, subject {subject}, audience {audience}, {}",
                        end(assertion)
                    )),
                ]
            }
            Proof::Certificate(_) => {
                vec!["the TLS connection shows the client's certificate".to_owned()]
            }
            Proof::Command(..) => Vec::new(),
        }
    }

    /// Whether a key signs the assertions here.
    pub(super) fn is_key(&self) -> bool {
        matches!(self.proof, Proof::Key(_))
    }

    /// Whether the library cannot tell it from another one, or would run a command for that.
    pub(crate) fn has_own_identity(&self) -> bool {
        match &self.proof {
            Proof::Key(_) => false,
            Proof::Assertion(own) => own.issuer().is_none() || own.subject().is_none(),
            Proof::Certificate(_) | Proof::Command(..) => true,
        }
    }

    /// What the name of a cached token contains of it: all that the server sees of a key. Two
    /// assertions of one issuer and subject are the same credential; of any other, only the text
    /// tells whose it is.
    pub(crate) fn identity(&self, config: &Config) -> Vec<String> {
        let texts = match &self.proof {
            Proof::Key(key) => return identity_of_key(key, config),
            Proof::Assertion(assertion) => match (assertion.issuer(), assertion.subject()) {
                (Some(issuer), Some(subject)) => vec!["assertion", issuer, subject],
                _ => vec!["assertion of nobody", assertion.expose_secret()],
            },
            Proof::Certificate(pem) => vec!["certificate", pem],
            Proof::Command(_, identity) => vec!["command", identity],
        };
        texts.into_iter().map(str::to_owned).collect()
    }
}

/// The key, what names it, and to whom its assertions are addressed.
fn identity_of_key(key: &SigningKey, config: &Config) -> Vec<String> {
    let given = |text: Option<&str>| text.unwrap_or_default().to_owned();
    vec![
        "key".to_owned(),
        key.algorithm().to_string(),
        given(key.jwk_thumbprint()),
        given(key.key_id()),
        given(key.certificate_thumbprint()),
        config.audience(),
    ]
}

type Read = (Credential, bool);

fn key(settings: &Settings, given: &Given) -> Result<Read, Failure> {
    let path = path(given)?;
    let mut file = FileKey::new(path);
    if let Some(id) = settings.named("key-id") {
        file = file.with_key_id(id.value.expose_secret());
    }
    let read = |file: &FileKey| wire::wait(CredentialSource::<SigningKey>::read(file));
    let mut at_fault = given;
    if let Some(certificate) = settings.named("cert") {
        // A key that can be read without the certificate is not at fault.
        if read(&file).is_ok() {
            at_fault = certificate;
        }
        file = file.with_certificate(self::path(certificate)?);
    }
    let once = Once::new(Arc::new(file.clone()), &given.memory.key);
    let key = wire::wait(once.read()).map_err(|error| unreadable(at_fault, &error))?;
    Ok((of(given, Proof::Key(key)), file.is_readable_by_others()))
}

fn assertion(settings: &Settings, given: &Given) -> Result<Read, Failure> {
    let file = FileAssertion::new(path(given)?);
    let source = CredentialFiles::assertion(settings, given.value.expose_secret());
    let read = wire::wait(source.read());
    let assertion = read.map_err(|error| unreadable(given, &error))?;
    let is_open = file.is_readable_by_others();
    Ok((of(given, Proof::Assertion(assertion)), is_open))
}

/// Reads the certificate, and checks that its key belongs to it.
fn certificate(given: &Given, shown: &ClientCertificate) -> Result<Credential, Failure> {
    let path = path(given)?;
    let pem = Files.certificates(&path.to_string_lossy());
    let pem = pem.map_err(|error| unreadable(given, &error))?;
    let loaded = shown.load(pem_file);
    loaded.map_err(|error| {
        Failure::from(Error::of_transport(error))
            .behind(&given.origin)
            .about(given.name())
    })?;
    let pem = String::from_utf8_lossy(&pem).into_owned();
    Ok(of(given, Proof::Certificate(pem)))
}

/// Reads a file, and waits for nothing such as a pipe.
pub(crate) fn pem_file(path: &Path) -> io::Result<PemFile> {
    let read = Files.certificates(&path.to_string_lossy());
    read.map(PemFile::new).map_err(io::Error::other)
}

fn command(given: &Given) -> Option<Read> {
    let command = given.command.as_ref()?;
    let program = command.program().to_owned();
    let identity = CredentialSource::<Secret>::name(command)?;
    let place = given.origin.to_string();
    let proof = Proof::Command(program, identity);
    Some((Credential { place, proof }, false))
}

fn of(given: &Given, proof: Proof) -> Credential {
    let place = place(given);
    Credential { place, proof }
}

/// The setting, and the path if it may be shown.
fn place(given: &Given) -> String {
    let path = secret::shown(Path::new(given.value.expose_secret()));
    format!("{} ({})", given.origin, path.display())
}

/// The path, if it may be shown. A user may give what is in the file instead.
fn path(given: &Given) -> Result<&Path, Failure> {
    let path = Path::new(given.value.expose_secret());
    let shown = secret::shown(path);
    if shown == path {
        return Ok(path);
    }
    let (origin, shown) = (&given.origin, shown.display());
    let message = format!("{origin} ({shown}): there is no such file");
    Err(Failure::configuration(message).about(given.name()))
}

/// The error names the file, and never says what is in it.
fn unreadable(given: &Given, error: &CredentialError) -> Failure {
    let source = std::error::Error::source(error).filter(|source| !is_in_words(*source));
    let source = source.map(|source| format!(": {source}"));
    let message = format!("{}: {error}{}", given.origin, source.unwrap_or_default());
    Failure::configuration(message).about(given.name())
}

/// Reports whether the error already says in words of ours what the operating system says.
fn is_in_words(source: &(dyn std::error::Error + 'static)) -> bool {
    use io::ErrorKind::{IsADirectory, NotFound, PermissionDenied};
    let source = source.downcast_ref::<io::Error>();
    source.is_some_and(|own| [NotFound, PermissionDenied, IsADirectory].contains(&own.kind()))
}

fn by_hand(program: &Path) -> String {
    let program = program.display();
    format!("run {program} by hand with the same arguments, and look at what it prints")
}

impl Settings {
    /// What the library sees of the variable of a secret's file: the variable of the secret, if a
    /// command prints it, or if its file is read for each request.
    pub(super) fn secret_file(&self, variable: &str) -> Option<String> {
        let secret = variable.strip_suffix("_FILE")?;
        let is_read_later =
            |own: &Given| own.command.is_some() || self.reads_again && own.file.is_some();
        let is_read_later = self.find(secret).is_some_and(is_read_later);
        is_read_later.then(|| secret.to_owned())
    }
}

fn end(assertion: &Assertion) -> String {
    let Some(end) = assertion.expires_at() else {
        return "without an end".to_owned();
    };
    match end.duration_since(SystemTime::now()) {
        Ok(left) => format!("valid for {} more seconds", left.as_secs()),
        Err(ago) => format!("expired {} s ago", ago.duration().as_secs()),
    }
}

/// Opens the files of the settings. What the library takes for the file of a secret is the command
/// in its place, or the setting whose file it is.
impl CredentialFiles for Settings {
    fn secret(&self, path: &str) -> Arc<dyn CredentialSource<Secret>> {
        let given = self.find(path);
        if let Some(file) = given.and_then(|given| given.file.as_ref()) {
            return Files.secret(&file.to_string_lossy());
        }
        let printed = given.and_then(|given| Some((given.command.clone()?, &given.memory)));
        let Some((command, memory)) = printed else {
            return Files.secret(path);
        };
        // A wrong timeout is refused where the transport gets it.
        let set = self.value("CXONE_AUTH_TIMEOUT").map(timeout);
        let limit = set.and_then(Result::ok).unwrap_or(Duration::MAX);
        let limit = limit.min(command.time_limit());
        let command = Arc::new(command.with_time_limit(limit));
        if self.reads_again {
            return command;
        }
        Arc::new(Once::new(command, &memory.secret))
    }

    fn assertion(&self, path: &str) -> Arc<dyn CredentialSource<Assertion>> {
        let source = Files.assertion(path);
        match self.named("assertion-file").filter(|_| !self.reads_again) {
            Some(given) => Arc::new(Once::new(source, &given.memory.assertion)),
            None => source,
        }
    }

    fn signing_key(
        &self,
        path: &str,
        key_id: Option<&str>,
        certificate: Option<&str>,
    ) -> Arc<dyn CredentialSource<SigningKey>> {
        let source = Files.signing_key(path, key_id, certificate);
        match self.named("key").filter(|_| !self.reads_again) {
            Some(given) => Arc::new(Once::new(source, &given.memory.key)),
            None => source,
        }
    }

    fn certificates(&self, path: &str) -> Result<Vec<u8>, CredentialError> {
        Files.certificates(path)
    }
}
