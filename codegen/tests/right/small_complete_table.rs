//! A small complete table, which also runs. Each of `tests/mistakes/` is a patch of it.

hyaline_codegen::alphabet! {
    enums {
        pub enum Level { Low, High }
    }
    labels { Warm }
    events { Press, Turn(Level), Blow(Level) }
    groups { Touch = Press | Turn; }
    actions { Glow(Level), Click }
    memory {
        level: Level = Low by heater,
        turns: 0..=3 = 3 by heater,
    }
    facts { power: bool }
    policy { eager: bool }
    profiles { CAREFUL { eager: false } }
}

#[macro_use]
mod heater {
    hyaline_codegen::machine! {
        machine heater: heater;
        states { initial Cold, Hot [Warm], final Broken }
        settle lowers { falling turns, state }
        rows {
            #[rfc("1.1")]
            Cold + Press if power(true) => Hot { Glow(High); }
            #[rfc("1.2")]
            Cold | Hot + Turn(wanted) => same { level = wanted; raise fan.Blow(wanted); }
            #[rfc("1.3")]
            Hot + Press if level == High under eager(true) => Cold { Click; }
            #[local("each round wears it")]
            Hot + settle if turns != 0 => Hot { turns -= 1; }
            #[local("worn out")]
            Hot + settle if turns == 0 => Broken {}
        }
        otherwise {
            #[rfc("2")]
            _ + Touch => same {}
        }
    }
}

#[macro_use]
mod fan {
    hyaline_codegen::machine! {
        machine fan: fan;
        states { initial Still, final Spinning }
        rows {
            #[rfc("3.1")]
            Still + Blow(High) => Spinning { Click; }
        }
        otherwise {
            #[rfc("3.2")]
            _ + _ => same {}
        }
    }
}

hyaline_codegen::table! { heater, fan }

/// Everything that a table offers. A wrong table offers it too: only the table turns red.
fn main() {
    let mut states = States::initial();
    let (mut memory, facts) = (Memory::INITIAL, Facts { power: true, ..Facts::FIRST });
    memory.turns -= 1;
    let event = Event::Turn(Level::High);
    for slot in Slot::ALL {
        if let Some(row) = states.step(*slot, &memory, event, &facts, &Policy::CAREFUL) {
            memory.update(row, event);
            states.enter(row);
            println!("{} {:?} {:?}", row.text, row.machine.rows(), row.citations);
        }
        println!("{} {}", states.has(*slot, Label::Warm), states.is_final(*slot));
    }
    assert_eq!(states.heater, heater::State::Cold);
    assert_eq!((memory.level, memory.turns), (Level::High, 2));
    assert!(!heater::State::Hot.has(Label::Warm) || fan::State::Spinning.is_final());
    println!("{:?} {FINGERPRINT} {} {}", home(event.kind()), ROWS.len(), Action::Glow(Level::Low));
}
