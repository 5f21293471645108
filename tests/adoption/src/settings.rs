//! What both services are told.

use std::path::PathBuf;

pub type Error = Box<dyn std::error::Error + Send + Sync>;

pub struct Settings {
    pub token_url: String,
    pub api_base: String,
    pub client_id: String,
    pub secret_file: PathBuf,
}
