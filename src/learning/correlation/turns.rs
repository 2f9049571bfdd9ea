//! Whether messages simply take turns, so that a value which answers have of requests is that of earlier ones.
//!
//! In: the messages of a port, and pairs of answers and requests that a value tells. Out: whether each answer is for a
//! request before the one whose turn it is, where turns explain all messages. A store shows that: what is read was
//! written before, and the answer to the read has the value of the write. Names of requests are different: answers that
//! overtake others are for later requests than those whose turn it is. Not responsible for other doubts.

use super::seen::Seen;
use crate::units::{Both, Direction, StreamOffset};
use std::collections::HashMap;

/// Which turn each message has on its connection, as one of the requests or of the answers.
#[derive(Debug)]
pub(super) struct Turns {
    /// By the number of the message; none where messages are missing before it.
    turns: Vec<Option<usize>>,
    /// Whether each answer comes after the request whose turn it is, and hardly a request has none.
    explain_all: bool,
}

/// What is known of a connection on the way.
#[derive(Default)]
struct Way {
    /// Where the requests end.
    asked: Vec<StreamOffset>,
    answered: usize,
    ends: Both<Option<StreamOffset>>,
    is_over: bool,
}

impl Turns {
    /// Pairs that say something.
    const LEAST: usize = 4;

    /// Lets the messages take turns, if those that go one way are the requests.
    pub(super) fn of(seen: &[Seen], requests: Direction) -> Self {
        let (mut ways, mut explain_all) = (HashMap::<u16, Way>::new(), true);
        let turns = seen.iter().map(|one| {
            let way = ways.entry(one.connection).or_default();
            way.is_over |= way.ends.of_mut(one.direction).replace(one.end).is_some_and(|end| end != one.start);
            if way.is_over {
                return None;
            }
            if one.direction == requests {
                way.asked.push(one.end);
                return one.may_ask.then_some(way.asked.len());
            }
            way.answered += 1;
            explain_all &= way.asked.get(way.answered - 1).is_some_and(|end| !one.had_not(*end));
            Some(way.answered)
        });
        let turns = turns.collect();
        let asked: usize = ways.values().map(|way| way.asked.len()).sum();
        let left: usize = ways.values().map(|way| way.asked.len().saturating_sub(way.answered)).sum();
        Self { turns, explain_all: explain_all && left * 10 <= asked + 10 * ways.len() }
    }

    /// Whether turns explain all messages, and each answer of these pairs is for a request before the one whose turn it
    /// is. The pairs are answers with their requests, by the numbers of the messages.
    pub(super) fn explain_better(&self, pairs: &[(usize, usize)]) -> bool {
        let turn = |number: usize| self.turns.get(number).copied().flatten();
        let both = pairs.iter().filter_map(|(answer, request)| turn(*answer).zip(turn(*request)));
        let (mut all, mut early) = (0, 0);
        for (answer, request) in both {
            all += 1;
            early += usize::from(request < answer);
        }
        self.explain_all && all >= Self::LEAST && early * 50 >= all * 49
    }
}
