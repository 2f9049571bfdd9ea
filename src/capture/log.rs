//! Where the reader of one file tells what it finds apart from packets.

use super::facts::{CaptureFacts, FileFacts, InterfaceFacts, Problem};
use super::text::{About, Comment, WrittenBy};
use crate::limits;
use std::net::IpAddr;

/// Bytes that keeping a text costs apart from its own; bounds the number of short texts.
const TEXT_OVERHEAD: usize = 64;

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

    /// The facts of interface `index` of the run, 0-based.
    pub(super) fn interface_facts(&mut self, index: usize) -> Option<&mut InterfaceFacts> {
        self.facts.interfaces.get_mut(index)
    }

    /// The facts of the file.
    pub(super) fn file_facts(&mut self) -> Option<&mut FileFacts> {
        self.facts.files.get_mut(self.file)
    }

    /// Decodes a text of the file; none if it is empty or there is no room for it.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Option<String> {
        decoded(bytes).filter(|text| self.has_room(text.len()))
    }

    /// Notes a comment.
    pub(super) fn comment(&mut self, about: About, bytes: &[u8]) {
        if let Some(text) = self.text(bytes) {
            self.facts.comments.push(Comment { file: self.file, about, text });
        }
    }

    /// Notes a name of an address, if it is new.
    pub(super) fn name(&mut self, address: IpAddr, bytes: &[u8]) {
        let Some(name) = decoded(bytes) else { return };
        let entry = (address, name);
        if !self.facts.names.contains(&entry) && self.has_room(entry.1.len()) {
            self.facts.names.insert(entry);
        }
    }

    /// Notes what wrote the file, if that is new: rotated and merged captures say it over and over.
    pub(super) fn written_by(&mut self, hardware: &[u8], system: &[u8], application: &[u8]) {
        let [hardware, system, application] = [hardware, system, application].map(decoded);
        let len = [&hardware, &system, &application].into_iter().flatten().map(String::len).sum();
        let writer = WrittenBy { hardware, system, application };
        if writer != WrittenBy::default() && !self.facts.written_by.contains(&writer) && self.has_room(len) {
            self.facts.written_by.insert(writer);
        }
    }

    /// Takes the room that keeping `len` bytes of text needs, or counts a text that is not kept.
    fn has_room(&mut self, len: usize) -> bool {
        let used = self.facts.text_bytes + len + TEXT_OVERHEAD;
        let fits = used <= limits::CAPTURE_TEXT_BYTES;
        if fits {
            self.facts.text_bytes = used;
        } else {
            self.facts.more_texts += 1;
        }
        fits
    }
}

/// Decodes a text in UTF-8; none if it is empty. Some writers end texts with zeros, which the format does not ask for.
fn decoded(bytes: &[u8]) -> Option<String> {
    let len = bytes.iter().rposition(|byte| *byte != 0)? + 1;
    Some(String::from_utf8_lossy(bytes.get(..len)?).into_owned())
}
