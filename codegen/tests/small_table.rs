//! A small table that uses all of the notation, and everything that it becomes.
#![allow(dead_code, unreachable_pub)]

/// A door with a bell: an opener or a closer stands beside it.
#[macro_use]
pub mod alphabet {
    hyaline_codegen::alphabet! {
        enums {
            /// How far the door is open.
            pub enum Gap => lets_through: bool {
                /** Shut. */ None => false, /** A crack. */ Crack => false, Wide => true
            }
            /// Who rings.
            pub enum Guest { Friend, Stranger }
        }
        labels { /** One may walk through. */ Passable, Quiet }
        events {
            /// Someone rings.
            Ring(Guest),
            /// Someone pushes.
            Push,
            Pull,
            /// Light.
            Lamp(bool),
            Chime(Guest),
        }
        groups { Touch = Push | Pull; }
        actions { /** Says something. */ Greet(Guest), Creak, Shine(bool) }
        memory {
            /// Rings to come.
            rings: 0..=3 = 2 by bell,
            gap: Gap = None by door,
            last_guest: Guest = Stranger by bell,
            lit: bool = false by bell,
            floor: 2..=4 = 3 by door,
        }
        facts { /** Whether it is dark. */ dark: bool, weather: Gap }
        policy { /** Who may come in. */ welcome: Guest, silent: bool }
        profiles {
            /// As shipped.
            OPEN_HOUSE { welcome: Stranger, silent: false }
            SHY { welcome: Friend, silent: true }
        }
    }
}
pub use alphabet::*;

/// The machine that opens.
#[macro_use]
pub mod opener {
    hyaline_codegen::machine! {
        /// Opens.
        machine opener: door;
        states {
            /// Nobody has come.
            initial Shut [Quiet],
            Ajar [Passable, Quiet],
            final Open [Passable],
        }
        rows {
            /// The usual way.
            #[rfc("1.1")]
            #[rfc("A.1")]
            Shut + Push if floor > 2 => Ajar { gap = Crack; floor -= 1; Creak; }
            #[rfc("1.2")]
            Shut + Push if floor <= 2 => Shut { Creak; Creak; }
            #[local("wider")]
            Ajar + Push => Open { gap = Wide; raise bell.Chime(Friend); }
            #[rfc("2")]
            Ajar | Open + Pull if gap == Crack | Wide and weather(None | Crack) and dark(true)
                => same { gap = None; }
        }
        otherwise {
            #[local("a door does not mind")]
            Open + Touch => same {}
            #[rfc("3")]
            _ + Touch => Shut { Creak; }
        }
    }
}

/// The machine that closes.
#[macro_use]
pub mod closer {
    hyaline_codegen::machine! {
        /// Closes.
        machine closer: door;
        states { initial Open, final Shut }
        rows { #[rfc("1")] Open + Pull => Shut { gap = None; } }
        otherwise { #[local("no matter")] _ + _ => same {} }
    }
}

/// The machine that rings.
#[macro_use]
pub mod bell {
    hyaline_codegen::machine! {
        /// Rings.
        machine bell: bell;
        states { initial Still, final Broken }
        settle lowers { falling rings, rising lit, state }
        rows {
            #[rfc("5")]
            Still + Ring(Friend) => Still {
                last_guest = Friend; Greet(Friend); post bell.Lamp(true);
            }
            #[rfc("5")]
            Still + Ring(guest @ Stranger) under welcome(Stranger) and silent(false) => same {
                last_guest = guest; Greet(guest); raise bell.Chime(guest);
            }
            #[rfc("5")]
            Still + Ring(Stranger) if last_guest == Stranger under welcome(Friend) => Broken {}
            #[rfc("6")]
            Still | Broken + Chime(guest) => same { Greet(guest); post door.Push; }
            #[rfc("6")]
            _ + Lamp(on) => same { lit = on; Shine(on); }
            #[local("count down")]
            Still + settle if rings != 0 => Still { rings -= 1; }
            #[local("then stop")]
            Still + settle if rings == 0 and lit == true => Broken {}
        }
        otherwise { #[rfc("7")] _ + Ring(guest) => Broken { Greet(guest); } }
    }
}

hyaline_codegen::table! { door: opener | closer, bell }

const FRIENDLY: Facts = Facts { dark: true, weather: Gap::None };

fn row(states: &States, slot: Slot, memory: &Memory, event: Event) -> Option<&'static Row> {
    states.step(slot, memory, event, &FRIENDLY, &Policy::OPEN_HOUSE)
}

fn text(states: &States, slot: Slot, memory: &Memory, event: Event) -> &'static str {
    row(states, slot, memory, event).map_or("", |row| row.text)
}

#[test]
fn value_enums_know_their_indexes_and_names() {
    assert_eq!(Gap::ALL, &[Gap::None, Gap::Crack, Gap::Wide]);
    assert_eq!(Gap::Wide.index(), 2);
    assert_eq!(Gap::from_index(1), Some(Gap::Crack));
    assert_eq!(Gap::from_index(3), None);
    assert_eq!(Guest::Friend.name(), "Friend");
    assert_eq!(Label::ALL.len(), 2);
}

#[test]
fn events_and_actions_carry_at_most_one_value() {
    let ring = Event::Ring(Guest::Stranger);
    assert_eq!(ring.to_string(), "Ring(Stranger)");
    assert_eq!(Event::Lamp(true).to_string(), "Lamp(true)");
    assert_eq!(Event::Push.to_string(), "Push");
    assert_eq!(ring.name(), "Ring");
    assert_eq!(ring.kind(), EventKind::Ring);
    assert_eq!(ring.payload_index(), Some(1));
    assert_eq!(Event::Settle.payload_index(), None);
    assert_eq!(EventKind::Ring.payloads(), 2);
    assert_eq!(EventKind::Push.payloads(), 0);
    assert_eq!(EventKind::Ring.with(Some(1)), Some(ring));
    assert_eq!(EventKind::Ring.with(Some(2)), None);
    assert_eq!(EventKind::Ring.with(None), None);
    assert_eq!(EventKind::Push.with(None), Some(Event::Push));
    assert_eq!(EventKind::Lamp.values().count(), 2);
    for kind in EventKind::ALL {
        for event in kind.values() {
            assert_eq!(kind.with(event.payload_index()), Some(event));
        }
    }
    assert_eq!(Action::Greet(Guest::Friend).to_string(), "Greet(Friend)");
    assert_eq!(Action::Creak.kind(), ActionKind::Creak);
    assert_eq!(ActionKind::Shine.with(Some(1)), Some(Action::Shine(true)));
}

#[test]
fn fields_are_read_and_written_by_index() {
    let mut memory = Memory::default();
    assert_eq!(memory, Memory::INITIAL);
    assert_eq!((memory.rings, memory.floor, memory.lit), (2, 3, false));
    assert_eq!(memory.get(MemoryField::Floor), 1);
    assert_eq!(MemoryField::Floor.cardinality(), 3);
    assert_eq!(MemoryField::Floor.value_name(1), "3");
    assert_eq!(MemoryField::LastGuest.name(), "last_guest");
    assert_eq!(MemoryField::LastGuest.value_name(1), "Stranger");
    assert_eq!(MemoryField::Lit.value_name(2), "");
    memory.set(MemoryField::Floor, 2);
    assert_eq!(memory.floor, 4);
    memory.set(MemoryField::Floor, 3);
    assert_eq!(memory.floor, 4, "there is no such value");
    for field in MemoryField::ALL {
        for index in 0..field.cardinality() {
            memory.set(*field, index);
            assert_eq!(memory.get(*field), index);
        }
    }
    assert_eq!(Facts::FIRST, Facts { dark: false, weather: Gap::None });
    assert_eq!(FactName::Weather.cardinality(), 3);
    assert_eq!(Policy::FIRST, Policy { welcome: Guest::Friend, silent: false });
    assert_eq!(Policy::SHIPPED, Policy::OPEN_HOUSE);
    assert_eq!(Policy::PROFILES, &[("open-house", Policy::OPEN_HOUSE), ("shy", Policy::SHY)]);
    assert_eq!(Policy::SHY.get(PolicyName::Silent), 1);
}

#[test]
fn states_know_where_they_begin_and_end() {
    assert_eq!(opener::State::INITIAL, opener::State::Shut);
    assert!(opener::State::Open.is_final());
    assert!(opener::State::Ajar.has(Label::Passable));
    assert!(!opener::State::Shut.has(Label::Passable));
    let states = States::initial_opener();
    assert_eq!(states.door, DoorState::Opener(opener::State::Shut));
    assert_eq!(States::initial_closer().door, DoorState::Closer(closer::State::Open));
    assert_eq!(states.machine(Slot::Door), Machine::Opener);
    assert_eq!(states.index(Slot::Door), 0);
    assert!(states.has(Slot::Door, Label::Quiet));
    assert!(!states.is_final(Slot::Bell));
    assert_eq!(Machine::Opener.state_name(1), "Ajar");
    assert_eq!(Machine::Opener.state_name(9), "");
    assert_eq!(Machine::Closer.slot(), Slot::Door);
    assert_eq!(Machine::Opener.docs(), "Opens.");
    assert_eq!(Machine::Bell.state_count(), 2);
}

#[test]
fn a_step_takes_the_row_whose_guard_holds() {
    let mut states = States::initial_opener();
    let mut memory = Memory::INITIAL;
    let first = row(&states, Slot::Door, &memory, Event::Push).expect("a row");
    assert_eq!(first.text, "Shut + Push if floor > 2 => Ajar { gap = Crack; floor -= 1; Creak; }");
    assert_eq!(first.docs, "The usual way.");
    assert_eq!(first.citations, &[Citation::Rfc("1.1"), Citation::Rfc("A.1")]);
    memory.update(first, Event::Push);
    states.enter(first);
    assert_eq!((memory.gap, memory.floor), (Gap::Crack, 2));
    assert_eq!(states.door, DoorState::Opener(opener::State::Ajar));
    let pulled = text(&states, Slot::Door, &memory, Event::Pull);
    assert!(pulled.starts_with("Ajar | Open + Pull if gap == Crack | Wide and weather"));
    memory.gap = Gap::None;
    assert_eq!(
        text(&states, Slot::Door, &memory, Event::Pull),
        "Shut | Ajar + Pull => Shut { Creak; }"
    );
    assert_eq!(row(&states, Slot::Door, &memory, Event::Settle), None);
    assert_eq!(row(&states, Slot::Door, &memory, Event::Lamp(true)), None, "not at home here");
}

#[test]
fn payloads_are_tested_and_handed_on() {
    let states = States::initial_closer();
    let mut memory = Memory::INITIAL;
    let event = Event::Ring(Guest::Stranger);
    let taken = row(&states, Slot::Bell, &memory, event).expect("a row");
    assert_eq!(taken.payload, Some([1].as_slice()));
    assert!(taken.binding);
    memory.last_guest = Guest::Friend;
    memory.update(taken, event);
    assert_eq!(memory.last_guest, Guest::Stranger);
    let done = taken.effects.iter().map(|effect| match effect.kind {
        EffectKind::Perform(action) => action(event).to_string(),
        EffectKind::Raise(raised) => format!("raise {}", raised(event)),
        EffectKind::Post(posted) => format!("post {}", posted(event)),
    });
    assert_eq!(done.collect::<Vec<_>>(), ["Greet(Stranger)", "raise Chime(Stranger)"]);
    let friend = row(&states, Slot::Bell, &memory, Event::Ring(Guest::Friend)).expect("a row");
    assert!(matches!(friend.effects, [_, Effect { kind: EffectKind::Post(_), .. }]));
    let shy = states.step(Slot::Bell, &memory, event, &FRIENDLY, &Policy::SHY).expect("a row");
    assert_eq!(
        shy.text,
        "Still + Ring(Stranger) if last_guest == Stranger under welcome(Friend) \
         => Broken {}"
    );
}

#[test]
fn what_no_row_takes_goes_to_the_first_otherwise() {
    let states =
        States { door: DoorState::Opener(opener::State::Open), ..States::initial_opener() };
    let memory = Memory { gap: Gap::None, ..Memory::INITIAL };
    let taken = row(&states, Slot::Door, &memory, Event::Pull).expect("a row");
    assert!(taken.otherwise);
    assert_eq!((taken.text, taken.from), ("Open + Pull => same {}", [2].as_slice()));
    assert_eq!(taken.to, None);
}

#[test]
fn settle_fires_until_nothing_does() {
    let mut states = States::initial_opener();
    let mut memory = Memory { lit: true, ..Memory::INITIAL };
    let mut fired = 0;
    while let Some(row) = row(&states, Slot::Bell, &memory, Event::Settle) {
        memory.update(row, Event::Settle);
        states.enter(row);
        fired += 1;
    }
    assert_eq!((fired, memory.rings, states.bell), (3, 0, bell::State::Broken));
}

#[test]
fn rows_are_numbered_over_the_whole_table() {
    for (position, row) in ROWS.iter().enumerate() {
        assert_eq!(usize::from(row.number), position);
        assert!(!row.from.is_empty() && !row.citations.is_empty());
    }
    let by_machine: usize = Machine::ALL.iter().map(|machine| machine.rows().len()).sum();
    assert_eq!(by_machine, ROWS.len());
    assert_eq!(Machine::Bell.rows().iter().filter(|row| row.otherwise).count(), 1);
}

#[test]
fn the_variants_of_an_enum_may_map_to_values() {
    let through: Vec<Gap> = Gap::ALL.iter().copied().filter(|gap| gap.lets_through()).collect();
    assert_eq!(through, [Gap::Wide]);
}

#[test]
fn events_have_one_home() {
    assert_eq!(home(EventKind::Push), Some(Slot::Door));
    assert_eq!(home(EventKind::Ring), Some(Slot::Bell));
    assert_eq!(home(EventKind::Settle), None);
    assert_eq!(FINGERPRINT.len(), 32);
}
