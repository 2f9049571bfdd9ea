//! Which messages are reported.

use crate::proto::Decoded;
use crate::proto::clause::Clause;
use crate::units::Direction;

/// Chooses messages. Filters work after decoding, so pairing and labels do not depend on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// 1-based numbers of connections; empty means all.
    pub connections: Vec<usize>,
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
    /// Whether a connection is to be reported.
    #[must_use]
    pub fn accepts_connection(&self, number: usize) -> bool {
        self.connections.is_empty() || self.connections.contains(&number)
    }

    /// Whether a message is to be reported as far as its payload decides.
    #[must_use]
    pub fn accepts_payload(&self, decoded: &Decoded<'_>) -> bool {
        self.clauses.iter().all(|clause| clause.holds(decoded))
    }

    /// Whether a message is to be reported, whatever its payload.
    #[must_use]
    pub fn accepts(&self, connection: usize, direction: Direction, label: Option<&str>) -> bool {
        self.accepts_connection(connection)
            && self.direction.is_none_or(|wanted| wanted == direction)
            && (self.labels.is_empty()
                || label.is_some_and(|label| self.labels.iter().any(|wanted| wanted.eq_ignore_ascii_case(label))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_filter_accepts_everything() {
        assert!(Filter::default().accepts(7, Direction::ServerToClient, None));
    }

    #[test]
    fn all_given_filters_must_hold() {
        let filter = Filter {
            connections: vec![1, 3],
            direction: Some(Direction::ClientToServer),
            labels: vec!["heartbeat".to_owned()],
            ..Filter::default()
        };
        assert!(filter.accepts(3, Direction::ClientToServer, Some("Heartbeat")));
        assert!(!filter.accepts(2, Direction::ClientToServer, Some("Heartbeat")));
        assert!(!filter.accepts(3, Direction::ServerToClient, Some("Heartbeat")));
        assert!(!filter.accepts(3, Direction::ClientToServer, Some("Lobby")));
        assert!(!filter.accepts(3, Direction::ClientToServer, None));
    }
}
