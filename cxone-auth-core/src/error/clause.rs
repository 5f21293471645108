//! Errors that are one clause: those of stores and of credentials.

/// Gives its methods to an error with the fields `kind`, `place`, `message` and `source`. The two
/// texts end the sentences of the documentation about the message and the source.
macro_rules! clause_error {
    ($name:ident, $kind:ident, $message:literal, $cause:literal) => {
        impl $name {
            #[doc = concat!("Returns an error of this kind. `message` says what is wrong, ", $message)]
            #[must_use]
            pub fn new(kind: $kind, message: impl Into<String>) -> Self {
                Self {
                    kind,
                    place: None,
                    message: message.into(),
                    source: None,
                }
            }

            /// Adds where it happened, before the message.
            #[must_use]
            pub fn within(mut self, place: impl std::fmt::Display) -> Self {
                self.place = Some(match self.place {
                    None => place.to_string(),
                    Some(inner) => format!("{place}: {inner}"),
                });
                self
            }

            #[doc = concat!("Adds the cause. Its text must not contain ", $cause)]
            #[must_use]
            pub fn with_source(
                mut self,
                source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
            ) -> Self {
                self.source = Some(source.into());
                self
            }

            /// Returns what is wrong.
            #[must_use]
            pub fn kind(&self) -> $kind {
                self.kind
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if let Some(place) = &self.place {
                    write!(f, "{place}: ")?;
                }
                f.write_str(&self.message)
            }
        }

        impl std::error::Error for $name {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                let source: &(dyn std::error::Error + 'static) = self.source.as_deref()?;
                Some(source)
            }
        }
    };
}

pub(super) use clause_error;
