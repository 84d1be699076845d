//! Waiting for the other end, and waking it: looks first, spins where that can help, and sleeps.

use std::time::{Duration, Instant};

use super::lane::Broken;
use super::memory::{Memory, Number, Word};

/// No longer than falling asleep and waking cost.
const SPIN: Duration = Duration::from_micros(50);
/// Looks between two of the clock.
const LOOKS: u32 = 32;
/// After so many vain spins in a row an end sleeps at once.
const VAIN: u32 = 8;
/// Every so many waits it tries again.
const RETRY: u32 = 16;

/// One end of a lane: its memory, and how it waits.
pub(super) struct End<M> {
    pub(super) memory: M,
    patience: Patience,
}

impl<M: Memory> End<M> {
    pub(super) fn new(memory: M) -> Self {
        End { memory, patience: Patience::default() }
    }

    /// Tells the other end how far this one is, after everything that was written before. It is not woken by that.
    pub(super) fn tell(&self, number: Number, value: u32) {
        self.memory.mine(number).tell(value);
    }

    /// Wakes the other end if it sleeps on what it was told.
    pub(super) fn wake(&self) {
        // Between what was told and the look at whether it sleeps; the sleeper has one between saying so and its last look.
        self.memory.fence();
        if let Some(number) = Number::waited_for(self.memory.theirs(Number::Sleeping).peek()) {
            self.memory.wake(number);
        }
    }

    /// Waits until a number of the other end is no longer `seen`.
    ///
    /// # Errors
    /// [`Broken::Late`] and [`Broken::Gone`].
    pub(super) fn wait(&mut self, number: Number, seen: u32, until: Option<Instant>) -> Result<u32, Broken> {
        if let Some(now) = self.look(number, seen) {
            return Ok(now);
        }
        let elsewhere = self.memory.theirs(Number::Cpu).peek() != self.memory.this_cpu();
        if self.patience.spins(elsewhere)
            && let Some(now) = self.spin(number, seen)
        {
            self.patience.spun_well();
            return Ok(now);
        }
        self.sleep(number, seen, until)
    }

    fn look(&self, number: Number, seen: u32) -> Option<u32> {
        Some(self.memory.theirs(number).look()).filter(|now| *now != seen)
    }

    fn spin(&self, number: Number, seen: u32) -> Option<u32> {
        let mut end = None;
        loop {
            for _ in 0..LOOKS {
                if let Some(now) = self.look(number, seen) {
                    return Some(now);
                }
                M::pause();
            }
            let now = Instant::now();
            if now >= *end.get_or_insert(now + SPIN) {
                return None;
            }
        }
    }

    fn sleep(&self, number: Number, seen: u32, until: Option<Instant>) -> Result<u32, Broken> {
        loop {
            let limit = until.map(|until| until.saturating_duration_since(Instant::now()));
            self.memory.mine(Number::Sleeping).set(number as u32);
            self.memory.fence();
            // In this order: what it told before it went is there.
            let is_dead = self.memory.is_dead();
            let mut found = self.look(number, seen);
            if found.is_none() && !is_dead && limit != Some(Duration::ZERO) {
                self.memory.sleep(number, seen, limit);
                found = self.look(number, seen);
            }
            self.memory.mine(Number::Sleeping).set(0);
            match found {
                Some(now) => return Ok(now),
                None if is_dead => return Err(Broken::Gone),
                None if limit == Some(Duration::ZERO) => return Err(Broken::Late),
                None => {}
            }
        }
    }
}

/// Whether a wait begins with a spin.
#[derive(Default)]
struct Patience {
    vain: u32,
    waits: u32,
}

impl Patience {
    /// A spin is vain until it is said to have gone [well](Self::spun_well). An end on the same processor cannot move
    /// while this one spins.
    fn spins(&mut self, is_elsewhere: bool) -> bool {
        self.waits = self.waits.wrapping_add(1);
        let tries = is_elsewhere && (self.vain < VAIN || self.waits.is_multiple_of(RETRY));
        self.vain = self.vain.saturating_add(tries.into());
        tries
    }

    fn spun_well(&mut self) {
        self.vain = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_spins_for_an_end_on_the_same_processor() {
        let mut patience = Patience::default();
        assert!((0..100).all(|_| !patience.spins(false)));
    }

    #[test]
    fn vain_spins_end_and_are_tried_again() {
        let mut patience = Patience::default();
        let tries: Vec<u32> = (1..=64).filter(|_| patience.spins(true)).collect();
        assert_eq!(tries, [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 48, 64]);
        patience.spun_well();
        assert!((0..VAIN).all(|_| patience.spins(true)));
        assert!(!patience.spins(true));
    }
}
