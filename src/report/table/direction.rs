//! Directions in tables that are short of room.

use crate::units::Direction;

/// An arrow from left to right for what the client sends, and back for what the server sends.
pub(super) const fn arrow(direction: Direction) -> &'static str {
    match direction {
        Direction::ClientToServer => "->",
        Direction::ServerToClient => "<-",
    }
}
