//! The text format of Prometheus, version 0.0.4.

use std::fmt::Write as _;
use std::time::Duration;

/// A metric, of which each profile has samples.
pub(super) struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
}

/// A value, and the labels besides the profile.
pub(super) struct Sample {
    pub(super) labels: Vec<(&'static str, String)>,
    pub(super) value: String,
}

#[derive(Default)]
pub(super) struct Page(String);

impl Family {
    pub(super) const fn gauge(name: &'static str, help: &'static str) -> Self {
        let kind = "gauge";
        Self { name, kind, help }
    }

    pub(super) const fn counter(name: &'static str, help: &'static str) -> Self {
        let kind = "counter";
        Self { name, kind, help }
    }
}

impl Sample {
    pub(super) fn new(labels: Vec<(&'static str, String)>, value: u64) -> Self {
        let value = value.to_string();
        Self { labels, value }
    }

    pub(super) fn of_count(count: u64) -> Vec<Self> {
        vec![Self::new(Vec::new(), count)]
    }

    /// Returns the seconds, or no sample.
    pub(super) fn of_option(span: Option<Duration>) -> Vec<Self> {
        let sample = |span: Duration| Self {
            labels: Vec::new(),
            value: format!("{:.3}", span.as_secs_f64()),
        };
        span.map(sample).into_iter().collect()
    }
}

impl Page {
    /// Writes what a metric is. Its samples follow.
    pub(super) fn begin(&mut self, family: &Family) {
        let Family { name, kind, help } = family;
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    pub(super) fn add(&mut self, family: &Family, labels: &[(&'static str, String)], value: &str) {
        let label = |(name, value): &(&str, String)| format!("{name}=\"{}\"", escaped(value));
        let labels: Vec<String> = labels.iter().map(label).collect();
        let (name, labels) = (family.name, labels.join(","));
        if labels.is_empty() {
            return self.line(format_args!("{name} {value}"));
        }
        self.line(format_args!("{name}{{{labels}}} {value}"));
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.0, "{line}");
    }
}

/// Returns the value of a label as the format quotes it.
fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    value.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_label_or_its_line() {
        for (value, expected) in [
            ("prod", "a{profile=\"prod\"} 1\n"),
            ("a\"} 9\nb", "a{profile=\"a\\\"} 9\\nb\"} 1\n"),
            ("\\n", "a{profile=\"\\\\n\"} 1\n"),
        ] {
            let mut page = Page::default();
            let family = Family::gauge("a", "A.");
            page.add(&family, &[("profile", value.to_owned())], "1");
            assert_eq!(page.into_text(), expected);
        }
    }
}
