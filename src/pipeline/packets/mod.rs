//! Which packets a run follows, and where the capture lost some.

mod gate;
mod losses;
mod network;
mod traffic;

pub(super) use gate::Gate;
pub(super) use losses::Losses;
pub use network::Network;
pub use traffic::{Moment, Traffic};
