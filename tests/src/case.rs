//! The cases of a contract: what the contract of transports and that of stores have in common.

use std::fmt;

/// One thing that a candidate `C` must do, in some ways `W`: with schemes, or openings.
pub struct Case<C: ?Sized + 'static, W: 'static> {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) ways: &'static [W],
    pub(crate) check: fn(&C, W),
    pub(crate) advice: &'static str,
}

impl<C: ?Sized, W: Copy> Case<C, W> {
    /// Returns the topic of the case: `redirect`, `lease` and so on.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Returns what must happen, as a sentence with underscores. Its subject is the group.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the ways for which the case makes sense.
    #[must_use]
    pub fn ways(&self) -> &'static [W] {
        self.ways
    }

    /// Returns what the author of a candidate does to pass the case.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.advice
    }

    /// Runs the case. If it fails, its [`advice`](Self::advice) is printed too.
    ///
    /// # Panics
    ///
    /// If `candidate` fails the case.
    pub fn run(&self, candidate: &C, way: W) {
        let advice = PrintsAdvice {
            case: self,
            advice: self.advice,
        };
        (self.check)(candidate, way);
        drop(advice);
    }
}

impl<C: ?Sized, W> Clone for Case<C, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: ?Sized, W> Copy for Case<C, W> {}

impl<C: ?Sized, W> fmt::Debug for Case<C, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

/// Prints the advice if it is dropped after a failed check.
struct PrintsAdvice<'a> {
    case: &'a dyn fmt::Debug,
    advice: &'static str,
}

impl Drop for PrintsAdvice<'_> {
    #[expect(
        clippy::print_stderr,
        reason = "a failed test says on stderr why it failed"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("To pass {:?}: {}", self.case, self.advice);
        }
    }
}

/// Runs the case of this group and name.
pub(crate) fn run<C: ?Sized, W: Copy>(
    cases: &[Case<C, W>],
    candidate: &C,
    (group, name): (&str, &str),
    way: W,
) {
    cases
        .iter()
        .find(|case| case.group == group && case.name == name)
        .unwrap_or_else(|| panic!("the contract has no case {group}::{name}"))
        .run(candidate, way);
}

/// Makes the cases of a list. Its groups are modules with an `ADVICE`, beside a `Case` and a
/// `Fixture`.
macro_rules! table {
    ($($group:ident { $($case:ident: $($way:ident)+;)+ })+) => {
        &[$($(Case {
            group: stringify!($group),
            name: stringify!($case),
            ways: &[$($crate::__contract_way!($way)),+],
            check: |candidate, way| $group::$case(&Fixture::new(candidate, way)),
            advice: $group::ADVICE,
        }),+),+]
    };
}

pub(crate) use table;

/// Generates a module per group, a module per case, and in it a test per way. The module around them
/// has `candidate()`, and `contract`, which runs the cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_tests {
    ($($group:ident { $($case:ident: $($way:ident)+;)+ })+) => {
        $(mod $group {
            $(mod $case {
                $(#[test]
                fn $way() {
                    super::super::contract::run(
                        &super::super::candidate(),
                        stringify!($group),
                        stringify!($case),
                        $crate::__contract_way!($way),
                    );
                })+
            })+
        })+
    };
}

/// Returns the way for a word of a list.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_way {
    (http) => {
        $crate::contract::Scheme::Http
    };
    (https) => {
        $crate::contract::Scheme::Https
    };
    (together) => {
        $crate::store::contract::Opening::Together
    };
    (apart) => {
        $crate::store::contract::Opening::Apart
    };
}
