//! What of a run is told.
//!
//! In: what the user chooses. Out: whether an event or a message is told. Invariant: a filter looks at what is already
//! framed, numbered, paired and learned from, so none of these depend on it. Not responsible for which packets are
//! followed.

mod moment;
mod network;
mod selection;

pub use moment::Moment;
pub use network::Network;
pub(super) use selection::Selection;

use crate::proto::Decoded;
use crate::proto::clause::Clause;
use crate::record::ConnectionName;
use crate::units::Direction;

/// Chooses what is told: every kind that is given must hold, and of one kind any. What is told is what would be told
/// without a filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// 1-based numbers of connections; empty means all.
    pub connections: Vec<usize>,
    /// Networks, in one of which either side of a connection must be; empty means any.
    pub hosts: Vec<Network>,
    /// TCP ports, on one of which either side of a connection must be; empty means any.
    pub ports: Vec<u16>,
    /// Time before which nothing is told. A message counts by the packet that completed it; a connection is told, as
    /// a whole, if its last packet is not before that time.
    pub from: Option<Moment>,
    /// Time after which nothing is told. A connection is told if its first packet is not after that time.
    pub to: Option<Moment>,
    /// Direction of the messages; none means both.
    pub direction: Option<Direction>,
    /// Labels of the messages, compared without regard to case; empty means all, also messages without a label.
    pub labels: Vec<String>,
    /// Conditions that the payloads of the messages must all meet.
    pub clauses: Vec<Clause>,
    /// Most messages that are passed to the report; the rest is counted.
    pub limit: Option<u64>,
}

impl Filter {
    /// Whether a connection is told, if it was there at a time that is asked for.
    #[must_use]
    pub fn accepts_connection(&self, name: &ConnectionName) -> bool {
        let ends = [name.client, name.server];
        (self.connections.is_empty() || self.connections.contains(&name.number))
            && (self.ports.is_empty() || ends.iter().any(|end| self.ports.contains(&end.port)))
            && (self.hosts.is_empty() || ends.iter().any(|end| self.hosts.iter().any(|host| host.contains(end.addr))))
    }

    /// Whether a message is told as far as its payload decides.
    #[must_use]
    pub fn accepts_payload(&self, decoded: &Decoded<'_>) -> bool {
        self.clauses.iter().all(|clause| clause.holds(decoded))
    }

    /// Whether a message of a connection that is told is told too, whatever its payload.
    #[must_use]
    pub fn accepts_message(&self, direction: Direction, label: Option<&str>) -> bool {
        self.direction.is_none_or(|wanted| wanted == direction)
            && (self.labels.is_empty()
                || label.is_some_and(|label| self.labels.iter().any(|wanted| wanted.eq_ignore_ascii_case(label))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Endpoint;

    fn name(number: usize) -> ConnectionName {
        let end = |last, port| Endpoint { addr: [10, 0, 0, last].into(), port };
        ConnectionName { number, client: end(1, 50_000), server: end(2, 8001) }
    }

    #[test]
    fn an_empty_filter_accepts_everything() {
        let filter = Filter::default();
        assert!(filter.accepts_connection(&name(7)) && filter.accepts_message(Direction::ServerToClient, None));
    }

    #[test]
    fn connections_are_chosen_by_number_and_by_what_either_side_is() {
        let host = |last: u8| Network::new([10, 0, 0, last].into(), 32).unwrap();
        for (connections, hosts, ports, is_accepted) in [
            (vec![1, 3], vec![], vec![], true),
            (vec![1, 2], vec![], vec![], false),
            (vec![], vec![host(1)], vec![], true),
            (vec![], vec![host(9), host(2)], vec![8001], true),
            (vec![], vec![host(9)], vec![], false),
            (vec![3], vec![], vec![50_000, 1], true),
            (vec![3], vec![], vec![1], false),
        ] {
            let filter = Filter { connections, hosts, ports, ..Filter::default() };
            assert_eq!(filter.accepts_connection(&name(3)), is_accepted, "{filter:?}");
        }
    }

    #[test]
    fn messages_are_chosen_by_direction_and_label() {
        let filter = Filter {
            direction: Some(Direction::ClientToServer),
            labels: vec!["heartbeat".to_owned()],
            ..Filter::default()
        };
        assert!(filter.accepts_message(Direction::ClientToServer, Some("Heartbeat")));
        assert!(!filter.accepts_message(Direction::ServerToClient, Some("Heartbeat")));
        assert!(!filter.accepts_message(Direction::ClientToServer, Some("Lobby")));
        assert!(!filter.accepts_message(Direction::ClientToServer, None));
    }
}
