//! Responses of a token endpoint, read by hand from memory that is the caller's.

use bytes::Bytes;
use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::diagnosis::diagnose_token;
use cxone_auth_core::transport::ResponseBody;
use cxone_auth_core::{ClientAuthentication, Error, Moment, read_token_response};
use http::Response;

use super::fixture::{SECRET, TOKEN, config, leaves_nothing};

/// Responses that hold a token, well or not.
const WITH_TOKEN: [&[u8]; 15] = [
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789","token_type":"bearer","expires_in":300,"scope":"a b"}"#,
    b"\xEF\xBB\xBF {\"access_token\":\"t0ken-that.is-looked_for\\/0123456789\"}",
    br#"{"access_token":"t0ken-that.is-looked_for/012345678\u0039","scope":["a","b"]}"#,
    b"{\"access_token\":\"t0ken-that.is-looked_for/0123456789\",\"name\":\"\xFC\"}",
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789","token_type":"mac"}"#,
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789 "}"#,
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789","access_token":"t0ken-that.is-looked_for/0123456789"}"#,
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789""#,
    br#"{"access_token":{"value":"t0ken-that.is-looked_for/0123456789"}}"#,
    br#"["t0ken-that.is-looked_for/0123456789"]"#,
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789","error":"t0ken-that.is-looked_for/0123456789","error_description":"t0ken-that.is-looked_for/0123456789"}"#,
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789","scope":"a t0ken-that.is-looked_for/0123456789"}"#,
    br#"{"access_token":"t0ken-that.is-looked_for\/0123456789","scope":["t0ken-that.is-looked_for\/0123456789"]}"#,
    br#"{"access_token":"t0ken-that.is-looked_for/0123456789","scope":"s3cret/that+is=looked for~ s3cret%2Fthat%2Bis%3Dlooked%20for~"}"#,
    b"t0ken-that.is-looked_for/0123456789",
];

/// Responses that quote a secret of the request, in the spellings that it was sent in, with and
/// without escapes.
const QUOTING: [&[u8]; 9] = [
    br#"{"error":"invalid_client","error_description":"no client has s3cret/that+is=looked for~"}"#,
    br#"{"error":"invalid_client","error_description":"no \"s3cret\/that+is=looked for~\" here"}"#,
    br#"{"error":"s3cret/that+is=looked for~","code":"s3cret%2Fthat%2Bis%3Dlooked%20for~"}"#,
    br#"{"message":"client_secret=s3cret%2fthat%2bis%3dlooked+for~\n and access-key\u0027s s3cret===="}"#,
    b"{\"message\":\"\xFC s3cret/that+is=looked for~\"}",
    br#"{"message":"of s3cret\\/that\\u002bis\\u003Dlooked for~ it is"}"#,
    br#"{"message":"of s3cret&#x2F;that+is&#61;looked&nbsp;for~ and s3cret/that%2Bis%3Dlooked%20for~"}"#,
    br#"{"message":"of czNjcmV0L3RoYXQraXM9bG9va2VkIGZvcn4= it is"}"#,
    br#"{"description":"Basic Y2xpZW50LWlkOnMzY3JldCUyRnRoYXQlMkJpcyUzRGxvb2tlZCUyMGZvcn4= \\ "}"#,
];

const BASIC: ClientAuthentication = ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded);

fn response(status: u16, body: &'static [u8]) -> Response<Bytes> {
    let body = Bytes::from_static(body);
    Response::builder().status(status).body(body).unwrap()
}

fn shown(error: &Error) -> String {
    format!("{error:#} {error:?} {error:#?}")
}

#[test]
fn a_token_is_read_without_a_copy() {
    leaves_nothing(|| {
        let config = config(BASIC);
        let response = response(200, WITH_TOKEN[0]);
        let token = read_token_response(&config, Moment::now(), &response).unwrap();
        assert_eq!(token.expose_secret(), TOKEN);
        let header = token.authorization().clone();
        drop(diagnose_token(&config, &token));
        drop(format!("{token:?} {header:?}"));
        drop((token, header));
    });
}

#[test]
fn a_response_with_a_token_leaves_nothing_whatever_is_wrong_with_it() {
    let config = config(BASIC);
    for body in WITH_TOKEN {
        for status in [200, 400, 500] {
            let response = response(status, body);
            leaves_nothing(
                || match read_token_response(&config, Moment::now(), &response) {
                    Ok(token) => drop(format!("{token:?}")),
                    Err(error) => drop(shown(&error)),
                },
            );
        }
    }
}

#[test]
fn a_refusal_that_quotes_the_secret_leaves_nothing() {
    let (in_body, with_basic) = (&QUOTING[..5], &QUOTING[..]);
    for (authentication, bodies) in [(BASIC, with_basic), (ClientAuthentication::Body, in_body)] {
        let config = config(authentication);
        for body in bodies {
            for status in [200, 400, 401, 429, 500] {
                let response = response(status, body);
                leaves_nothing(|| {
                    let error = read_token_response(&config, Moment::now(), &response).unwrap_err();
                    let shown = shown(&error);
                    assert!(!shown.contains(SECRET), "{shown}");
                });
            }
        }
    }
}

#[test]
fn a_redirect_that_quotes_the_secret_leaves_nothing() {
    let config = config(BASIC);
    let mut response = response(302, b"");
    let target =
        "https://s3cret%2Fthat%2Bis%3Dlooked%20for~@as.example.com/?x=access-key's+s3cret====";
    response
        .headers_mut()
        .insert("location", http::HeaderValue::from_static(target));
    leaves_nothing(|| {
        let error = read_token_response(&config, Moment::now(), &response).unwrap_err();
        drop(shown(&error));
    });
}

/// In pieces of odd lengths, so that a piece ends within the token.
#[test]
fn a_body_that_is_read_in_pieces_leaves_nothing() {
    for announced in [None, Some(20), Some(256 * 1024)] {
        leaves_nothing(|| {
            let mut body = ResponseBody::new(announced).unwrap();
            for piece in WITH_TOKEN[0].chunks(7).cycle().take(5_000) {
                body.extend(piece).unwrap();
            }
            drop(format!("{body:?}"));
            drop(body.into_bytes());
        });
    }
}
