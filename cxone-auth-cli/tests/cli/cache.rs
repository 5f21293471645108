//! The token cache, as processes meet it.

mod clock;
mod forget;
mod kill;
mod pause;
mod refusal;
mod scene;
mod secrecy;
mod space;
mod stored;
mod storm;
mod stranger;
mod sweep;
mod target;
