//! The code of docs/how-to. Each page quotes these files, which the test `pages` compares, and the
//! tests here run them.

#![cfg(test)]

/// The client of the page about transports, by the name that it has in the package of a reader.
extern crate reqwest_0_12 as reqwest;

mod how_to {
    mod contract;
    mod deadlines;
    mod proxy;
    mod rotate;
    mod tenants;
    mod testing;
    mod transport;
}
