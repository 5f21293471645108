//! A subscriber that records.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// A span or an event, as it was told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The id of a span.
    span: Option<u64>,
    /// The name of the span in which it was told.
    pub(crate) within: Option<&'static str>,
    pub(crate) level: String,
    pub(crate) target: &'static str,
    /// The name of a span, or the message of an event.
    pub(crate) name: String,
    /// In the order in which they were told.
    pub(crate) fields: Vec<(&'static str, String)>,
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Told>>>);

/// Returns all that is told on this thread while `act` runs.
pub(crate) fn told(act: impl FnOnce()) -> Vec<Told> {
    let recorder = Recorder::default();
    let subscriber = tracing_subscriber::registry().with(recorder.clone());
    tracing::subscriber::with_default(subscriber, act);
    recorder.0.lock().unwrap().clone()
}

impl Told {
    pub(crate) fn is_span(&self) -> bool {
        self.span.is_some()
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| &**value)
    }

    fn new(metadata: &'static Metadata<'static>) -> Self {
        Self {
            span: None,
            within: None,
            level: metadata.level().to_string(),
            target: metadata.target(),
            name: metadata.name().to_owned(),
            fields: Vec::new(),
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_span() { "span" } else { "event" };
        write!(f, "{:<5} {kind:<5} {}", self.level, self.name)?;
        for (name, value) in &self.fields {
            let is_word = !value.contains(' ');
            write!(f, "\n      {name}=")?;
            if is_word {
                f.write_str(value)?;
            } else {
                write!(f, "{value:?}")?;
            }
        }
        f.write_char('\n')
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.name = format!("{value:?}"),
            name => self.fields.push((name, format!("{value:?}"))),
        }
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut told = Told::new(attributes.metadata());
        told.span = Some(id.into_u64());
        let parent = context.span(id).and_then(|span| span.parent());
        told.within = parent.map(|parent| parent.name());
        attributes.record(&mut told);
        self.0.lock().unwrap().push(told);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut told = self.0.lock().unwrap();
        // The registry uses an id again when its span has ended.
        let mut spans = told.iter_mut().rev();
        let span = spans.find(|told| told.span == Some(id.into_u64()));
        values.record(span.expect("the span was told before"));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut told = Told::new(event.metadata());
        told.within = context.lookup_current().map(|span| span.name());
        event.record(&mut told);
        self.0.lock().unwrap().push(told);
    }
}
