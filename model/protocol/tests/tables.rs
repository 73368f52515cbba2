//! What the checker makes of small tables: letters, raised events, mistakes, and messages that
//! nothing takes.
#![allow(clippy::expect_used, clippy::panic)]

use hyaline_protocol::{
    AskError, BoundedChannel, Conditions, Consequence, EndView, Invariant, OfferedCall, PairAnswer,
    Protocol, ProtocolEnd, ProtocolVerdict, scenario,
};

hyaline_protocol::alphabet! {
    labels { Resting }
    events { Overfill, Twice, Post, Raise, Later, Sooner, Ping, Stray, Give }
    actions { SendPing, SendStray, Done }
    facts { room: bool }
}

#[macro_use]
mod peer {
    hyaline_protocol::machine! {
        machine peer: peer;
        states { initial final Idle [Resting], Busy }
        rows {
            #[local("sends without asking for room")]
            Idle + Overfill => same { SendPing; SendPing; Done; }
            #[local("completes what is complete")]
            Idle + Twice => same { Done; Done; }
            #[local("goes on in a later turn")]
            Idle + Post => Busy { post peer.Later; }
            #[local("goes on in the same turn")]
            Idle + Raise => Busy { raise peer.Sooner; }
            #[local("what was put off")]
            Busy + Later | Sooner => Idle { Done; }
            #[local("sends what nobody takes")]
            Idle + Give if room(true) => same { SendStray; Done; }
            #[local("who is busy takes anything")]
            Busy + Ping | Stray => same {}
        }
        otherwise { #[local("not now")] _ + _ => same {} }
    }
}

hyaline_protocol::table! { peer }

/// Two peers that make mistakes.
struct Mistaken;

impl Protocol for Mistaken {
    type Table = States;
    const NAME: &str = "mistaken";
    const ENDS: [ProtocolEnd<States>; 2] =
        [ProtocolEnd::new("left", States::initial()), ProtocolEnd::new("right", States::initial())];
    const CHANNEL: BoundedChannel = BoundedChannel::reliable(1);
    const CALLS: &[OfferedCall<Event>] = &[
        OfferedCall::new("overfill", Event::Overfill),
        OfferedCall::new("twice", Event::Twice),
        OfferedCall::new("post", Event::Post),
        OfferedCall::new("raise", Event::Raise),
        OfferedCall::new("give", Event::Give).plain("send"),
        OfferedCall::new("wait", Event::Stray).plain("receive"),
    ];
    const PROGRAMS: &[[&str; 2]] = &[];
    const INVARIANTS: &[Invariant<States>] = &[Invariant {
        name: "nobody makes three calls",
        holds: |snapshot| snapshot.ends.iter().all(|end| end.completed < 3),
    }];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Facts { room: view.room() > 0 }
    }
    fn perform(&self, action: Action, _: &EndView<'_, States>) -> Consequence<Event> {
        match action {
            Action::SendPing => Consequence::Send(Event::Ping),
            Action::SendStray => Consequence::Send(Event::Stray),
            Action::Done => Consequence::Complete,
        }
    }
}

fn asked(first: &str, second: &str) -> PairAnswer {
    let answer = scenario(&Mistaken, &Conditions::default(), [first, second]);
    answer.expect("known calls").pairs.pop().expect("one pair")
}

#[test]
fn a_row_that_sends_without_room_is_a_mistake_of_the_table() {
    let pair = asked("overfill", "");
    assert_eq!(pair.verdict, ProtocolVerdict::Fails);
    assert!(pair.headline.contains("Ping is sent into a full channel"), "{}", pair.headline);
    assert_eq!(pair.trace.len(), 1, "the step that makes the mistake is shown");
}

#[test]
fn a_call_that_is_completed_twice_is_a_mistake_of_the_table() {
    assert!(asked("twice", "").headline.contains("completed where none is pending"));
}

#[test]
fn what_is_posted_comes_in_a_step_of_its_own_and_what_is_raised_in_the_same_one() {
    let (posted, raised) = (asked("post", ""), asked("raise", ""));
    assert_eq!((posted.verdict, raised.verdict), (ProtocolVerdict::Holds, ProtocolVerdict::Holds));
    assert_eq!((posted.edges, raised.edges), (2, 1));
}

#[test]
fn both_ends_move_in_every_order() {
    // Each has one step: two orders of two steps lead through four snapshots.
    let pair = asked("raise", "raise");
    assert_eq!((pair.states, pair.edges), (4, 4));
}

#[test]
fn a_message_that_no_row_takes_stays_in_its_channel_and_the_report_says_so() {
    let pair = asked("give*2", "wait");
    assert_eq!(pair.verdict, ProtocolVerdict::Fails);
    let [left, right] = pair.because.as_slice() else { panic!("two ends: {pair:?}") };
    assert_eq!((left.end, right.end), ("left", "right"));
    assert_eq!(left.at, "call 2 of 2, `give`, cannot begin in Idle");
    assert_eq!(right.waits, ["Stray has arrived, and no row of this state takes it"]);
}

#[test]
fn a_hang_is_compared_only_where_every_call_says_what_it_comes_to() {
    for (programs, words) in [
        (["give*2", ""], "on plain channels too"),
        (["give", "wait"], "the protocol adds a deadlock"),
        (["wait", "post"], "not compared"),
    ] {
        let [first, second] = programs;
        let pair = asked(first, second);
        assert!(pair.headline.contains(words), "{programs:?}: {}", pair.headline);
    }
}

#[test]
fn an_invariant_that_does_not_hold_is_named_with_the_shortest_way_there() {
    let pair = asked("raise*3", "");
    assert_eq!(pair.headline, "does not hold: nobody makes three calls");
    assert_eq!(pair.trace.len(), 3);
}

/// A peer with a call that names an operation which plain channels do not have.
struct Dancing;

impl Protocol for Dancing {
    type Table = States;
    const NAME: &str = "dancing";
    const ENDS: [ProtocolEnd<States>; 2] = Mistaken::ENDS;
    const CHANNEL: BoundedChannel = Mistaken::CHANNEL;
    const CALLS: &[OfferedCall<Event>] =
        &[OfferedCall::new("raise", Event::Raise).plain("send dance")];
    const PROGRAMS: &[[&str; 2]] = &[];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Mistaken.facts(view)
    }
    fn perform(&self, action: Action, view: &EndView<'_, States>) -> Consequence<Event> {
        Mistaken.perform(action, view)
    }
}

/// The same peers, whose calls all say what they come to on plain channels.
struct Excused;

impl Protocol for Excused {
    type Table = States;
    const NAME: &str = "excused";
    const ENDS: [ProtocolEnd<States>; 2] = Mistaken::ENDS;
    const CHANNEL: BoundedChannel = Mistaken::CHANNEL;
    const CALLS: &[OfferedCall<Event>] = &[
        OfferedCall::new("give", Event::Give).plain("send"),
        OfferedCall::new("post", Event::Post).plain(""),
        OfferedCall::new("twice", Event::Twice).plain("receive"),
    ];
    const PROGRAMS: &[[&str; 2]] = &[];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Mistaken.facts(view)
    }
    fn perform(&self, action: Action, view: &EndView<'_, States>) -> Consequence<Event> {
        Mistaken.perform(action, view)
    }
}

#[test]
fn behind_a_hang_that_plain_channels_have_too_the_search_goes_on() {
    let asked = |first: &str, states_at_most| {
        let conditions = Conditions { states_at_most, ..Conditions::default() };
        let answer = scenario(&Excused, &conditions, [first, "post"]).expect("known calls");
        answer.pairs.into_iter().next().expect("one pair")
    };
    // Who is busy may take what was given, or be idle before: then nobody takes it.
    let hangs = asked("give*2 give", 1_000);
    assert_eq!(hangs.verdict, ProtocolVerdict::HangsOnPlainChannels);
    assert!(hangs.headline.contains("on plain channels too"), "{}", hangs.headline);
    assert_eq!((hangs.wrong, hangs.trace.len()), (Some("deadlock"), 3));
    // The mistake is further away than the hang.
    let mistaken = asked("give*2 twice", 1_000);
    assert_eq!((mistaken.verdict, mistaken.wrong), (ProtocolVerdict::Fails, Some("mistake")));
    assert_eq!(mistaken.trace.len(), 5);
    // What was cut short may have such a mistake.
    let unfinished = asked("give*2 give", 1);
    assert_eq!(unfinished.verdict, ProtocolVerdict::Unfinished);
}

#[test]
fn what_is_no_word_for_a_plain_channel_is_refused() {
    let error = scenario(&Dancing, &Conditions::default(), ["raise", ""]).expect_err("no word");
    assert_eq!(error, AskError::PlainWord("raise", "dance"));
    assert!(error.to_string().contains("`send` and `receive`"), "{error}");
}

#[test]
fn a_channel_that_holds_nothing_is_refused() {
    let channel = Some(BoundedChannel::reliable(0));
    let conditions = Conditions { channel, ..Conditions::default() };
    let error = scenario(&Mistaken, &conditions, ["raise", ""]).expect_err("no capacity");
    assert_eq!(error, AskError::NoCapacity);
}
