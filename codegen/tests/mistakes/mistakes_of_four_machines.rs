//! Four machines, a mistake in each: one compile tells of all of them.

hyaline_codegen::alphabet! {
    events { One, Two, Three, Four }
    facts { ready: bool }
}

#[macro_use]
mod first {
    hyaline_codegen::machine! {
        machine first: first;
        states { initial Begin, final End }
        rows {
            #[rfc("1")]
            Begin + One => End {}
            #[rfc("1")]
            Begin | End + One if ready(true) => same {}
        }
        otherwise {
            #[local("nothing to do")]
            _ + One => same {}
        }
    }
}

#[macro_use]
mod second {
    hyaline_codegen::machine! {
        machine second: second;
        states { initial Begin, final End }
        rows {
            Begin + Two => End {}
        }
        otherwise {
            #[local("nothing to do")]
            _ + _ => same {}
        }
    }
}

#[macro_use]
mod third {
    hyaline_codegen::machine! {
        machine third: third;
        states { initial Begin, final End }
        rows {
            #[rfc("3")]
            Begin + Three if redy(true) => End {}
        }
        otherwise {
            #[local("nothing to do")]
            _ + Three => same {}
        }
    }
}

#[macro_use]
mod fourth {
    hyaline_codegen::machine! {
        machine fourth: fourth;
        states { initial Begin, final End }
        rows {
            #[rfc("4")]
            Begin + Four => End {}
        }
        otherwise {
            #[local("nothing to do")]
            Begin + Four => same {}
        }
    }
}

hyaline_codegen::table! { first, second, third, fourth }

fn main() {}
