//! Which payloads without a type are of one kind, and what is known of each kind.
//!
//! Of one kind are the payloads with one label; without a label, those that go one way to or from one port and have the
//! same values in the header, as far as these are few: a message code tells kinds apart, a sequence number does not.

use super::Untyped;
use crate::limits;
use crate::payload::{PayloadKind, Signs, Verdict};
use crate::proto::learned::Paths;
use crate::units::Direction;
use std::sync::Arc;

/// What payloads must share to be taken for one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alike {
    /// Index of the profile among the candidates.
    profile: usize,
    direction: Direction,
    name: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Label(Arc<str>),
    /// Port of the server, and the codes in the header, if these tell kinds apart.
    Port(u16, Option<u64>),
}

/// The kinds that are known. A clone shares what is known of each until one of them learns more.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    /// The known kinds, ordered by kind.
    known: Vec<Known>,
    /// Header values of each kind without label, all headers together; ordered by kind.
    headers: Vec<(Alike, Arc<Header>)>,
}

/// One kind, with the paths of its fields and the signs of what its payloads are.
#[derive(Clone, Debug)]
struct Known {
    kind: Alike,
    paths: Arc<Paths>,
    signs: Signs,
    /// Whether conclusions were drawn since the kind last learned.
    is_concluded: bool,
}

/// The values of the header fields of one kind, in the order of the layout. None for a field that has too many.
#[derive(Clone, Debug, Default)]
struct Header(Vec<Option<Vec<u64>>>);

impl Untyped<'_> {
    /// The kind of the payload, whatever the header holds.
    pub(super) fn broad_kind(&self) -> Alike {
        let name = match self.label {
            Some(label) => Name::Label(Arc::clone(label)),
            None => Name::Port(self.server.port, None),
        };
        Alike { profile: self.candidate, direction: self.direction, name }
    }
}

impl Kinds {
    /// Takes note of the header of a payload, and gives the payload's kind.
    pub(super) fn see(&mut self, untyped: &Untyped<'_>) -> Alike {
        let broad = untyped.broad_kind();
        if matches!(broad.name, Name::Label(_)) {
            return broad;
        }
        let at = match self.headers.binary_search_by(|(known, _)| known.cmp(&broad)) {
            Ok(at) => at,
            Err(_) if self.headers.len() >= limits::LEARNED_KINDS => return broad,
            Err(at) => {
                self.headers.insert(at, (broad.clone(), Arc::default()));
                at
            }
        };
        let Some((_, header)) = self.headers.get_mut(at) else { return broad };
        if !header.has_seen(untyped.codes()) {
            Arc::make_mut(header).see(untyped.codes());
        }
        let code = header.code(untyped.codes());
        narrowed(&broad, code).unwrap_or(broad)
    }

    /// The kind of a payload whatever its header, and with its header if that tells kinds apart.
    pub(super) fn kinds_of(&self, untyped: &Untyped<'_>) -> (Alike, Option<Alike>) {
        let broad = untyped.broad_kind();
        let header = self.headers.binary_search_by(|(known, _)| known.cmp(&broad)).ok();
        let header = header.and_then(|at| self.headers.get(at)).map(|(_, header)| header);
        let code = header.filter(|header| !header.0.is_empty()).and_then(|header| header.code(untyped.codes()));
        let narrow = narrowed(&broad, code);
        (broad, narrow)
    }

    pub(super) fn find(&self, kind: &Alike) -> Option<&Paths> {
        let at = self.place_of(kind).ok()?;
        self.known.get(at).map(|known| &*known.paths)
    }

    /// What payloads are whose kinds these are: as the narrow kind says, or the broad one where that says too little.
    pub(super) fn verdict(&self, broad: &Alike, narrow: Option<&Alike>) -> Option<Verdict> {
        let of = |kind: &Alike| self.known.get(self.place_of(kind).ok()?)?.signs.verdict();
        match (narrow.and_then(of), of(broad)) {
            (Some(narrow), Some(broad)) if narrow.is_clear() || !broad.is_clear() => Some(narrow.or_surer(broad)),
            (narrow, broad) => broad.or(narrow),
        }
    }

    /// Whether the payloads of every kind say what they are beyond doubt.
    pub(super) fn are_sure(&self) -> bool {
        self.known.iter().all(|known| known.signs.verdict().is_none_or(|verdict| verdict.confidence() >= 0.99))
    }

    /// Whether the payloads of every kind are protobuf, as far as they say what they are.
    pub(super) fn are_protobuf(&self) -> bool {
        let mut kinds =
            self.known.iter().filter_map(|known| known.signs.verdict()).map(|verdict| verdict.kind).peekable();
        kinds.peek().is_some() && kinds.all(|kind| kind == PayloadKind::Protobuf)
    }

    /// The paths of a kind, to learn by, and the signs of what its payloads are; for a new kind those that `start`
    /// makes, or none if there is no room. None too where `learns` says that they need not learn more.
    pub(super) fn enter(
        &mut self,
        kind: Alike,
        is_full: bool,
        start: impl FnOnce() -> Paths,
        learns: impl FnOnce(&Paths) -> bool,
    ) -> Option<(&mut Paths, &mut Signs)> {
        let at = match self.place_of(&kind) {
            Ok(at) => at,
            Err(_) if is_full => return None,
            Err(at) => {
                self.known
                    .insert(at, Known { kind, paths: Arc::new(start()), signs: Signs::default(), is_concluded: false });
                at
            }
        };
        let known = self.known.get_mut(at).filter(|known| learns(&known.paths))?;
        known.is_concluded = false;
        Some((Arc::make_mut(&mut known.paths), &mut known.signs))
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Paths> {
        self.known.iter().map(|known| &*known.paths)
    }

    /// Draws the conclusions for every kind that has learned since the last time.
    pub(super) fn settle(&mut self) {
        for known in self.known.iter_mut().filter(|known| !known.is_concluded) {
            Arc::make_mut(&mut known.paths).settle();
            known.is_concluded = true;
        }
    }

    fn place_of(&self, kind: &Alike) -> Result<usize, usize> {
        self.known.binary_search_by(|known| known.kind.cmp(kind))
    }
}

fn narrowed(broad: &Alike, code: Option<u64>) -> Option<Alike> {
    match broad.name {
        Name::Port(port, _) if code.is_some() => Some(Alike { name: Name::Port(port, code), ..broad.clone() }),
        _ => None,
    }
}

impl Header {
    /// Whether the values of these header fields are all known.
    fn has_seen(&self, codes: impl Iterator<Item = u64>) -> bool {
        let mut known = self.0.iter();
        codes.into_iter().all(|code| match known.next() {
            Some(Some(values)) => values.binary_search(&code).is_ok(),
            Some(None) => true,
            None => false,
        })
    }

    fn see(&mut self, codes: impl Iterator<Item = u64>) {
        for (index, code) in codes.enumerate() {
            if index >= self.0.len() {
                self.0.push(Some(Vec::new()));
            }
            let Some(place) = self.0.get_mut(index) else { return };
            let Some(values) = place else { continue };
            if let Err(at) = values.binary_search(&code) {
                values.insert(at, code);
                if values.len() > limits::HEADER_CODES {
                    *place = None;
                }
            }
        }
    }

    /// One number for all codes in fields that have few of them; none if there is no such field.
    fn code(&self, codes: impl Iterator<Item = u64>) -> Option<u64> {
        let told = codes.zip(&self.0).filter(|(_, values)| values.is_some());
        // FNV-1a, a code at a time.
        told.fold(None, |sum, (code, _)| {
            Some((sum.unwrap_or(0xcbf2_9ce4_8422_2325) ^ code).wrapping_mul(0x0100_0000_01b3))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_codes_tell_kinds_apart_and_many_do_not() {
        let mut header = Header::default();
        for sequence in 0..500 {
            header.see([sequence % 5, sequence].into_iter());
        }
        let code = |kind, sequence| header.code([kind, sequence].into_iter());
        assert_eq!(code(1, 7), code(1, 900));
        assert_ne!(code(1, 7), code(2, 7));
        let mut sequence_only = Header::default();
        (0..500).for_each(|sequence| sequence_only.see(std::iter::once(sequence)));
        assert_eq!(sequence_only.code(std::iter::once(1)), None);
        assert_eq!(Header::default().code(std::iter::once(1)), None);
    }
}
