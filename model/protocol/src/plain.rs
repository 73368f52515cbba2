//! The same programs without the protocol: on two plain channels of the same capacity.

use crate::protocol::{EventOf, Protocol};
use crate::world::{World, of, of_mut};

/// One operation on a plain channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Send,
    Receive,
}

/// The first call whose words for plain channels are others than `send` and `receive`, with the
/// first such word.
pub(crate) fn misunderstood<P: Protocol>() -> Option<(&'static str, &'static str)> {
    P::CALLS.iter().find_map(|call| {
        let mut words = call.plain.unwrap_or_default().split_whitespace();
        let other = words.find(|word| operation(word).is_none())?;
        Some((call.name, other))
    })
}

/// Whether the programs finish on plain channels, which lose nothing; none if a call does not say
/// what it comes to there.
///
/// One run stands for all: each end has one operation to make next, and nothing that the other end
/// does makes that operation impossible.
pub(crate) fn finishes<P: Protocol>(world: &World<'_, P>) -> Option<bool> {
    let [first, second] = &world.calls;
    let programs = [operations::<P>(first)?, operations::<P>(second)?];
    let capacity = usize::from(world.channel.capacity);
    let mut made = [0_usize; 2];
    let mut held = [0_usize; 2];
    loop {
        let can_move = [0, 1].into_iter().find_map(|end| {
            let operation = *of(&programs, end).get(*of(&made, end))?;
            let is_possible = match operation {
                Operation::Send => *of(&held, end) < capacity,
                Operation::Receive => *of(&held, 1 - end) > 0,
            };
            is_possible.then_some((end, operation))
        });
        match can_move {
            Some((end, Operation::Send)) => *of_mut(&mut held, end) += 1,
            Some((end, Operation::Receive)) => *of_mut(&mut held, 1 - end) -= 1,
            None => break,
        }
        if let Some((end, _)) = can_move {
            *of_mut(&mut made, end) += 1;
        }
    }
    Some([0, 1].into_iter().all(|end| *of(&made, end) == of(&programs, end).len()))
}

fn operation(word: &str) -> Option<Operation> {
    match word {
        "send" => Some(Operation::Send),
        "receive" => Some(Operation::Receive),
        _ => None,
    }
}

fn operations<P: Protocol>(
    calls: &[crate::protocol::OfferedCall<EventOf<P>>],
) -> Option<Vec<Operation>> {
    let mut operations = Vec::new();
    for call in calls {
        for word in call.plain?.split_whitespace() {
            operations.push(operation(word)?);
        }
    }
    Some(operations)
}
