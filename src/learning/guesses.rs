//! Types by identification, asked once for each kind of payload and not once for each payload.
//!
//! Payloads with the same top-level fields going the same way are taken for one kind. The first few of a kind are
//! identified one by one and vote; then the winner stands, and each further payload must only fit it.

use crate::limits;
use crate::proto::{Schema, TypeId, identify};
use crate::units::Direction;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A type that was identified, and how sure that is, from 0 to 1.
pub type Guess = (TypeId, f32);

/// What was learned of the payloads of one profile, by their direction and the digest of their top level.
///
/// Payloads that are made to share a digest share their votes, and no more: what wins must still fit each of them.
#[derive(Debug, Default)]
pub struct Guesses(HashMap<(Direction, u64), Votes, RandomState>);

/// The votes of one kind of payload.
#[derive(Debug, Default)]
struct Votes {
    asked: u32,
    /// Each type with the sum of its confidences.
    types: Vec<(TypeId, f32)>,
}

impl Guesses {
    /// Takes note of a payload, of which `digest` is that of the top level, and gives the type of its kind, if one is
    /// likely enough. Whether the payload itself fits that type is not looked at.
    pub fn guess(&mut self, schema: &Schema, direction: Direction, payload: &[u8], digest: u64) -> Option<Guess> {
        let key = (direction, digest);
        let is_full = self.0.len() >= limits::GUESSED_KINDS;
        let votes = match self.0.entry(key) {
            Entry::Occupied(votes) => votes.into_mut(),
            Entry::Vacant(_) if is_full => return None,
            Entry::Vacant(place) => place.insert(Votes::default()),
        };
        if votes.asked < limits::GUESS_VOTES {
            votes.asked += 1;
            votes.vote(schema, payload);
        }
        let (winner, confidence) = votes.winner()?;
        (confidence >= identify::THRESHOLD).then_some((winner, confidence))
    }
}

impl Votes {
    fn vote(&mut self, schema: &Schema, payload: &[u8]) {
        let Some(found) = identify::identify(schema, payload) else { return };
        match self.types.iter_mut().find(|(id, _)| *id == found.ty) {
            Some((_, sum)) => *sum += found.certainty(),
            None => self.types.push((found.ty, found.certainty())),
        }
    }

    /// The type with most confidence, and the mean of that over all payloads that voted.
    fn winner(&self) -> Option<Guess> {
        let (id, sum) = self.types.iter().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        #[expect(clippy::cast_precision_loss, reason = "there are few votes")]
        let asked = self.asked as f32;
        Some((*id, sum / asked))
    }
}
