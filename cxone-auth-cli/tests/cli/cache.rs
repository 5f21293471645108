//! The token cache, as processes meet it.

mod clock;
mod fixture;
mod forget;
mod kill;
mod pause;
mod refusal;
mod secrecy;
mod space;
mod stored;
mod storm;
mod stranger;
mod sweep;
mod target;
