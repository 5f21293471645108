//! Secrets in logs: none, however fine the log, in whatever spelling.

#![cfg(test)]

#[path = "shared/spelling.rs"]
mod spelling;
#[path = "shared/stack.rs"]
mod stack;
#[path = "shared/visit.rs"]
mod visit;

/// Each check on each stack, as a test in a module with the stack's name.
macro_rules! on_each_stack {
    ($($test:ident: $check:ident;)+) => {
        on_each_stack!(@reqwest Reqwest $($test $check)+);
        on_each_stack!(@hyper Hyper $($test $check)+);
        on_each_stack!(@isahc Isahc $($test $check)+);
        on_each_stack!(@ureq Ureq $($test $check)+);
    };
    (@$module:ident $stack:ident $($test:ident $check:ident)+) => {
        mod $module {
            $(#[test]
            fn $test() {
                super::$check(crate::stack::Stack::$stack);
            })+
        }
    };
}

mod logs {
    mod call;
    mod capture;
    mod fetch;
    mod level;
    mod proxy;
    mod source;
}
