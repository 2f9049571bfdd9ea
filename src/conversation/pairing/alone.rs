//! Pairs by being alone: an answer goes to the only request that waits.
//!
//! Where nothing says which request an answer is for, and nobody promises an order, only this is certain: one request
//! waits that it can be for, and there is no reason to think of another. The first answer that more than one request
//! may have had leaves it open which of them still waits; so do bytes that are missing, and an answer that nobody asked
//! for. From then on nothing is certain on the connection any more.

use super::AnsweredBy;
use super::doubt::Doubt;
use super::request::{Request, Sent, Unseen, Verdict};
use crate::limits;
use smallvec::SmallVec;

/// The requests of one direction that wait, where no order is promised.
#[derive(Debug)]
pub(super) enum Alone {
    /// Exactly the open requests wait.
    Certain {
        open: SmallVec<[Request; 1]>,
        /// An answer came before the request that it must be for: its sender had everything up to here.
        early: Option<u64>,
        has_asked: bool,
    },
    /// Nobody knows any more what waits. Requests had these labels since, or before and had no answer.
    Doubtful(SmallVec<[Option<u16>; 8]>, Doubt),
}

impl Default for Alone {
    fn default() -> Self {
        Self::Certain { open: SmallVec::new(), early: None, has_asked: false }
    }
}

impl Alone {
    /// Takes a request, which ends at position `end` of its direction.
    pub(super) fn request(&mut self, request: Request, end: u64) {
        match self {
            Self::Certain { open, early, has_asked } => {
                *has_asked = true;
                let answered = early.take();
                if answered.is_none_or(|answered| answered < end) {
                    open.push(request);
                }
                // The early answer was for this request, if all that its sender had ends with it.
                let is_gap = answered.is_some_and(|answered| answered != end);
                if is_gap || open.len() > limits::PENDING_REQUESTS {
                    let doubt = if is_gap { Doubt::Gap } else { Doubt::of(open.len()) };
                    self.lose(doubt);
                }
            }
            Self::Doubtful(labels, _) => add(labels, request.label),
        }
    }

    /// Takes note that nothing is certain any more, and why.
    pub(super) fn lose(&mut self, doubt: Doubt) {
        if let Self::Certain { open, .. } = self {
            let mut labels = SmallVec::new();
            open.iter().for_each(|request| add(&mut labels, request.label));
            *self = Self::Doubtful(labels, doubt);
        }
    }

    /// The request that a frame answers, among those that it `fits` by their label.
    pub(super) fn answer(&mut self, sent: &Sent, fits: impl Fn(Option<u16>) -> bool) -> Verdict {
        // Whoever had nothing yet answers nothing.
        if sent.at.acked.offset().is_some_and(|had| had.0 == 0) {
            return Verdict::None;
        }
        let has_missing = sent.at.acked.has_missing();
        let (open, early, has_asked) = match self {
            Self::Certain { open, early, has_asked } => (open, early, *has_asked),
            Self::Doubtful(labels, _) => {
                let labels: Vec<_> = labels.iter().copied().filter(|label| fits(*label)).collect();
                return if labels.is_empty() { Verdict::None } else { Verdict::Doubtful(labels, Unseen::Possible) };
            }
        };
        let may_be = |request: &Request| fits(request.label) && request.may_be_answered_by(sent);
        let mut fitting = open.iter().enumerate().filter(|(_, request)| may_be(request)).map(|(index, _)| index);
        match (fitting.next(), fitting.next()) {
            (None, _) if has_missing && open.is_empty() && early.is_none() => {
                *early = sent.at.acked.offset().map(|offset| offset.0);
                Verdict::None
            }
            (None, _) => {
                // What comes before anything was asked is a greeting; afterwards it shows that answers are not counted
                // off against requests.
                if has_asked || has_missing {
                    self.lose(if has_missing { Doubt::Gap } else { Doubt::Unasked });
                }
                Verdict::None
            }
            (Some(only), None) if !has_missing => Verdict::Request(open.remove(only), AnsweredBy::Order),
            (Some(_), _) => {
                let unseen = if has_missing { Unseen::Possible } else { Unseen::Impossible };
                let labels: Vec<_> =
                    open.iter().filter(|request| may_be(request)).map(|request| request.label).collect();
                self.lose(if has_missing { Doubt::Gap } else { Doubt::of(labels.len()) });
                Verdict::Doubtful(labels, unseen)
            }
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        match self {
            Self::Certain { open, .. } if open.spilled() => open.capacity() * size_of::<Request>(),
            Self::Certain { .. } | Self::Doubtful(..) => 0,
        }
    }
}

/// Adds a label to a set of few.
fn add(labels: &mut SmallVec<[Option<u16>; 8]>, label: Option<u16>) {
    if !labels.contains(&label) && labels.len() < labels.inline_size() {
        labels.push(label);
    }
}
