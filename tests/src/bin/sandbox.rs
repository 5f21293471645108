//! Runs the sandbox in the foreground, to try clients by hand and for users' own tests.

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::{env, fs, process, thread};

use cxone_auth_tests::{CustomServer, CxOne, Observation, Platform, Sandbox, ServerShape};
use serde_json::Value;

const HELP: &str = "\
Look-alikes of Genesys Cloud, NICE CXone, inContact Central and a custom OAuth server on 127.0.0.1.

Usage: sandbox [--https] [--port PORT] [--ca-file PATH] [--until-stdin-closes]
               [--revoke-every CALLS] [--revoke-previous] [--throttle-every CALLS]
               [--allow-from ADDRESSES] [--shape SERVER] [--hide-tenant]
               [--client-jwks PATH] [--profiles FOLDER]

  --https               speak TLS with a throw-away authority, whose certificate is written to a file
  --ca-file PATH        where that certificate is written (default: in the temporary directory)
  --port PORT           take PORT and the seven ports after it (default: free ports)
  --revoke-every CALLS  end all tokens at every so many calls to an API, as an administrator may
  --revoke-previous     let each new token end the client's earlier ones, as Doorkeeper can: clients
                        that do not share a token take each other's away
  --throttle-every CALLS  respond to every so many calls to an API with 429, to be made again in a second
  --allow-from ADDRESSES  give Genesys Cloud's client an IP allow list: addresses with commas between
                        them, such as 192.0.2.1, which is nobody's
  --shape SERVER        let the custom server respond like SERVER:
                          okta      refusals with errorCode and errorSummary
                          okta-org  no secret is taken: private_key_jwt is wanted
                          keycloak  401 unauthorized_client to a wrong secret
                          apigee    BearerToken, a lifetime in a string, ErrorCode and Error
                          vertex    ten tokens in eight hours, then 400 invalid_request
                          rfc       as RFC 6749 has it, which is the default
  --client-jwks PATH    register these public keys for the custom server's client, as `cxone-auth keygen`
                        prints them: it then takes assertions (private_key_jwt) and no secret
  --profiles FOLDER     write the profiles production (Genesys Cloud), cxone, cxone-key, central and custom
                        with their secrets below this folder, for `cxone-auth --profile NAME` and
                        `cxone-auth agent`, and print the line that names the folder
  --hide-tenant         give tokens of UserHub that name no tenant, so that discovery has nothing to ask for
  --until-stdin-closes  end when standard input does, as well as on Ctrl-C
  --help                print this text

What to set is printed at the start, for each platform as lines that a shell can take. The secrets
are made again at each start and are worth nothing elsewhere. Then every request is logged on one
line: platform, server, method, path, status and where the credential was; never the credential.
";

/// The arguments of the command line.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct Options {
    https: bool,
    port: Option<u16>,
    ca_file: Option<PathBuf>,
    revoke_every: usize,
    revoke_previous: bool,
    throttle_every: usize,
    allow_from: Option<Vec<IpAddr>>,
    shape: ServerShape,
    hide_tenant: bool,
    client_jwks: Option<PathBuf>,
    profiles: Option<PathBuf>,
    until_stdin_closes: bool,
    help: bool,
}

fn main() {
    if let Err(error) = run() {
        let _ = writeln!(io::stderr(), "sandbox: {error}");
        process::exit(2);
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::parse(env::args().skip(1))?;
    if options.help {
        io::stdout().write_all(HELP.as_bytes())?;
        return Ok(());
    }
    let mut builder = Sandbox::builder().with_observer(log);
    if options.https {
        builder = builder.with_https();
    }
    if let Some(port) = options.port {
        builder = builder.with_base_port(port);
    }
    let sandbox = builder.start()?;
    if let Some(addresses) = &options.allow_from {
        sandbox.genesys().allow_from(addresses);
    }
    options.unsettle(sandbox.genesys());
    options.unsettle(sandbox.cxone());
    options.unsettle(sandbox.central());
    options.unsettle(sandbox.custom());
    sandbox.custom().respond_like(options.shape);
    if options.hide_tenant {
        sandbox.cxone().hide_tenant();
    }
    if let Some(path) = &options.client_jwks {
        register(&sandbox, path)?;
    }
    let ca_file = options.write_ca(&sandbox)?;
    let mut settings = describe(&sandbox, options.client_jwks.is_some());
    if let Some(path) = &ca_file {
        settings += "\n: 'For all of them'\n";
        settings += &export("CA_FILE", path.display());
    }
    if let Some(folder) = &options.profiles {
        settings += &write_profiles(folder, &settings, ca_file.as_deref())?;
    }
    io::stdout().write_all(settings.as_bytes())?;
    io::stdout().flush()?;
    if options.until_stdin_closes {
        io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    // If nobody reads it, the sandbox keeps running.
    let _ = writeln!(io::stderr(), "{}", options.hint());
    loop {
        thread::park();
    }
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = format!("{argument} needs a value; see --help");
                arguments.next().ok_or(missing)
            };
            match argument.as_str() {
                "--https" => options.https = true,
                "--port" => {
                    let port = value()?.parse();
                    options.port = Some(port.map_err(|_| "--port needs a number below 65528")?);
                }
                "--ca-file" => options.ca_file = Some(pasteable(&argument, &value()?)?),
                "--revoke-every" => options.revoke_every = count(&argument, &value()?)?,
                "--revoke-previous" => options.revoke_previous = true,
                "--throttle-every" => options.throttle_every = count(&argument, &value()?)?,
                "--allow-from" => options.allow_from = Some(addresses(&value()?)?),
                "--shape" => options.shape = value()?.parse()?,
                "--client-jwks" => options.client_jwks = Some(value()?.into()),
                "--profiles" => options.profiles = Some(pasteable(&argument, &value()?)?),
                "--hide-tenant" => options.hide_tenant = true,
                "--until-stdin-closes" => options.until_stdin_closes = true,
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("unknown argument {argument}; see --help").into()),
            }
        }
        Ok(options)
    }

    fn unsettle<R>(&self, platform: &Platform<R>) {
        platform.revoke_every(self.revoke_every);
        platform.revoke_previous(self.revoke_previous);
        platform.throttle_every(self.throttle_every);
    }

    /// What somebody does next who has started the sandbox by hand.
    fn hint(&self) -> String {
        let more = if self.https {
            ", and the last block (For all of them) as well"
        } else {
            ""
        };
        format!(
            "\nPaste one of these blocks into another shell{more}. Ctrl-C stops the sandbox.\n\
             Each request is a line below.\n"
        )
    }

    /// Writes the authority's certificate if there is one, and returns the path.
    fn write_ca(&self, sandbox: &Sandbox) -> io::Result<Option<PathBuf>> {
        let Some(authority) = sandbox.authority() else {
            return Ok(None);
        };
        let default = || env::temp_dir().join(format!("sandbox-ca-{}.pem", process::id()));
        let path = self.ca_file.clone().unwrap_or_else(default);
        authority.write_pem(&path)?;
        Ok(Some(path))
    }
}

/// Registers the keys of the file. An error names it.
fn register(sandbox: &Sandbox, path: &Path) -> Result<(), Box<dyn Error>> {
    let named = |problem: String| format!("--client-jwks {}: {problem}", path.display());
    let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let set: Value = serde_json::from_str(&text).map_err(|error| named(error.to_string()))?;
    Ok(sandbox.custom().register_keys(&set).map_err(named)?)
}

fn count(option: &str, value: &str) -> Result<usize, Box<dyn Error>> {
    let count = value.parse();
    Ok(count.map_err(|_| format!("{option} needs a number of calls"))?)
}

fn addresses(value: &str) -> Result<Vec<IpAddr>, Box<dyn Error>> {
    let addresses: Result<Vec<IpAddr>, _> = value.split(',').map(str::parse).collect();
    Ok(addresses.map_err(|_| "--allow-from needs IP addresses with commas between them")?)
}

fn log(seen: &Observation) {
    let status = seen
        .status
        .map_or_else(|| "-".to_owned(), |status| status.to_string());
    let request = &seen.request;
    // If nobody reads the log, the sandbox keeps running.
    let _ = writeln!(
        io::stderr(),
        "{:<17} {:<5} {status:<3} {:<6} {:<4} {}",
        seen.platform,
        seen.host,
        request.placement(),
        request.method,
        request.path(),
    );
}

/// Returns what is pasted into bash, zsh or fish. An interactive zsh takes no comments: a title is an
/// argument of the command that does nothing.
fn describe(sandbox: &Sandbox, is_by_key: bool) -> String {
    let cxone = sandbox.cxone();
    let key = cxone.access_key();
    [
        block(
            "genesys-cloud",
            sandbox.genesys(),
            &export("REGION", "us-east-1"),
        ),
        block(
            "cxone",
            cxone,
            &(export("ISSUER", cxone.issuer())
                + &export("ACCESS_KEY_ID", key.id)
                + &export("ACCESS_KEY_SECRET", key.secret)),
        ),
        user_hub(cxone),
        block("central", sandbox.central(), ""),
        custom(sandbox.custom(), is_by_key),
    ]
    .join("\n")
}

fn custom(server: &CustomServer, is_by_key: bool) -> String {
    let block = block("custom", server, &export("SCOPE", "read write"));
    if !is_by_key {
        return block;
    }
    let lines = block.split_inclusive('\n');
    let no_secret = |line: &&str| !line.contains("CXONE_AUTH_CLIENT_SECRET=");
    lines.filter(no_secret).collect::<String>() + "export CXONE_AUTH_CLIENT_SECRET=\n"
}

/// The other login of CXone: the same server, the access key alone.
fn user_hub(cxone: &CxOne) -> String {
    let key = cxone.access_key();
    let (url, base) = (cxone.resource_url(), cxone.api_base());
    format!(
        ": '{} with an access key alone: an API call to make with the token is GET {url}'\n\
         {CLEAR}export CXONE_AUTH_CLIENT_ID= CXONE_AUTH_CLIENT_SECRET= CXONE_AUTH_TOKEN_URL=\n\
         {}{}{}{}{}export SANDBOX_API_URL='{url}'\n",
        cxone.name(),
        export("PLATFORM", "cxone"),
        export("ISSUER", cxone.issuer()),
        export("ACCESS_KEY_ID", key.id),
        export("ACCESS_KEY_SECRET", key.secret),
        export("API_BASE", base),
    )
}

fn block<R>(kind: &str, platform: &Platform<R>, more: &str) -> String {
    let url = platform.resource_url();
    format!(
        ": '{}: an API call to make with the token is GET {url}'\n{CLEAR}{}{}{}{}{}{more}\
         export SANDBOX_API_URL='{url}'\n",
        platform.name(),
        export("PLATFORM", kind),
        export("TOKEN_URL", platform.token_url()),
        export("CLIENT_ID", platform.client_id()),
        export("CLIENT_SECRET", platform.client_secret()),
        export("API_BASE", platform.api_base()),
    )
}

/// Clears the settings of one platform that another one does not set. An empty variable counts as
/// absent, and fish has no `unset`.
const CLEAR: &str = "export CXONE_AUTH_REGION= CXONE_AUTH_ISSUER= CXONE_AUTH_SCOPE=\n";

/// The profiles, in the order of the blocks that are printed.
const PROFILES: [&str; 5] = ["production", "cxone", "cxone-key", "central", "custom"];

/// Writes what the blocks say as profiles, which only this user can read. Returns what makes
/// `cxone-auth` read them, and read no variable in their place.
fn write_profiles(
    folder: &Path,
    blocks: &str,
    ca_file: Option<&Path>,
) -> Result<String, Box<dyn Error>> {
    let profiles = PROFILES.iter().zip(blocks.split("\n\n"));
    let profiles = profiles.map(|(name, block)| profile(name, block, ca_file));
    let text = TITLE.to_owned() + &profiles.collect::<String>();
    let file = folder.join("cxone-auth/config.toml");
    write_private(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    let names = PROFILES.join(", ");
    let unset = SETTINGS.map(|name| format!(" CXONE_AUTH_{name}=")).concat();
    Ok(format!(
        "\n: 'In place of a block, the profiles {names}'\nexport{unset}\n\
         export XDG_CONFIG_HOME='{}'\n",
        folder.display()
    ))
}

/// Returns what the block says as a profile.
fn profile(name: &str, block: &str, ca_file: Option<&Path>) -> String {
    let lines = settings(block).map(|(variable, value)| {
        let key = variable.to_ascii_lowercase().replace('_', "-");
        format!("{key} = \"{value}\"\n")
    });
    let lines: String = lines.collect();
    let ca_file = ca_file.map(|path| format!("ca-file = \"{}\"\n", path.display()));
    format!("[profile.{name}]\n{lines}{}\n", ca_file.unwrap_or_default())
}

/// What the blocks set.
const SETTINGS: [&str; 11] = [
    "PLATFORM",
    "REGION",
    "ISSUER",
    "TOKEN_URL",
    "API_BASE",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "ACCESS_KEY_ID",
    "ACCESS_KEY_SECRET",
    "SCOPE",
    "CA_FILE",
];

/// The settings of a block that have a value.
fn settings(block: &str) -> impl Iterator<Item = (&str, &str)> {
    block.lines().filter_map(|line| {
        let set = line.strip_prefix("export CXONE_AUTH_")?;
        let (name, value) = set.split_once("='")?;
        Some((name, value.strip_suffix('\'')?))
    })
}

/// How the profiles begin that a sandbox has written.
const TITLE: &str = "# Written by the sandbox, which writes it again.\n\n";

/// Writes a file that has secrets, unless there is one that somebody else has written.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::read_to_string(path) {
        Ok(earlier) if earlier.starts_with(TITLE) => fs::remove_file(path)?,
        Ok(_) => {
            return Err(io::Error::other(
                "the sandbox has not written it: name another folder",
            ));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Returns a path that can be pasted into a shell and into a profile as it is printed.
fn pasteable(argument: &str, path: &str) -> Result<PathBuf, String> {
    let path = std::path::absolute(path).map_err(|error| format!("{argument} {path}: {error}"))?;
    let needs_quotes = |c: char| c.is_control() || "'\"\\".contains(c);
    if path.to_str().is_none_or(|text| text.contains(needs_quotes)) {
        return Err(format!(
            "{argument} {}: use a path without quotes, backslashes and control characters, so that \
             what is printed can be pasted",
            path.display()
        ));
    }
    Ok(path)
}

/// Returns one line for a shell. No value of the sandbox contains a single quote, and no path does
/// that is [`pasteable`].
fn export(name: &str, value: impl std::fmt::Display) -> String {
    format!("export CXONE_AUTH_{name}='{value}'\n")
}
