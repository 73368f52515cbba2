//! Seventeen facts for one state and event.

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
    facts { power: bool, fact_0: bool, fact_1: bool, fact_2: bool, fact_3: bool, fact_4: bool, fact_5: bool, fact_6: bool, fact_7: bool, fact_8: bool, fact_9: bool, fact_10: bool, fact_11: bool, fact_12: bool, fact_13: bool, fact_14: bool, fact_15: bool, fact_16: bool }
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
            Cold + Press if power(true) and fact_0(true) and fact_1(true) and fact_2(true) and fact_3(true)
                and fact_4(true) and fact_5(true) and fact_6(true) and fact_7(true) and fact_8(true) => Hot { Glow(High); }
            #[rfc("1.1")]
            Cold + Press
                if power(false) and fact_9(true) and fact_10(true) and fact_11(true) and fact_12(true)
                and fact_13(true) and fact_14(true) and fact_15(true) and fact_16(true)
                => Hot {}
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

fn main() {}
