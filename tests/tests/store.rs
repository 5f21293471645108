//! The store and the keys for tests: the store keeps the contract of stores until a test has it
//! break, and the contract notices a store that does not keep it.

mod store {
    mod broken;
    mod contract;
    mod fault;
    mod keys;
    mod noticed;
}
