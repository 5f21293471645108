//! What a server lists about how clients authenticate (RFC 8414 §2), as a configuration keeps it to
//! explain a refusal.

/// The methods and the algorithms that the server's metadata lists.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) methods: Vec<String>,
    /// The list is empty if the metadata has none.
    pub(crate) algorithms: Vec<String>,
}

impl Listed {
    pub(crate) fn has_method(&self, method: &str) -> bool {
        self.methods.iter().any(|own| own == method)
    }

    pub(crate) fn has_algorithm(&self, algorithm: &str) -> bool {
        self.algorithms.is_empty() || self.algorithms.iter().any(|own| own == algorithm)
    }
}
