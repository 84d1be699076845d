//! Tests the takeover of a biased slot by itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::call_slots::CallSlots;
use crate::border::message_id::MessageId;
use crate::os;
use crate::platform::thread::ThreadToken;

const ROUNDS: u64 = 50_000;
const OWNER: ThreadToken = ThreadToken::of_test(1);

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
            let is_taken_over = slot.try_take_shared(MessageId(2), &slots.waiters);
            await_round(&done, round);
            rounds = round;
            twice += u64::from(is_taken_over && is_taken.load(Ordering::Relaxed));
        }
    });
    assert_eq!(twice, 0, "of {rounds} rounds");
}

fn await_round(counter: &AtomicU64, round: u64) {
    let mut spins = 0_u32;
    while counter.load(Ordering::Acquire) < round {
        spins += 1;
        if spins.is_multiple_of(1 << 14) { std::thread::yield_now() } else { std::hint::spin_loop() }
    }
}
