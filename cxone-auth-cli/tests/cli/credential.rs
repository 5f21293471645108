//! Clients without a constant secret: keys, assertions and commands.

mod bad_input;
mod cached;
mod certificate;
mod command;
mod examined;
mod fixture;
mod keygen;
mod layer;
mod sent;
