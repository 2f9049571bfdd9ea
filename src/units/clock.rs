//! Time that passes, as packets show it.
//!
//! In: times of packets, in capture order. Out: [`Elapsed`], by which waiting ends. Invariant: it never goes back, and
//! no time by itself moves it: a packet of another year, or a clock that is set while a capture runs, ends nothing.
//! Not responsible for what the time of a packet is.

use super::Timestamp;

/// Stretches of time that are remembered: packets of several interfaces, whose clocks differ, take turns.
const STRETCHES: usize = 4;

/// Nanoseconds that packets have shown to pass since the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elapsed(i64);

impl Elapsed {
    /// The moment `ns` nanoseconds later. Saturates.
    #[must_use]
    pub const fn plus(self, ns: i64) -> Self {
        Self(self.0.saturating_add(ns))
    }

    /// Nanoseconds from `earlier` to `self`. Saturates.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A clock that packets move on.
///
/// Times that follow each other within a step are a stretch, and move the clock by what lies between them. A time that
/// belongs to no stretch begins one, at the moment that the clock shows. What lies before it may have been a pause, so
/// it counts as one step, but only once the next time has not gone back.
#[derive(Clone, Debug)]
pub struct Clock {
    step_ns: i64,
    now: Elapsed,
    /// The stretch of the last packet, then those of the packets before it.
    stretches: Vec<Stretch>,
    /// What the clock moves by if the next packet shows that there was a pause before the last one, in nanoseconds.
    pause_ns: i64,
}

/// Times that follow each other.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    latest: Timestamp,
    /// What the clock shows at the latest time.
    at: Elapsed,
}

impl Clock {
    /// A clock that no packet has moved, and for which at most `step_ns` nanoseconds pass between two packets.
    #[must_use]
    pub const fn new(step_ns: i64) -> Self {
        Self { step_ns, now: Elapsed(0), stretches: Vec::new(), pause_ns: 0 }
    }

    /// What the clock shows after the packets so far.
    #[must_use]
    pub const fn now(&self) -> Elapsed {
        self.now
    }

    /// Takes note of a packet at `time`, and gives what the clock shows then.
    #[inline]
    pub fn note(&mut self, time: Timestamp) -> Elapsed {
        match self.stretches.first_mut() {
            Some(stretch) if time.since(stretch.latest).unsigned_abs() <= self.step_ns.unsigned_abs() => {
                stretch.at = stretch.at.plus(std::mem::take(&mut self.pause_ns));
                stretch.go_on(time);
                self.now = self.now.max(stretch.at);
            }
            _ => self.jump(time),
        }
        self.now
    }

    /// Takes note of a time that does not follow the last one.
    #[cold]
    fn jump(&mut self, time: Timestamp) {
        let Self { step_ns, now, stretches, pause_ns } = self;
        let pause_before_ns = std::mem::take(pause_ns);
        let is_near = |stretch: &Stretch| time.since(stretch.latest).unsigned_abs() <= step_ns.unsigned_abs();
        if let Some(index) = stretches.iter().position(is_near) {
            stretches.get_mut(..=index).unwrap_or_default().rotate_right(1);
        } else {
            let before = stretches.iter().map(|stretch| stretch.latest).filter(|latest| *latest <= time).max();
            if let Some(last) = stretches.first().filter(|last| before == Some(last.latest)) {
                *now = last.at.plus(pause_before_ns).max(*now);
            }
            *pause_ns = before.map_or(0, |_| *step_ns);
            stretches.truncate(STRETCHES - 1);
            stretches.insert(0, Stretch { latest: time, at: *now });
        }
        if let Some(stretch) = stretches.first_mut() {
            stretch.go_on(time);
            *now = stretch.at.max(*now);
        }
    }
}

impl Stretch {
    fn go_on(&mut self, time: Timestamp) {
        self.at = self.at.plus(time.since(self.latest).max(0));
        self.latest = self.latest.max(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEP: i64 = 500;

    /// What the clock shows after each of some times.
    fn shown(times: &[i64]) -> Vec<i64> {
        let mut clock = Clock::new(STEP);
        times.iter().map(|time| clock.note(Timestamp::from_ns(*time)).since(Elapsed::default())).collect()
    }

    #[test]
    fn time_passes_as_packets_show_it_and_never_goes_back() {
        assert_eq!(shown(&[7000, 7100, 7050, 7500, 8000]), [0, 100, 100, 500, 1000]);
    }

    #[test]
    fn a_packet_of_another_time_moves_nothing() {
        for other in [i64::MIN, 0, 6000, 9000, i64::MAX] {
            assert_eq!(shown(&[7000, 7100, other, 7200, 7300]), [0, 100, 100, 200, 300], "{other}");
        }
    }

    #[test]
    fn a_clock_that_is_set_costs_a_step_at_most() {
        assert_eq!(shown(&[7000, 7100, 99_000, 99_100, 99_200]), [0, 100, 100, 700, 800]);
        assert_eq!(shown(&[7000, 7100, -99_000, -98_900, -98_800]), [0, 100, 100, 200, 300]);
    }

    #[test]
    fn a_pause_counts_as_a_step_once_time_goes_on_after_it() {
        assert_eq!(shown(&[0, 10_000, 20_000, 30_000, 30_000]), [0, 0, 500, 1000, 1500]);
    }

    #[test]
    fn interfaces_whose_clocks_differ_take_turns() {
        let times: Vec<i64> = (0..10).map(|at| at * 100 + if at % 2 == 0 { 0 } else { 1_000_000_000 }).collect();
        assert_eq!(shown(&times)[2..], [200, 200, 400, 400, 600, 600, 800, 800]);
    }

    proptest! {
        #[test]
        fn one_packet_of_another_time_leaves_the_clock_as_it_is(
            steps in prop::collection::vec(0..=STEP, 1..50),
            at in any::<prop::sample::Index>(),
            other in any::<i64>(),
        ) {
            let times: Vec<i64> =
                steps.iter().scan(1_000_000, |time, step| { *time += step; Some(*time) }).collect();
            let (expected, at) = (shown(&times), at.index(times.len()));
            let mut with_other = times.clone();
            with_other.insert(at, other);
            let mut seen = shown(&with_other);
            seen.remove(at);
            // Before the first packet, and next to the others, it is a time like any.
            let is_near = (times[0] - 2 * STEP..=times[times.len() - 1] + 2 * STEP).contains(&other);
            prop_assume!(at > 0 && !is_near);
            prop_assert_eq!(seen, expected);
        }
    }
}
