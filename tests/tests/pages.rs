//! The pages of docs/: what they quote, what they tell to type, where their links lead, the
//! features and the exit codes that they list.

#![cfg(test)]

mod pages {
    mod exit_code;
    mod feature;
    mod link;
    mod page;
    mod quotation;
    mod shell;
}
