//! Tests that run once for each stack.

/// Makes each check on each stack a test, in a module with the stack's name.
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
                super::$check(crate::shared::stack::Stack::$stack);
            })+
        }
    };
}

pub(crate) use on_each_stack;
