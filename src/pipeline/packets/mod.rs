//! Which packets a run follows, and where the capture lost some.

mod gate;
mod losses;

pub(super) use gate::Gate;
pub(super) use losses::Losses;
