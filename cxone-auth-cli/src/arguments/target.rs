//! The flags that say which token is meant.

use std::borrow::Cow;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

// Which token: of which client, from which server, for what.
#[derive(Args, Default)]
#[command(next_help_heading = "Which token")]
pub(crate) struct TargetArguments {
    /// The profile of config.toml to use. Flags count before it, variables after it
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) profile: Option<String>,
    /// The kind of server; default: what the region, the issuer or the token URL implies
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<Platform>,
    /// The region of Genesys Cloud, such as eu-central-1, euc1 or mypurecloud.de; the cluster of
    /// Central
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) region: Option<String>,
    /// The issuer of CXone: a name such as global, an area such as na1, or a URL; for an access key
    /// without a client the area, or the URL of its UserHub
    #[arg(long, value_name = "ISSUER", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) issuer: Option<String>,
    /// The token endpoint, if it is not the platform's own
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) token_url: Option<String>,
    /// The issuer of any other server, such as https://id.example.com: its metadata names the token
    /// endpoint and how clients authenticate
    #[arg(long, value_name = "ISSUER", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) discover: Option<String>,
    /// A host that may be asked by plain http, as host or host:port: all on the way read the secret
    #[arg(long, value_name = "HOST", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) insecure_host: Option<String>,
    /// The address of the API, if it is not the platform's own; `doctor --api` calls it
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) api_base: Option<String>,
    /// A further host that git may send the token to, as host, host:port or https://host:port; may
    /// be given more than once
    #[arg(long, value_name = "HOST", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) git_host: Vec<String>,
    /// The client id
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) client_id: Option<String>,
    /// The file that holds the client secret; `-` is standard input
    #[arg(long, value_name = "PATH")]
    pub(crate) client_secret_file: Option<SecretFile>,
    /// The id of the access key, for CXone: beside a client, or alone
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) access_key_id: Option<String>,
    /// The file that holds the secret of the access key; `-` is standard input
    #[arg(long, value_name = "PATH")]
    pub(crate) access_key_secret_file: Option<SecretFile>,
    /// How the client authenticates; default: the platform's way
    #[arg(long, value_name = "WAY")]
    pub(crate) client_auth: Option<ClientAuth>,
    /// The file with the private key that signs the client's assertions (private_key_jwt), in PEM or
    /// as a JWK
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) key: Option<String>,
    /// The id under which the server knows the key (kid), if the key's file has none
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) key_id: Option<String>,
    /// The file with an assertion that is made elsewhere, such as a projected token of Kubernetes
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) assertion_file: Option<String>,
    /// To whom the assertions are addressed (aud); default: the issuer if it is known, else the
    /// token endpoint
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) assertion_audience: Option<String>,
    /// The file with the client's certificate in PEM, which the TLS connection presents; beside
    /// `--key`, the assertion names it
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) cert: Option<String>,
    /// The file with the certificate's private key in PEM
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) cert_key: Option<String>,
    /// The scopes to request, separated by spaces
    #[arg(long, value_name = "SCOPES", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) scope: Option<String>,
    /// The character between the scopes in the request; some servers want a comma
    #[arg(long, value_name = "SEPARATOR")]
    pub(crate) scope_separator: Option<ScopeSeparator>,
    /// Accept an id or a secret that contains a line break, an invisible or a typographic character
    #[arg(long)]
    pub(crate) allow_unusual_characters: bool,
    /// A further parameter of the token request, such as audience=my-api; may be given more than
    /// once. Put a secret one under `params` in a profile
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) param: Vec<Parameter>,
    /// A further header field of the token request, such as x-tenant=acme; may be given more than
    /// once. Give a secret one as NAME=@FILE
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) header: Vec<Parameter>,
    /// A PEM file with certificates to trust in addition to the system's
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) ca_file: Option<String>,
    /// The proxy, as http://host:port, or `none`; default: the environment's
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) proxy: Option<String>,
    /// The longest time for each request, such as 20s, and not for the command: a failure that may
    /// pass is tried once more, with the same time again; default: 30s. For `doctor`, the time of the
    /// whole examination; default: 10s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Option<String>,
    /// Where processes share the token: rediss://host:port for several machines, or the path of a
    /// folder; default: a folder of the user's
    #[arg(long, value_name = "PLACE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) store: Option<String>,
    /// The file with the keys that seal what is stored, which `store-key new` makes; a server needs
    /// one
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) store_key_file: Option<String>,
    /// The file that holds the password for the store's server
    #[arg(long, value_name = "PATH")]
    pub(crate) store_password_file: Option<SecretFile>,
    /// Whether the profile is one of several that are served at a time. A variable that says which
    /// token is meant would say it for all of them, and is not read.
    #[arg(skip)]
    pub(crate) is_one_of_many: bool,
}

/// Checks the text and leaves it as it is, like that of a variable or a profile.
fn duration(text: &str) -> Result<String, String> {
    timeout(text).map(|_| text.to_owned())
}

/// The timeout that this text says. Zero, which elsewhere may stand for no limit, is none.
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    match span(text)? {
        Duration::ZERO => Err("it is no time at all: write it like 20s".to_owned()),
        timeout => Ok(timeout),
    }
}

/// Reads a span of time.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}: write it like 20s"))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Platform {
    GenesysCloud,
    Cxone,
    Central,
    Custom,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClientAuth {
    /// In the header, form-encoded as RFC 6749 says
    Basic,
    /// In the header, not encoded
    BasicRaw,
    /// In the body
    Body,
    /// By a signed assertion
    PrivateKeyJwt,
    /// By the certificate of the TLS connection
    Tls,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeSeparator {
    Space,
    Comma,
}

/// Where a secret is read from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SecretFile {
    StandardInput,
    Path(PathBuf),
}

/// A parameter or a header field of the token request.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl TargetArguments {
    /// The value of the flag for the setting of this name.
    pub(crate) fn text(&self, setting: &str) -> Option<Cow<'_, str>> {
        let hosts = self.git_host.join(" ");
        let name = match setting {
            "platform" => self.platform.map(Platform::name),
            "client-auth" => self.client_auth.map(ClientAuth::name),
            "scope-separator" => self.scope_separator.map(ScopeSeparator::name),
            "allow-unusual-characters" => self.allow_unusual_characters.then_some("true"),
            "git-host" => return Some(hosts.into()).filter(|hosts: &Cow<_>| !hosts.is_empty()),
            _ => self.plain_text(setting),
        };
        name.map(Cow::Borrowed)
    }

    fn plain_text(&self, setting: &str) -> Option<&str> {
        let text = match setting {
            "region" => &self.region,
            "issuer" => &self.issuer,
            "token-url" => &self.token_url,
            "discover" => &self.discover,
            "insecure-host" => &self.insecure_host,
            "api-base" => &self.api_base,
            "client-id" => &self.client_id,
            "access-key-id" => &self.access_key_id,
            "key" => &self.key,
            "key-id" => &self.key_id,
            "assertion-file" => &self.assertion_file,
            "assertion-audience" => &self.assertion_audience,
            "cert" => &self.cert,
            "cert-key" => &self.cert_key,
            "scope" => &self.scope,
            "ca-file" => &self.ca_file,
            "proxy" => &self.proxy,
            "timeout" => &self.timeout,
            "store" => &self.store,
            "store-key-file" => &self.store_key_file,
            _ => return None,
        };
        text.as_deref()
    }

    pub(crate) fn reads_standard_input_twice(&self) -> bool {
        let secrets = ["client-secret", "access-key-secret", "store-password"];
        let files = secrets
            .into_iter()
            .filter_map(|name| self.secret_file(name));
        files
            .filter(|file| **file == SecretFile::StandardInput)
            .count()
            > 1
    }

    /// The file for the secret of this name.
    pub(crate) fn secret_file(&self, setting: &str) -> Option<&SecretFile> {
        match setting {
            "client-secret" => self.client_secret_file.as_ref(),
            "access-key-secret" => self.access_key_secret_file.as_ref(),
            "store-password" => self.store_password_file.as_ref(),
            _ => None,
        }
    }
}

impl Platform {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GenesysCloud => "genesys-cloud",
            Self::Cxone => "cxone",
            Self::Central => "central",
            Self::Custom => "custom",
        }
    }
}

impl ClientAuth {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::BasicRaw => "basic-raw",
            Self::Body => "body",
            Self::PrivateKeyJwt => "private-key-jwt",
            Self::Tls => "tls",
        }
    }
}

impl ScopeSeparator {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Comma => "comma",
        }
    }
}

impl FromStr for SecretFile {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Err("a path is missing"),
            "-" => Ok(Self::StandardInput),
            path => Ok(Self::Path(path.into())),
        }
    }
}

impl FromStr for Parameter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("write it as name=value"),
        }
    }
}
