//! The figures: traces that the checker finds, and runs over plain TCP.

use hyaline_check::ends::plain_tcp::PlainTcp;
use hyaline_check::programs::Programs;
use hyaline_check::report::assessment::{Assessment, assess, assess_ends};
use hyaline_check::report::picture::picture;
use hyaline_check::report::sequence::Sequence;
use hyaline_check::runs::hazards::demonstration::Version;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::scenario::{Baselines, plain};
use hyaline_check::side::{Both, Side};
use hyaline_check::world::pair::Pair;
use hyaline_check::world::step::Step;

use crate::scenes::{TEN, demonstration};

/// All figures: the name of the file, and what is in it.
pub(crate) fn figures() -> Vec<(String, String)> {
    let mut figures = vec![
        ("hang.svg".to_owned(), product()),
        ("tcp-accepted.svg".to_owned(), accepted()),
        ("tcp-reset.svg".to_owned(), reset()),
        ("tcp-deadlock.svg".to_owned(), deadlock()),
    ];
    figures.extend(TEN.iter().map(|number| (format!("{number}.svg"), hazard(number))));
    figures
}

fn drawn(sequence: &Sequence, headline: &str) -> String {
    picture(sequence, Some(headline), false).to_string() + "\n"
}

fn scenario(client: &str, server: &str) -> Scenario {
    let programs = Both { client: client.parse(), server: server.parse() };
    Scenario::new(Programs::Fixed(programs.map(|program| program.expect("a program"))))
}

/// The picture of the README: two programs that end over TCP, and hang over TLS.
fn product() -> String {
    let scenario =
        Scenario { send: 0, tickets: 2, ..scenario("write write close", "read read close") };
    let library: NamedProfile = "openssl".parse().expect("a profile");
    let both = Both { client: library.profile(), server: library.profile() };
    let found = assess(&scenario, &both, &Effort::default(), false, &mut |_| ());
    let found = found.expect("a scenario within bounds");
    assert_eq!(found.headline, "TLS adds a hang here");
    let headline = "The client writes twice, the server reads twice. Over TCP both end. \
                    Over TLS, as OpenSSL sends its tickets, they hang:";
    drawn(&found.trace.expect("a trace"), headline)
}

/// The shortest trace to a hazard, with its cause.
fn hazard(number: &str) -> String {
    let Assessment { headline, trace, .. } = assessed(number);
    drawn(&trace.expect("a trace"), &headline)
}

/// What the checker says of a hazard, with its cause.
pub(crate) fn assessed(number: &str) -> Assessment {
    let (_, shown) = demonstration(number);
    let version = Version::Endangered;
    let ends = shown.ends(version).expect("ends");
    let mut baselines = Baselines::default();
    let scenario = shown.scenario(version);
    assess_ends(&scenario, ends, &mut baselines, &Effort::default(), &mut |_| ())
        .expect("a scenario within bounds")
}

/// Both write all they have, and then read.
fn deadlock() -> String {
    let scenario = scenario("write write write read close", "write write write read close");
    let both = Both { client: "hyaline", server: "hyaline" }
        .map(|name| name.parse::<NamedProfile>().expect("a profile").profile());
    let found = assess(&scenario, &both, &Effort::default(), false, &mut |_| ());
    let found = found.expect("a scenario within bounds");
    let trace = found.trace.expect("a trace");
    assert!(trace.is_stuck() && found.headline.contains("over plain TCP"), "{}", found.headline);
    drawn(&trace, "Both write more than fits, over plain TCP: each waits for the other.")
}

/// A write is accepted, and the program has closed, before anything arrives.
fn accepted() -> String {
    let all_of_the_client_first = |step: &Step| match step {
        Step::Deliver(Side::Client) => 1,
        step if side_of(step) == Some(Side::Client) => 0,
        _ => 2,
    };
    let run = run_over_tcp(&scenario("write close", "read close"), all_of_the_client_first);
    drawn(&run, "The client has closed before its data arrives, and nothing is lost.")
}

/// A close with unread data resets the connection, and drops what was written before.
fn reset() -> String {
    let the_clients_data_first = |step: &Step| match step {
        Step::Deliver(Side::Server) => 2,
        step if side_of(step) == Some(Side::Client) => 0,
        Step::Deliver(Side::Client) => 0,
        _ => 1,
    };
    let run = run_over_tcp(&scenario("write read close", "write close"), the_clients_data_first);
    drawn(&run, "The server closes and has not read: a RST, and its answer is lost.")
}

/// The side whose program or endpoint takes a step; none takes those of the network.
const fn side_of(step: &Step) -> Option<Side> {
    match step {
        Step::Begin(side, _)
        | Step::Transmit(side)
        | Step::Receive(side)
        | Step::Exchange(side)
        | Step::Block(side) => Some(*side),
        _ => None,
    }
}

/// The run over plain TCP in which the step of the least rank is taken wherever there is a choice.
fn run_over_tcp(scenario: &Scenario, rank: impl Fn(&Step) -> u8) -> Sequence {
    let tcp = scenario.tcp().expect("queues that fit");
    let pair: Pair<PlainTcp> = plain(scenario, tcp).pair;
    let (mut snapshot, mut trace) = (pair.first(), Vec::new());
    loop {
        let mut steps = Vec::new();
        pair.steps(&snapshot, &mut steps);
        let step = steps.into_iter().min_by_key(&rank);
        trace.push((snapshot, step));
        let Some(step) = step else { return Sequence::of(&pair, &trace) };
        pair.take(&mut snapshot, step, &mut Both { client: (), server: () });
    }
}
