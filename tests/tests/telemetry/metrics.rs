//! Feeds the `metrics` crate with what the sources of a process tell.

use std::collections::HashMap;
use std::fmt::Debug;
use std::time::SystemTime;

use metrics::{counter, gauge};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

pub(crate) struct TokenMetrics;

#[derive(Default)]
struct Fields(HashMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for TokenMetrics {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "cxone_auth" {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let text = |name: &str| fields.0.get(name).cloned().unwrap_or_default();
        let seconds = |name: &str| text(name).parse::<f64>().ok();
        let labels = |names: &[&'static str]| -> Vec<_> {
            let whose = ["endpoint", "client_id", "access_key"];
            let names = whose.iter().chain(names);
            names.map(|name| (*name, text(name))).collect()
        };
        if !text("outcome").is_empty() {
            let labels = labels(&["outcome", "finding"]);
            counter!("cxone_auth_token_requests_total", &labels).increment(1);
        }
        let ends_in = |remaining: f64| {
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
            let end = gauge!("cxone_auth_token_end_timestamp_seconds", &labels(&[]));
            end.set(now.as_secs_f64() + remaining);
        };
        match (&*text("event"), seconds("remaining_seconds")) {
            ("fetched" | "renewed" | "adopted", Some(remaining)) => {
                let lifetime = seconds("lifetime_seconds").unwrap_or(remaining);
                gauge!("cxone_auth_token_lifetime_seconds", &labels(&[])).set(lifetime);
                ends_in(remaining);
            }
            ("invalidated", _) => {
                counter!("cxone_auth_forced_renewals_total", &labels(&[])).increment(1);
                ends_in(0.0);
            }
            ("store_failed", _) => {
                counter!("cxone_auth_store_errors_total", &labels(&[])).increment(1);
            }
            _ => {}
        }
    }
}
