//! What several tests need.

use hyaline_check::bounds::Scenario;
use hyaline_check::endpoints::endpoints;
use hyaline_check::pair::{Judgement, Pair};
use hyaline_check::tls::Tls;
use hyaline_model::table::Policy;

/// Two TLS endpoints of these profiles, judged by nothing.
pub(crate) fn tls(scenario: &Scenario, client: &Policy, server: &Policy) -> Pair<Tls> {
    let tcp = scenario.tcp().expect("queues that fit");
    let endpoints = endpoints(scenario, client, server);
    Pair::new(endpoints, tcp, scenario.programs, scenario.timers, Judgement::Record)
}
