//! What several tests need.

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::system::{Judgement, System};
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::endpoints::endpoints;
use hyaline_check::world::pair::Pair;
use hyaline_model::table::Policy;

/// Two TLS endpoints of these profiles, judged by nothing.
pub(crate) fn tls(scenario: &Scenario, client: &Policy, server: &Policy) -> System<Tls> {
    let tcp = scenario.tcp().expect("queues that fit");
    let endpoints = endpoints(scenario, client, server);
    let pair = Pair::new(endpoints, tcp, scenario.programs, scenario.timers);
    System::new(pair, Judgement::Record)
}
