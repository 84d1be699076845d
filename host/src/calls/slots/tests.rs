//! Tests the takeover of a biased slot by itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::call_slots::CallSlots;
use crate::border::message_id::MessageId;
use crate::os;
use crate::platform::thread::ThreadToken;

const ROUNDS: u64 = 50_000;
const OWNER: ThreadToken = ThreadToken::of_test(1);
const TAKER: ThreadToken = ThreadToken::of_test(3);

/// Again and again, one thread takes a slot by its bias while another revokes the bias, both released at the same
/// moment: they never both get it. Without the barrier, on more than one processor, both get it in one round of a few
/// hundred.
#[test]
fn a_slot_is_never_taken_twice() {
    if !os::has_barrier_on_every_thread() {
        return;
    }
    let slots: CallSlots = CallSlots::new(false, false);
    let slot = &slots.first.lock;
    let (start, done, is_taken) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let until = Instant::now() + Duration::from_secs(5);
    let mut twice = 0;
    let mut rounds = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..=ROUNDS {
                await_round(&start, round);
                if start.load(Ordering::Relaxed) == u64::MAX {
                    return;
                }
                let takes =
                    slot.is_biased(OWNER) && slot.try_take_biased(MessageId(1), OWNER, &slots.waiters);
                is_taken.store(takes, Ordering::Relaxed);
                done.store(round, Ordering::Release);
            }
        });
        for round in 1..=ROUNDS {
            if Instant::now() > until {
                start.store(u64::MAX, Ordering::Release);
                break;
            }
            slot.bias_towards(OWNER);
            start.store(round, Ordering::Release);
            // This thread follows a little later, by a delay that varies.
            for _ in 0..round % 8 {
                std::hint::spin_loop();
            }
            let is_taken_over = slot.try_take_shared(MessageId(2), TAKER, &slots.waiters);
            await_round(&done, round);
            rounds = round;
            twice += u64::from(is_taken_over && is_taken.load(Ordering::Relaxed));
        }
    });
    assert_eq!(twice, 0, "of {rounds} rounds");
}

/// A thread that holds a turn in the slot that is biased towards it is idle between its messages. Its own fast path does not
/// take the slot a second time meanwhile, and has it again afterwards unless somebody waits.
#[test]
fn a_turn_in_the_own_slot() {
    let slots: CallSlots = CallSlots::new(false, false);
    if !os::has_barrier_on_every_thread() {
        return;
    }
    let (me, turn) = (ThreadToken::current(), MessageId::next_turn());
    for is_waited_for in [false, true] {
        slots.first.lock.bias_towards(me);
        let slot = slots.try_take(turn).expect("it is free");
        slot.show_in_turn(MessageId(7));
        assert!(slots.first_biased(me).is_none());
        assert!(slots.try_take(MessageId(8)).is_none());
        assert_eq!(slot.occupants().collect::<Vec<_>>(), [turn, MessageId(7)]);
        slot.show_in_turn(MessageId::NONE);
        assert!(slots.find(MessageId(7)).is_none());
        if is_waited_for {
            assert!(slot.lock.announce_waiter());
        }
        slots.give_back(slot, turn);
        assert_eq!(slots.first_biased(me).is_some(), !is_waited_for);
    }
}

fn await_round(counter: &AtomicU64, round: u64) {
    let mut spins = 0_u32;
    while counter.load(Ordering::Acquire) < round {
        spins += 1;
        if spins.is_multiple_of(1 << 14) { std::thread::yield_now() } else { std::hint::spin_loop() }
    }
}
