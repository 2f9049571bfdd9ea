//! The two directions of a connection, and what there is one of for each.
//!
//! Out: [`Direction`], and [`Both`], a pair that is asked by direction and so cannot be asked for a third.

use std::fmt;

/// Which way bytes of a connection flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// What the client sent: the side that opened the connection.
    ClientToServer,
    /// What the server sent: the side that was listening.
    ServerToClient,
}

impl Direction {
    /// Both directions, in the order of [`Direction::index`].
    pub const BOTH: [Self; 2] = [Self::ClientToServer, Self::ServerToClient];

    /// 0 for client to server, 1 for server to client.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The opposite direction.
    #[must_use]
    pub const fn reverse(self) -> Self {
        match self {
            Self::ClientToServer => Self::ServerToClient,
            Self::ServerToClient => Self::ClientToServer,
        }
    }

    /// `client->server` or `server->client`, as in every report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientToServer => "client->server",
            Self::ServerToClient => "server->client",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One value of type `T` for each direction of a connection.
///
/// ```
/// use deframe::units::{Both, Direction};
///
/// let mut bytes = Both::<u64>::default();
/// *bytes.of_mut(Direction::ServerToClient) += 40;
/// assert_eq!(bytes.to_client, 40);
/// assert_eq!(bytes.values().sum::<u64>(), 40);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// Value of [`Direction::ClientToServer`].
    pub to_server: T,
    /// Value of [`Direction::ServerToClient`].
    pub to_client: T,
}

impl<T> Both<T> {
    /// The value that `make` gives for each direction; client to server is asked first.
    pub fn from_fn(mut make: impl FnMut(Direction) -> T) -> Self {
        let to_server = make(Direction::ClientToServer);
        Self { to_server, to_client: make(Direction::ServerToClient) }
    }

    /// The value of `direction`.
    #[must_use]
    pub const fn of(&self, direction: Direction) -> &T {
        match direction {
            Direction::ClientToServer => &self.to_server,
            Direction::ServerToClient => &self.to_client,
        }
    }

    /// The value of `direction`, to be changed.
    pub const fn of_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::ClientToServer => &mut self.to_server,
            Direction::ServerToClient => &mut self.to_client,
        }
    }

    /// The values that `make` gives for these values; that of client to server first.
    pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> Both<U> {
        Both { to_server: make(self.to_server), to_client: make(self.to_client) }
    }

    /// References to the values of both directions.
    #[must_use]
    pub const fn each_ref(&self) -> Both<&T> {
        Both { to_server: &self.to_server, to_client: &self.to_client }
    }

    /// Directions with their values, client to server first.
    pub fn iter(&self) -> impl Iterator<Item = (Direction, &T)> {
        Direction::BOTH.into_iter().zip(self.values())
    }

    /// Both values, that of client to server first.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        [&self.to_server, &self.to_client].into_iter()
    }

    /// Gives each direction the value of the other.
    pub const fn swap(&mut self) {
        std::mem::swap(&mut self.to_server, &mut self.to_client);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_reversed_twice_is_itself() {
        for direction in Direction::BOTH {
            assert_eq!(direction.reverse().reverse(), direction);
            assert_eq!(Direction::BOTH[direction.index()], direction);
        }
    }

    #[test]
    fn each_direction_has_its_own_of_both() {
        let mut names = Both::from_fn(Direction::as_str);
        for direction in Direction::BOTH {
            assert_eq!(*names.of(direction), direction.as_str());
        }
        assert!(
            names
                .iter()
                .eq(Direction::BOTH.map(|direction| (direction, direction.as_str())).iter().map(|(a, b)| (*a, b)))
        );
        *names.of_mut(Direction::ServerToClient) = "back";
        assert_eq!(names, Both { to_server: "client->server", to_client: "back" });
    }

    #[test]
    fn both_swapped_are_those_of_the_other_direction() {
        let before = Both { to_server: 1, to_client: 2 };
        let mut after = before;
        after.swap();
        for direction in Direction::BOTH {
            assert_eq!(after.of(direction), before.of(direction.reverse()));
        }
        assert_eq!(after.map(|value| value * 10), Both { to_server: 20, to_client: 10 });
    }
}
