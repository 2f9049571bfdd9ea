//! Where the reader of one file tells what it finds apart from packets.

use super::facts::{CaptureFacts, InterfaceFacts, Problem};
use crate::limits;

/// The facts of the run, seen from one file.
pub(super) struct Log<'a> {
    pub(super) facts: &'a mut CaptureFacts,
    /// 0-based index of the file.
    pub(super) file: usize,
}

impl Log<'_> {
    /// Notes damage at `offset` of the file. A corrupt file can have millions of it; past a cap it is only counted.
    pub(super) fn problem(&mut self, offset: u64, what: String) {
        if self.facts.problems.len() < limits::FINDINGS_KEPT {
            self.facts.problems.push(Problem { file: self.file, offset, what });
        } else {
            self.facts.more_problems += 1;
        }
    }

    /// Notes an interface and gives its index over the run.
    pub(super) fn interface(&mut self, facts: InterfaceFacts) -> usize {
        self.facts.interfaces.push(facts);
        self.facts.interfaces.len() - 1
    }
}
