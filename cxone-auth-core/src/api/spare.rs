//! What is kept of a request in case it has to be sent again.

use std::fmt;

use http::request::Parts;
use http::{Extensions, HeaderName, HeaderValue, Method, Request, Uri, Version};

/// A copy of a request's head, from before the token was added, for another sending.
///
/// It keeps the header fields as a list. A copy of the map would cost one more allocation for each
/// call, and nearly no request is sent again.
pub struct SpareHead {
    method: Method,
    uri: Uri,
    version: Version,
    fields: Vec<(HeaderName, HeaderValue)>,
    extensions: Extensions,
}

impl SpareHead {
    /// Copies a head.
    #[must_use]
    pub fn of(head: &Parts) -> Self {
        let fields = head.headers.iter();
        Self {
            method: head.method.clone(),
            uri: head.uri.clone(),
            version: head.version,
            fields: fields
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            extensions: head.extensions.clone(),
        }
    }

    /// Returns the head, with its fields in the same order.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        let (mut head, ()) = Request::new(()).into_parts();
        head.method = self.method;
        head.uri = self.uri;
        head.version = self.version;
        for (name, value) in self.fields {
            head.headers.append(name, value);
        }
        head.extensions = self.extensions;
        head
    }
}

impl fmt::Debug for SpareHead {
    /// Omits header fields and the query: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpareHead")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_comes_back_as_it_was() {
        let mut request = Request::patch("https://api.example.com/users?a=b")
            .version(Version::HTTP_10)
            .header("x-one", "1")
            .header("cookie", "a-secret")
            .header("x-one", "2")
            .body(())
            .unwrap();
        request.extensions_mut().insert(7_u8);
        let (head, ()) = request.into_parts();
        let spare = SpareHead::of(&head);
        assert!(!format!("{spare:?}").contains("a-secret"));
        let back = spare.into_parts();
        assert_eq!(back.method, head.method);
        assert_eq!(back.uri, head.uri);
        assert_eq!(back.version, head.version);
        assert_eq!(back.headers, head.headers);
        assert!(back.headers.iter().eq(head.headers.iter()));
        assert_eq!(back.extensions.get::<u8>(), Some(&7));
    }
}
