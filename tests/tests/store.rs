//! The store and the keys for tests: the store keeps the contract of stores until a test has it
//! break, and the contract notices a store that does not keep it. What real stores show to whom.

#![cfg(test)]

#[path = "shared"]
mod shared {
    #[cfg(unix)]
    pub(crate) mod spelling;
}

mod store {
    mod broken;
    mod contract;
    mod fault;
    mod keys;
    mod noticed;
    #[cfg(unix)]
    mod readable;
}
