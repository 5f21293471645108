//! The store on a server, with real Redis and Valkey servers: logins, TLS, outages, runtimes, and
//! what is readable there. Without such a server, the tests that need one say so and pass.

#![cfg(unix)]
#![cfg(test)]

#[path = "shared"]
mod shared {
    pub(crate) mod future;
}

mod redis {
    mod contract;
    mod endless;
    mod example;
    mod fixture;
    mod foreign;
    mod login;
    mod memory;
    mod outage;
    mod response;
    mod runtime;
    mod secrecy;
    mod socket;
    mod source;
    mod tls;
}
