//! Secrets in logs: none, however fine the log, in whatever spelling.

#![cfg(test)]

#[path = "shared/spelling.rs"]
mod spelling;
#[path = "shared/stack.rs"]
mod stack;
#[path = "shared/visit.rs"]
mod visit;

mod logs {
    mod call;
    mod capture;
    mod fetch;
    mod proxy;
    mod source;
}
