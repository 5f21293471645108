//! What the example of the page counts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit,
};
use tracing_subscriber::layer::SubscriberExt as _;

use super::metrics::TokenMetrics;
use super::play::{life, outage, refusal, store_failure};

/// The values, by name and labels.
#[derive(Clone, Default)]
struct Registry(Arc<Mutex<BTreeMap<String, f64>>>);

struct Series {
    registry: Registry,
    name: String,
}

impl Registry {
    fn series(&self, key: &Key) -> Series {
        let labels = key.labels().filter(|label| !label.value().is_empty());
        let labels: Vec<String> = labels
            .map(|label| format!("{}={:?}", label.key(), label.value()))
            .collect();
        Series {
            registry: self.clone(),
            name: format!("{}{{{}}}", key.name(), labels.join(",")),
        }
    }
}

impl Series {
    fn change(&self, change: impl Fn(f64) -> f64) {
        let mut values = self.registry.0.lock().unwrap();
        let value = values.entry(self.name.clone()).or_default();
        *value = change(*value);
    }
}

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        assert_eq!(value, 1);
        self.change(|own| own + 1.0);
    }

    fn absolute(&self, _: u64) {
        panic!("the example only increments");
    }
}

impl GaugeFn for Series {
    fn increment(&self, _: f64) {
        panic!("the example only sets");
    }

    fn decrement(&self, _: f64) {
        panic!("the example only sets");
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

impl Recorder for Registry {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::new(self.series(key)))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Arc::new(self.series(key)))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("the example has no histogram");
    }
}

/// The values after `act`.
fn counted(act: fn()) -> BTreeMap<String, f64> {
    let registry = Registry::default();
    let subscriber = tracing_subscriber::registry().with(TokenMetrics);
    metrics::with_local_recorder(&registry, || {
        tracing::subscriber::with_default(subscriber, act);
    });
    let values = registry.0.lock().unwrap();
    values.clone()
}

const WHOSE: &str = r#"endpoint="login.example.com:8443/oauth/token",client_id="billing""#;

#[track_caller]
fn assert_values(values: &BTreeMap<String, f64>, expected: &[(&str, &str, f64)]) {
    for (name, labels, value) in expected {
        let series = format!("cxone_auth_{name}{{{WHOSE}{labels}}}");
        let found = values
            .get(&series)
            .unwrap_or_else(|| panic!("{series}: {values:?}"));
        assert!((found - value).abs() < 1e-6, "{series}: {values:?}");
    }
}

fn now() -> f64 {
    let since = SystemTime::UNIX_EPOCH.elapsed();
    since.unwrap().as_secs_f64()
}

#[test]
fn requests_and_rejections_are_counted_and_the_end_of_the_token_is_known() {
    let before = now();
    let values = counted(life);
    assert_values(
        &values,
        &[
            ("token_requests_total", r#",outcome="ok""#, 3.0),
            ("forced_renewals_total", "", 1.0),
            ("token_lifetime_seconds", "", 3_600.0),
        ],
    );
    let end = values[&format!("cxone_auth_token_end_timestamp_seconds{{{WHOSE}}}")];
    let left = 3_600.0 - 0.25;
    assert!((before + left..=now() + left).contains(&end), "{end}");
    assert_eq!(values.len(), 4, "{values:?}");
}

#[test]
fn failures_have_their_finding_and_those_of_a_store_are_counted() {
    let failed = r#",outcome="failed",finding="CXA-602""#;
    let outage = counted(outage);
    assert_values(&outage, &[("token_requests_total", failed, 1.0)]);
    let store = counted(store_failure);
    assert_values(&store, &[("token_requests_total", r#",outcome="ok""#, 1.0)]);
    // Without a token, nothing is said of its end.
    let (client, refused) = (
        r#"{endpoint="cxone.niceincontact.com/auth/token",client_id="4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f",access_key="TENANTON…""#,
        r#",outcome="refused",finding="CXA-301"}"#,
    );
    let series = format!("cxone_auth_token_requests_total{client}{refused}");
    let refusal: Vec<_> = counted(refusal).into_iter().collect();
    assert_eq!(refusal, [(series, 1.0)]);
    let errors = store
        .keys()
        .filter(|name| name.contains("store_errors_total"));
    assert_eq!(errors.count(), 1, "{store:?}");
}
