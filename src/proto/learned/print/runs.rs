//! The keys of a message that take turns, in JSON that is already printed.
//!
//! In: where in that JSON runs of neighbours with one key stand. Out: the runs of each key in one place, where the
//! first of them is. Messages may be inside each other, and the inner one is done with before the outer one goes on.

use crate::limits;

/// The runs of the messages that are open, outermost first.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// The last run so far of each key of the open messages, in the order of their first runs.
    latest: Vec<Latest>,
    /// Memory for a message that is brought into the order of its keys.
    ordered: Vec<u8>,
}

/// Where the runs of a message begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    runs: usize,
    latest: usize,
}

#[derive(Debug)]
struct Latest {
    number: u32,
    run: u32,
}

/// A run of neighbours with one field number, and where they stand in the output.
#[derive(Debug)]
struct Run {
    /// 0-based position in the output at which the run's key starts, and at which its value does.
    key: usize,
    value: usize,
    /// 0-based index of the next run of the same field number, which is never the first of all; 0 if there is none.
    later: u32,
    /// Whether the value of the run is a list already.
    is_list: bool,
    /// Whether the run is the first of its field number.
    is_first: bool,
}

impl Runs {
    /// Forgets all messages.
    pub(super) fn clear(&mut self) {
        self.runs.clear();
        self.latest.clear();
    }

    /// Forgets all messages, keeps at most `len` bytes of the memory for each list.
    pub(super) fn shrink_to(&mut self, len: usize) {
        self.clear();
        self.ordered.clear();
        self.runs.shrink_to(len / size_of::<Run>());
        self.ordered.shrink_to(len);
    }

    /// Where the runs of a message begin that is opened now.
    pub(super) fn level(&self) -> Level {
        Level { runs: self.runs.len(), latest: self.latest.len() }
    }

    /// Adds a run whose key starts at `key`, and whose value starts at `value`, of the message that began at `level`.
    /// Only if it `may_be_later` one of its number may have been before it. Returns whether one was; none if there
    /// are too many keys to look for it.
    pub(super) fn push(
        &mut self,
        level: Level,
        number: u32,
        (key, value, is_list): (usize, usize, bool),
        may_be_later: bool,
    ) -> Option<bool> {
        let at = u32::try_from(self.runs.len()).ok()?;
        let known = self.latest.get_mut(level.latest..)?;
        if may_be_later && known.len() > limits::TURNS {
            return None;
        }
        let earlier = if may_be_later { known.iter_mut().rfind(|latest| latest.number == number) } else { None };
        let is_first = earlier.is_none();
        match earlier {
            Some(latest) => self.runs.get_mut(std::mem::replace(&mut latest.run, at) as usize)?.later = at,
            None => self.latest.push(Latest { number, run: at }),
        }
        self.runs.push(Run { key, value, later: 0, is_list, is_first });
        Some(!is_first)
    }

    /// Brings the runs of each number together in the message that began at `level` and reaches to the end of
    /// `out`, without its closing brace.
    pub(super) fn gather(&mut self, level: Level, out: &mut Vec<u8>) {
        let Self { runs, ordered, .. } = self;
        // A comma stands before the next key.
        let end_of = |at: usize| runs.get(at + 1).map_or(out.len(), |next| next.key - 1);
        let text = |from: usize, to: usize| out.get(from..to).unwrap_or_default();
        ordered.clear();
        for (at, run) in runs.iter().enumerate().skip(level.runs).filter(|(_, run)| run.is_first) {
            if !ordered.is_empty() {
                ordered.push(b',');
            }
            if run.later == 0 {
                ordered.extend_from_slice(text(run.key, end_of(at)));
                continue;
            }
            ordered.extend_from_slice(text(run.key, run.value));
            let mut separator = b'[';
            let mut next = Some(at);
            while let Some((at, run)) = next.and_then(|at| Some((at, runs.get(at)?))) {
                ordered.push(separator);
                let bracket = usize::from(run.is_list);
                ordered.extend_from_slice(text(run.value + bracket, end_of(at) - bracket));
                (separator, next) = (b',', Some(run.later as usize).filter(|later| *later > 0));
            }
            ordered.push(b']');
        }
        if let Some(first) = runs.get(level.runs) {
            out.truncate(first.key);
            out.extend_from_slice(ordered);
        }
    }

    /// Forgets the message that began at `level`, which is done with.
    pub(super) fn close(&mut self, level: Level) {
        self.runs.truncate(level.runs);
        self.latest.truncate(level.latest);
    }
}
