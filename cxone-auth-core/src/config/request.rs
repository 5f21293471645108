//! The token request: a pure function of the configuration.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT,
};
use http::{Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::config::{
    AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials, Config, Grant,
};

/// The token request of a configuration, prepared when the configuration is made. Header fields and
/// body are shared. Their memory is overwritten when the last holder is dropped.
#[derive(Clone)]
pub(crate) struct PreparedRequest {
    uri: Uri,
    /// A whole map: copying a map costs less than filling one.
    headers: Arc<HeaderMap>,
    body: Bytes,
}

/// Returns the token request for `config` (RFC 6749 §4.4.2): a form-encoded `POST` to the endpoint.
///
/// It has the fields `content-type`, `accept`, `accept-encoding` and `user-agent`. For Basic it has
/// a sensitive `authorization` header. It also has the fields that [`Config::with_header`] adds.
/// The client authenticates in one place. With [`Grant::UserHub`] the body is JSON with the access
/// key, and there is no `authorization`.
///
/// The request was prepared when the configuration was made. This function cannot fail. If the
/// configuration reads credentials for each request
/// ([`Config::has_changing_credentials`]), the request has none: pass the configuration of one
/// attempt ([`Config::for_attempt`], [`read_credentials`](crate::source::read_credentials)).
///
/// `Debug` of the request prints its body with the secrets: do not log it.
#[must_use]
pub fn token_request(config: &Config) -> http::Request<Bytes> {
    let prepared = &config.request;
    let mut request = http::Request::new(prepared.body.clone());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = prepared.uri.clone();
    *request.headers_mut() = HeaderMap::clone(&prepared.headers);
    request
}

impl PreparedRequest {
    /// Makes a request without credentials or body. It is replaced before the configuration is
    /// returned.
    pub(crate) fn empty(uri: Uri) -> Self {
        Self {
            uri,
            headers: Arc::default(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn prepare(config: &Config) -> Self {
        Self {
            uri: config.endpoint.uri().clone(),
            headers: Arc::new(headers(config)),
            body: body(config),
        }
    }

    /// Returns the request of one attempt. `config` differs by its credentials, which are in the
    /// body and in `authorization` only.
    pub(crate) fn of_attempt(&self, config: &Config) -> Self {
        match config.authentication {
            ClientAuthentication::Basic(_) => Self::prepare(config),
            _ => Self {
                body: body(config),
                ..self.clone()
            },
        }
    }
}

fn headers(config: &Config) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(5 + config.headers.len());
    let content_type = match config.grant {
        Grant::UserHub(_) => "application/json",
        Grant::ClientCredentials | Grant::AccessKey(_) => "application/x-www-form-urlencoded",
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    // No transport decodes a body. Without the field a server may encode it (RFC 9110 §12.5.3).
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let ClientAuthentication::Basic(encoding) = config.authentication {
        headers.extend(client_basic(config, encoding).map(|value| (AUTHORIZATION, value)));
    }
    headers.insert(USER_AGENT, config.user_agent());
    headers.extend(config.distinguishing_headers().cloned());
    headers
}

const SCHEME: &str = "Basic ";

/// Characters that form-encoded Basic does not escape: the unreserved characters of RFC 3986 §2.3.
/// Everything else is escaped. A space becomes `%20`, which every decoder reads; not every decoder
/// reads `+`.
const ESCAPED_IN_BASIC: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the base64 text after `Basic` in each encoding, for any client authentication.
pub(crate) fn basic_credentials(config: &Config) -> impl Iterator<Item = Zeroizing<String>> {
    let encodings = [BasicEncoding::FormUrlEncoded, BasicEncoding::Raw];
    encodings.into_iter().filter_map(|encoding| {
        let value = client_basic(config, encoding)?;
        let text = value.to_str().ok()?.strip_prefix(SCHEME)?;
        Some(Zeroizing::new(text.to_owned()))
    })
}

/// Returns the `Authorization` header value of RFC 7617, with the encoding of RFC 6749 §2.3.1, if
/// there is a client with a secret.
fn client_basic(config: &Config, encoding: BasicEncoding) -> Option<HeaderValue> {
    let credentials = config.credentials.as_ref()?;
    let (id, secret) = (credentials.id(), credentials.expose_secret()?);
    let pair = Zeroizing::new(match encoding {
        BasicEncoding::Raw => [id, ":", secret].concat(),
        BasicEncoding::FormUrlEncoded => escaped_pair(id, secret),
    });
    Some(basic(&pair))
}

/// Returns `Basic` and the base64 of a pair that a colon already joins.
pub(crate) fn basic(pair: &str) -> HeaderValue {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let length = base64::encoded_len(pair.len(), true)
        .expect("an encoded length overflows only beyond what memory holds");
    let mut value = Zeroizing::new(vec![0; SCHEME.len() + length]);
    let (scheme, encoded) = value.split_at_mut(SCHEME.len());
    scheme.copy_from_slice(SCHEME.as_bytes());
    STANDARD
        .encode_slice(pair, encoded)
        .expect("the buffer has exactly the length that base64 asked for");
    sensitive(value)
}

/// Writes into a buffer that is large enough from the start. A buffer that grows would leave a copy
/// of the secret in freed memory.
fn escaped_pair(id: &str, secret: &str) -> String {
    let mut pair = String::with_capacity(3 * (id.len() + secret.len()) + 1);
    pair.extend(utf8_percent_encode(id, ESCAPED_IN_BASIC));
    pair.push(':');
    pair.extend(utf8_percent_encode(secret, ESCAPED_IN_BASIC));
    pair
}

/// Makes a header value that owns its memory and is hidden from `Debug`. The owner overwrites the
/// memory at the end.
pub(crate) fn sensitive(value: impl AsRef<[u8]> + Send + 'static) -> HeaderValue {
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(value))
        .expect("callers pass visible ASCII only");
    value.set_sensitive(true);
    value
}

fn body(config: &Config) -> Bytes {
    match &config.grant {
        Grant::UserHub(key) => json(key),
        Grant::ClientCredentials | Grant::AccessKey(_) => form(config),
    }
}

/// Returns the JSON body that UserHub takes.
fn json(key: &AccessKey) -> Bytes {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Login<'a> {
        access_key_id: &'a str,
        access_key_secret: &'a str,
    }
    const MEMBERS: usize = r#"{"accessKeyId":"","accessKeySecret":""}"#.len();

    let login = Login {
        access_key_id: key.id(),
        access_key_secret: key.expose_secret().unwrap_or_default(),
    };
    // The longest escape of a byte, `\u001f`, has six bytes. A buffer that grows would leave a copy
    // of the secret behind.
    let bound = MEMBERS + 6 * (login.access_key_id.len() + login.access_key_secret.len());
    let mut body = Zeroizing::new(Vec::with_capacity(bound));
    serde_json::to_writer(&mut *body, &login).expect("two texts are JSON, and a buffer takes them");
    Bytes::from_owner(body)
}

/// Returns the form. Each parameter appears once, and `scope` only if there is one.
fn form(config: &Config) -> Bytes {
    let scope = config.scope.join(config.separator);
    let pairs = parameters(config, &scope).into_iter();
    let pairs = pairs.map(|(name, value)| [name, value].map(Encoded::new));
    let pairs: Vec<[Encoded<'_>; 2]> = pairs.collect();
    let bound = pairs.iter().flatten().map(|text| text.bound() + 1).sum();
    let mut body = Zeroizing::new(String::with_capacity(bound));
    for [name, value] in &pairs {
        if !body.is_empty() {
            body.push('&');
        }
        name.push_to(&mut body);
        body.push('=');
        value.push_to(&mut body);
    }
    Bytes::from_owner(ZeroizingBody(body))
}

/// A name or a value of the form. Most of them, such as an assertion, are written as they are.
struct Encoded<'a> {
    text: &'a str,
    is_plain: bool,
}

impl<'a> Encoded<'a> {
    /// Every byte is checked, even after another one: a loop without an early exit is vectorized.
    fn new(text: &'a str) -> Self {
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'*' | b'-' | b'.' | b'_');
        let is_plain = text.bytes().fold(true, |all, byte| all & is_plain(byte));
        Self { text, is_plain }
    }

    /// Returns how long it is in the form at most.
    fn bound(&self) -> usize {
        let widest = if self.is_plain { 1 } else { 3 };
        widest * self.text.len()
    }

    fn push_to(&self, body: &mut String) {
        if self.is_plain {
            body.push_str(self.text);
        } else {
            body.extend(form_urlencoded::byte_serialize(self.text.as_bytes()));
        }
    }
}

fn parameters<'a>(config: &'a Config, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    /// Those of the grant, the client and the scope.
    const MOST: usize = 3 + 3 + 1;
    let mut parameters = Vec::with_capacity(MOST + config.parameters.len());
    match config.access_key() {
        None => parameters.push(("grant_type", "client_credentials")),
        Some(key) => parameters.extend([
            ("grant_type", "password"),
            ("username", key.id()),
            ("password", key.expose_secret().unwrap_or_default()),
        ]),
    }
    if let Some(client) = &config.credentials {
        parameters.extend(client_parameters(client, config.authentication));
    }
    if !scope.is_empty() {
        parameters.push(("scope", scope));
    }
    parameters.extend(
        config
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    parameters
}

/// Returns what authenticates the client in the body. Beside an assertion, `client_id` is optional
/// (RFC 7521 §4.2). Entra requires it, and no known server refuses it.
fn client_parameters(
    client: &ClientCredentials,
    authentication: ClientAuthentication,
) -> impl Iterator<Item = (&str, &str)> {
    let in_header = matches!(authentication, ClientAuthentication::Basic(_));
    let id = (!in_header).then(|| ("client_id", client.id()));
    let secret = client.expose_secret().filter(|_| !in_header);
    let assertion = client.assertion().map(|assertion| {
        [
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.expose_secret()),
        ]
    });
    id.into_iter()
        .chain(secret.map(|secret| ("client_secret", secret)))
        .chain(assertion.into_iter().flatten())
}

/// The type of an assertion that is a JSON Web Token (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Lets `Bytes` own a zeroizing text.
struct ZeroizingBody(Zeroizing<String>);

impl AsRef<[u8]> for ZeroizingBody {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests;
