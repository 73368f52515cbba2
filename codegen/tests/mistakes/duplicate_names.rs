//! Everything twice.

hyaline_codegen::alphabet! {
    enums {
        pub enum Level { Low, High, Low }
        pub enum Level { Low }
    }
    labels { Warm, Warm }
    events { Press, Press, Turn(Level), Blow(Level) }
    groups { Touch = Press | Turn; }
    actions { Glow(Level), Click, Click }
    memory {
        level: Level = Low by heater,
        level: bool = true by heater,
        turns: 0..=3 = 3 by heater,
    }
    facts { power: bool, power: bool }
    policy { eager: bool, eager: bool }
    profiles { CAREFUL { eager: true }  CAREFUL { eager: false } }
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
            Cold | Hot | Cold + Turn(wanted) => same { level = wanted; raise fan.Blow(wanted); }
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
        states { initial Still, Still, final Spinning }
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

hyaline_codegen::table! { heater, fan, fan }

fn main() {}
