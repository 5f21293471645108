//! The step that asks an issuer where its token endpoint is.

use std::time::Instant;

use cxone_auth_core::Error;
use cxone_auth_core::discovery::ServerMetadata;

use super::Examination;
use super::request::NO_TOKEN;
use crate::doctor::carrier::Carrier;
use crate::doctor::check::Step;
use crate::doctor::deadline::Deadline;
use crate::target::Target;
use crate::words;

impl Examination<'_> {
    /// Asks the issuer, if one names the token endpoint, and shows what it says.
    pub(super) fn discover(
        &mut self,
        target: &mut Target,
        deadline: Deadline,
    ) -> Result<(), Error> {
        if !target.is_to_be_discovered() {
            return Ok(());
        }
        if self.arguments.offline {
            self.add(Step::Discovery.skipped("--offline"));
            return Ok(());
        }
        let carrier = Carrier::new(&target.transport, deadline);
        self.watch(Step::Discovery, || {
            let began = Instant::now();
            let result = target.discover(&carrier);
            let metadata = target.discovery.as_ref();
            let metadata = metadata.and_then(|discovery| discovery.metadata.as_ref());
            let check = match (&result, metadata) {
                (Err(error), _) => {
                    Step::Discovery.failed(error.in_words(words::of_the_program).to_string())
                }
                (Ok(()), metadata) => {
                    let endpoint = target.endpoint.text();
                    let check = Step::Discovery.passed(format!("token endpoint: {endpoint}"));
                    check.with_details(metadata.map(listed).unwrap_or_default())
                }
            };
            (check.with_time(began.elapsed()), result)
        })
    }

    /// Looks at the way to the issuer, where it has named no token endpoint.
    pub(super) fn stay_without_endpoint(
        &mut self,
        target: &Target,
        deadline: Deadline,
        error: &Error,
    ) {
        let path = self.walk(target, deadline);
        let why = "not asked for: the token endpoint is not known";
        self.add(Step::Token.skipped(why));
        self.skip_probe("no token was asked for");
        if self.api.is_some() {
            self.add(Step::Api.skipped(NO_TOKEN));
        }
        self.has_failed(error, &path);
    }
}

/// Returns what the server lists, one line for each list.
fn listed(metadata: &ServerMetadata) -> Vec<String> {
    let methods: Vec<&str> = metadata.authentication_methods().collect();
    let methods = format!("client authentication: {}", methods.join(" "));
    let line = |name: &str, names: Option<&[String]>| {
        let names = names.filter(|names| !names.is_empty())?;
        Some(format!("{name}: {}", shortened(names)))
    };
    let algorithms = Some(metadata.signing_algorithms());
    let lines = [
        line("signatures", algorithms),
        line("grants", metadata.grant_types()),
        line("scopes", metadata.scopes()),
    ];
    std::iter::once(methods)
        .chain(lines.into_iter().flatten())
        .collect()
}

/// Names the first ones. Some servers list hundreds of scopes.
fn shortened(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown = names[..names.len().min(MOST)].join(" ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
