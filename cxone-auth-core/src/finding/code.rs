//! The stable name of a cause.

use std::fmt;

use super::catalogue::{CatalogueEntry, catalogue};

/// The stable name of a cause, such as `CXA-206`.
///
/// Only codes of the [`catalogue`](crate::diagnosis::catalogue()) exist. A code keeps its meaning
/// from one release to the next, so that it can be searched for, alerted on and linked to.
///
/// ```
/// use cxone_auth_core::diagnosis::FindingCode;
///
/// let code: FindingCode = "CXA-206".parse()?;
/// assert_eq!(code.to_string(), "CXA-206");
/// println!("{}: {}", code.entry().title, code.entry().remedy);
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingCode(u16);

impl FindingCode {
    /// A code of the catalogue's own tables.
    pub(super) const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number behind `CXA-`.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// What the catalogue says about it.
    #[must_use]
    pub fn entry(self) -> &'static CatalogueEntry {
        catalogue()
            .find(|entry| entry.code == self)
            .expect("codes are made by the catalogue or parsed against it")
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("CXA-{:03}", self.0))
    }
}

impl fmt::Debug for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
