//! Why two tellings of a direction differ.

use super::ours::Stream;

/// Why TShark tells something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Nothing differs.
    Equal,
    /// TShark passes over bytes as soon as something beyond them is acknowledged and captured, though they come later;
    /// deframe waits a while. Shown for each byte that it passes over: [`Stream::was_given_up`].
    GaveUpEarly,
    /// TShark takes the first number sent or acknowledged for the first of a stream whose SYN was not captured, though
    /// earlier ones come later. Shown for the place: [`Stream::may_start`].
    StartsElsewhere,
    /// TShark joins what stands before and after bytes that the snap length cut off.
    JoinsSnapped,
    /// TShark tells of no byte that was acknowledged or ended by a FIN, but not captured, behind the last one.
    NoLastHole,
    /// A byte differs, or is there that deframe says is missing.
    Unexplained,
}

/// In which ways `theirs` is not `ours`.
pub(super) fn reasons(ours: &Stream, theirs: &Stream) -> Vec<Reason> {
    let without_holes = ours.cells.iter().filter(|cell| cell.is_some());
    if ours.snapped && without_holes.eq(&theirs.cells) {
        return vec![Reason::JoinsSnapped];
    }
    let len = ours.cells.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let (ours_len, theirs_len) = (i64::try_from(len).unwrap(), i64::try_from(theirs.cells.len()).unwrap());
    let at = |cells: &[Option<u8>], at: i64| usize::try_from(at).ok().and_then(|at| cells.get(at).copied()).flatten();
    // Where their first byte is in ours.
    let fits = |shift: &i64| {
        let mut same = theirs.cells.iter().zip(*shift..);
        same.all(|(byte, place)| byte.is_none() || *byte == at(&ours.cells, place))
    };
    let shifts = if ours.facts.syn { 0..1 } else { -100..ours_len.min(200) + 1 };
    let Some(shift) = [0].into_iter().chain(shifts).find(fits) else { return vec![Reason::Unexplained] };
    let mut reasons = Vec::new();
    let inside = shift.max(0)..(shift + theirs_len).min(ours_len);
    let is_passed = |place: &i64| at(&ours.cells, *place).is_some() && at(&theirs.cells, place - shift).is_none();
    let passed: Vec<usize> = inside.filter(is_passed).map(|place| usize::try_from(place).unwrap()).collect();
    if !passed.is_empty() {
        let is_explained = passed.into_iter().all(|place| ours.was_given_up(place));
        reasons.push(if is_explained { Reason::GaveUpEarly } else { Reason::Unexplained });
    }
    if shift != 0 {
        reasons.push(if ours.may_start(shift) { Reason::StartsElsewhere } else { Reason::Unexplained });
    }
    let end = shift + theirs_len;
    if end < ours_len {
        reasons.push(Reason::Unexplained);
    }
    if len < ours.cells.len() && end == ours_len {
        reasons.push(Reason::NoLastHole);
    }
    if reasons.is_empty() { vec![Reason::Equal] } else { reasons }
}
