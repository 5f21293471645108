//! The server whose metadata names the token endpoint.

use cxone_auth_core::diagnosis::{Diagnosis, Severity, inspect_metadata};
use cxone_auth_core::discovery::{IssuerUrl, ServerMetadata, discover_blocking};
use cxone_auth_core::source::read_credentials_blocking;
use cxone_auth_core::{BlockingTransport, Config, Error, TransportOptions};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::settings::Settings;
use super::{Credential, Origin, Shown, TOKEN_URL, Target, insecure_host};
use crate::console::Console;
use crate::failure::Failure;
use crate::wire::Wire;

/// What the core does not know: it makes a configuration without a request.
pub(super) const DISCOVER: &str = "CXONE_AUTH_DISCOVER";

/// Where the token endpoint comes from, if an issuer names it.
pub(crate) struct Discovery {
    pub(crate) issuer: IssuerUrl,
    /// Whether the client authentication is set. Then the metadata does not choose it.
    sets_authentication: bool,
    /// What the issuer has said. Until then, the configuration has the issuer's own address in
    /// place of the token endpoint, and nothing is sent with it.
    pub(crate) metadata: Option<ServerMetadata>,
    /// The configuration before the issuer was asked.
    unasked: Option<Config>,
}

/// A question for an issuer.
pub(crate) struct Inquiry {
    issuer: IssuerUrl,
    options: TransportOptions,
}

impl Discovery {
    /// Returns the discovery that is set, if one is.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, Failure> {
        let Some(given) = settings.with_a_say("discover") else {
            return Ok(None);
        };
        if let Some(url) = settings.with_a_say("token-url") {
            return Err(Failure::configuration(format!(
                "{} and {} both say where the token endpoint is: keep one of them",
                given.origin, url.origin
            ))
            .about("discover"));
        }
        if settings.repeats_a_secret(given) {
            return Err(Failure::configuration(format!(
                "{} contains a secret that is set elsewhere: give the issuer's address only",
                given.origin
            ))
            .about("discover"));
        }
        let text = given.value.expose_secret();
        check_issuer(text, &given.origin)?;
        let issuer = match insecure_host::host(settings) {
            Some(host) => IssuerUrl::with_insecure_host(text, host),
            None => text.parse(),
        };
        let named = |error: Error| Failure::from(error).behind(&given.origin);
        Ok(Some(Self {
            issuer: issuer.map_err(named)?,
            sets_authentication: settings.value("CXONE_AUTH_CLIENT_AUTH").is_some(),
            metadata: None,
            unasked: None,
        }))
    }
}

impl Discovery {
    /// Returns the issuer, unless this server wants the token endpoint as the audience. A metadata
    /// document that names any token endpoint there shows which.
    fn audience(&self, config: &Config) -> Option<String> {
        let issuer = self.issuer.as_str();
        let endpoint = format!("{}/token", issuer.trim_end_matches('/'));
        let document = json!({ "issuer": issuer, "token_endpoint": endpoint }).to_string();
        let metadata = ServerMetadata::read(&self.issuer, &document).ok()?;
        let audience = config.clone().with_metadata(&metadata).audience();
        (audience == issuer).then_some(audience)
    }
}

/// Drops a variable that says where the token endpoint is, if a flag, or the profile that a flag
/// names, says it in the other way. A variable that counts before a profile stays: together they are
/// an error.
pub(super) fn settle(settings: &mut Settings) {
    let given = ["discover", "token-url"].map(|name| settings.with_a_say(name));
    let [Some(issuer), Some(url)] = given else {
        return;
    };
    let (first, second) = if issuer.layer < url.layer {
        (issuer, url)
    } else {
        (url, issuer)
    };
    if first.origin.variable().is_some() || second.origin.variable().is_none() {
        return;
    }
    let name = second.name();
    let warning = format!(
        "{} is ignored, since {} counts before it",
        second.origin, first.origin
    );
    settings.given.retain(|own| own.name() != name);
    settings.warnings.push(warning);
}

/// Refuses the address of the metadata where the issuer belongs.
fn check_issuer(text: &str, origin: &Origin) -> Result<(), Failure> {
    match text.find("/.well-known/") {
        None => Ok(()),
        Some(_) => Err(Failure::configuration(format!(
            "{origin} is the address of the metadata: give the issuer, which is the address without \
             /.well-known/ and the name behind it"
        ))
        .about("discover")),
    }
}

/// Returns the token endpoint that is set, or the issuer that names it.
pub(super) fn address(settings: &Settings) -> Option<&str> {
    let issuer = || {
        settings
            .with_a_say("discover")
            .and(settings.value(DISCOVER))
    };
    settings.value(TOKEN_URL).or_else(issuer)
}

impl Target {
    /// Reports whether the token endpoint is not known yet.
    pub(crate) fn is_to_be_discovered(&self) -> bool {
        let discovery = self.discovery.as_ref();
        discovery.is_some_and(|discovery| discovery.metadata.is_none())
    }

    /// Returns to whom the assertions of a key are addressed, also before the issuer is asked. Until
    /// then, the configuration has the issuer's address in place of the token endpoint.
    pub(crate) fn audience(&self) -> String {
        let own = self.config.audience();
        let Some(discovery) = self.discovery.as_ref() else {
            return own;
        };
        let is_open = self.is_to_be_discovered() && own == self.config.endpoint().uri().to_string();
        match discovery.audience(&self.config) {
            _ if !is_open => own,
            Some(issuer) => issuer,
            None => "the token endpoint that the metadata names".to_owned(),
        }
    }

    /// Compares the configuration with the server's metadata, if it is known: also the algorithm of
    /// a key, which only a key that was read has.
    pub(crate) fn compared(&self) -> Diagnosis {
        let discovery = self.discovery.as_ref();
        let Some(metadata) = discovery.and_then(|own| own.metadata.as_ref()) else {
            return Diagnosis::default();
        };
        // No other credential decides anything here, and a command is not run twice.
        let is_key = self.credentials.iter().any(Credential::is_key);
        let read =
            is_key.then(|| read_credentials_blocking(&self.config, self.transport.timeout()));
        let read = read.and_then(Result::ok);
        inspect_metadata(read.as_ref().unwrap_or(&self.config), metadata)
    }

    /// Asks the issuer for its metadata with at most two requests, and uses it from then on.
    pub(crate) fn discover(&mut self, transport: &dyn BlockingTransport) -> Result<(), Error> {
        let Some(discovery) = &self.discovery else {
            return Ok(());
        };
        let metadata = discover_blocking(transport, &discovery.issuer)?;
        self.use_metadata(metadata)
    }

    /// Uses this metadata of the issuer from now on.
    pub(crate) fn use_metadata(&mut self, metadata: ServerMetadata) -> Result<(), Error> {
        let Some(discovery) = &mut self.discovery else {
            return Ok(());
        };
        let unasked = discovery.unasked.get_or_insert_with(|| self.config.clone());
        let own = unasked.client_authentication();
        let config = unasked.clone().with_metadata(&metadata);
        self.config = if discovery.sets_authentication {
            config.with_client_authentication(own)?
        } else {
            config
        };
        // The document comes from a server to which no secret was sent.
        self.endpoint = Shown::Text(self.config.endpoint().to_string());
        discovery.metadata = Some(metadata);
        Ok(())
    }

    /// Returns what the issuer has said.
    pub(crate) fn metadata(&self) -> Option<&ServerMetadata> {
        self.discovery.as_ref()?.metadata.as_ref()
    }

    /// Returns the question for the issuer, if one names the token endpoint.
    pub(crate) fn inquiry(&self) -> Option<Inquiry> {
        let discovery = self.discovery.as_ref()?;
        Some(Inquiry {
            issuer: discovery.issuer.clone(),
            options: self.transport.clone(),
        })
    }

    /// Asks the issuer, if one names the token endpoint. A process does so once.
    pub(crate) fn ask_issuer(&mut self, console: Console) -> Result<(), Failure> {
        match self.inquiry() {
            None => Ok(()),
            Some(inquiry) => {
                let metadata = inquiry.make(console)?;
                self.use_answer(metadata, console)
            }
        }
    }

    /// Uses what the issuer has just said, and tells what that is.
    pub(crate) fn use_answer(
        &mut self,
        metadata: ServerMetadata,
        console: Console,
    ) -> Result<(), Failure> {
        let unasked = self.discovery.as_ref().and_then(|own| own.unasked.as_ref());
        let was_insecure = unasked.unwrap_or(&self.config).endpoint().is_insecure();
        self.use_metadata(metadata)?;
        console.note(&format!("it names {}", self.endpoint.text()));
        if !was_insecure {
            self.warn_of_plain_http(console);
        }
        Ok(())
    }

    /// Warns of what the server does not list, where it has refused the request. Otherwise, it
    /// accepts more than it lists.
    pub(crate) fn warn_of_unlisted(&self, console: Console) {
        for finding in &self.compared() {
            if finding.severity() == Severity::Warning {
                let (title, code, evidence) = (finding.title(), finding.code(), finding.evidence());
                console.warn(&format!("{title} ({code}): {evidence}"));
            }
        }
    }
}

impl Inquiry {
    /// Asks the issuer with at most two requests.
    pub(crate) fn make(&self, console: Console) -> Result<ServerMetadata, Failure> {
        console.note(&format!("asking {} for its metadata", self.issuer));
        let transport = Wire::to(self.issuer.uri(), &self.options)
            .map_err(|error| Failure::from(Error::of_transport(error)))?;
        let host = self.issuer.uri().host().unwrap_or_default();
        let ask = || discover_blocking(&transport, &self.issuer);
        let timeout = TransportOptions::applicable_timeout(self.options.timeout());
        Ok(console.waiting_at_most(timeout, host, ask)?)
    }
}
