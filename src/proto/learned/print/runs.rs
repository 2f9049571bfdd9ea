//! The keys of a message that take turns.
//!
//! In: where in the output runs of neighbours with one key stand. Out: the runs of each key in one place, where the first
//! of them is. Messages may be inside each other, and the inner one is done with before the outer one goes on.

/// Runs of one message of which any may go on later: who comes later is looked for among so many. A message in which more
/// keys take turns is left to a reading, which sorts them.
pub(super) const MOST: usize = 256;

/// The runs of the messages that are open, outermost first.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// A message in the order of its keys.
    ordered: Vec<u8>,
}

/// Neighbours with one field number, and where they stand in the output.
#[derive(Debug)]
struct Run {
    /// Where its key starts, and where its value does.
    key: usize,
    value: usize,
    number: u32,
    /// The next run of its number, which is never the first of all; 0 if there is none.
    later: u32,
    /// Whether its value is a list already.
    is_list: bool,
    /// Whether it is the first of its number.
    is_first: bool,
}

impl Runs {
    /// Forgets all messages.
    pub(super) fn clear(&mut self) {
        self.runs.clear();
    }

    /// Where the runs of a message begin that is opened now.
    pub(super) fn level(&self) -> usize {
        self.runs.len()
    }

    /// A run whose key starts at `key`, and whose value starts at `value`.
    pub(super) fn push(&mut self, number: u32, key: usize, value: usize, is_list: bool) {
        self.runs.push(Run { key, value, number, later: 0, is_list, is_first: true });
    }

    /// Adds the last run to one of the same number before it in the message that began at `level`. Returns whether there is
    /// one; none if there are too many runs to look for it.
    pub(super) fn join(&mut self, level: usize) -> Option<bool> {
        let at = self.runs.len().checked_sub(1)?;
        let (last, before) = self.runs.get_mut(level..)?.split_last_mut()?;
        if before.len() >= MOST {
            return None;
        }
        let earlier = before.iter_mut().rfind(|run| run.number == last.number);
        let Some(earlier) = earlier else { return Some(false) };
        earlier.later = u32::try_from(at).ok()?;
        last.is_first = false;
        Some(true)
    }

    /// Brings the runs of each number together in the message that began at `level` and reaches to the end of `out`, without
    /// its closing brace.
    pub(super) fn gather(&mut self, level: usize, out: &mut Vec<u8>) {
        let Self { runs, ordered } = self;
        let end_of = |at: usize| runs.get(at + 1).map_or(out.len(), |next| next.key - 1);
        let text = |from: usize, to: usize| out.get(from..to).unwrap_or_default();
        ordered.clear();
        for (at, run) in runs.iter().enumerate().skip(level).filter(|(_, run)| run.is_first) {
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
        if let Some(first) = runs.get(level) {
            out.truncate(first.key);
            out.extend_from_slice(ordered);
        }
    }

    /// The message that began at `level` is done with.
    pub(super) fn close(&mut self, level: usize) {
        self.runs.truncate(level);
    }
}
