//! Work on several threads, whose outcomes are told in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Does something with each item on so many threads, and tells what comes of each in the order of
/// the items, as soon as that is known of it and of all before it.
///
/// # Errors
///
/// The first error of `tell`. Items that have not begun are then left out.
pub fn in_order<T: Sync, U: Send, E>(
    items: &[T],
    threads: usize,
    act: impl Fn(&T) -> U + Sync,
    mut tell: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (sender, next, act) = (sender.clone(), &next, &act);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { return };
                    // The receiver is gone where `tell` has failed.
                    if sender.send((number, act(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut told = 0;
        for (number, outcome) in receiver {
            waiting.insert(number, outcome);
            while let Some(outcome) = waiting.remove(&told) {
                tell(outcome)?;
                told += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_each_is_told_in_the_order_of_the_items() {
        for threads in [1, 2, 8] {
            let items: Vec<u32> = (0..100).collect();
            let mut told = Vec::new();
            let all: Result<(), ()> = in_order(
                &items,
                threads,
                |item| 2 * item,
                |outcome| {
                    told.push(outcome);
                    Ok(())
                },
            );
            assert_eq!(all, Ok(()));
            assert!(told.iter().copied().eq((0..100).map(|item| 2 * item)));
        }
    }

    #[test]
    fn where_the_telling_fails_the_rest_is_left_out() {
        let items: Vec<u32> = (0..1000).collect();
        let mut told = 0;
        let result = in_order(
            &items,
            2,
            |item| *item,
            |item| {
                told += 1;
                if item == 3 { Err("enough") } else { Ok(()) }
            },
        );
        assert_eq!((result, told), (Err("enough"), 4));
    }
}
