//! What ends connections but packets, and servers that are told by their port.

use super::script::Player;
use crate::packet::{Flags, Segment, VlanPath};
use crate::stream::{Connection, StreamConfig, StreamSink, Streams};
use crate::units::{Chunk, Direction, Endpoint, Gap, Origin, StreamOffset, Timestamp};

#[test]
fn time_that_passes_without_a_packet_ends_waiting() {
    let mut player = Player::default();
    player.play("c syn\ns syn ack 0\nc 3 \"def\"\ns ack 6");
    let mut halves = 0;
    let mut pass = |player: &mut Player, seconds: i64| {
        while halves < 2 * seconds {
            halves += 1;
            player.streams.pass_time(Timestamp::from_ns(halves * 500_000_000), &mut player.events);
        }
        player.events.text.clone()
    };
    assert_eq!(pass(&mut player, 1), "");
    let told = "c 0 gap of 3 NotCaptured p3\nc 3 \"def\" p3\n";
    assert_eq!(pass(&mut player, 2), told);
    assert_eq!(pass(&mut player, 3599), told);
    assert_eq!(pass(&mut player, 3602), format!("{told}closed 1 Idle -> 3, 3 missing <- 0\n"));
}

#[test]
fn a_connection_can_be_given_up_for_want_of_memory_and_none_is_left_in_the_end() {
    let mut player = Player::default();
    player.play("c syn\nc2 syn\nc 0 \"abc\"");
    assert_eq!(player.streams.open_connections(), 2);
    assert!(player.streams.evict(&mut player.events) && player.streams.evict(&mut player.events));
    assert!(!player.streams.evict(&mut player.events));
    assert_eq!(player.streams.peaks().connections, 2);
    let expected = "c 0 \"abc\" p3\nclosed 2 Evicted -> 0 <- 0\nclosed 1 Evicted -> 3 <- 0\n";
    assert_eq!(player.finish(), expected);
}

#[derive(Default)]
struct Closed(Vec<Connection>);

impl StreamSink for Closed {
    type Kept = ();

    fn chunk(&mut self, _: &Connection, (): &mut (), _: Direction, _: Chunk<'_>) {}
    fn gap(&mut self, _: &Connection, (): &mut (), _: Direction, _: Gap) {}
    fn conflict(&mut self, _: &Connection, (): &mut (), _: Direction, _: StreamOffset, _: Origin) {}
    fn closed(&mut self, connection: &Connection, (): &mut ()) {
        self.0.push(connection.clone());
    }
}

fn connections(max_connections: usize, segments: &[(u16, u16)]) -> Vec<Connection> {
    let config = StreamConfig { server_ports: vec![9000], max_connections, ..StreamConfig::default() };
    let mut streams = Streams::new(config);
    let mut sink = Closed::default();
    for (packet, (source, destination)) in (1..).zip(segments) {
        let endpoint = |port| Endpoint { addr: std::net::Ipv4Addr::LOCALHOST.into(), port };
        let segment = Segment {
            origin: Origin { packet, time: Timestamp::from_ns(0), ..Origin::default() },
            source: endpoint(*source),
            destination: endpoint(*destination),
            vlan: VlanPath::default(),
            seq: 0,
            ack: 0,
            flags: Flags { ack: true, ..Flags::default() },
            payload: &[],
            payload_len: 0,
        };
        streams.push(&segment, &mut sink);
    }
    streams.finish(&mut sink);
    sink.0
}

#[test]
fn without_a_syn_the_side_on_a_known_port_is_the_server() {
    let server = |source, destination| connections(1, &[(source, destination)])[0].server.port;
    assert_eq!((server(9000, 80), server(80, 9000)), (9000, 9000));
    assert_eq!((server(81, 80), server(80, 81)), (80, 80));
    assert_eq!((server(9000, 9000), server(80, 80)), (9000, 80));
}

#[test]
fn the_slot_of_a_connection_that_was_closed_is_used_again() {
    let closed = connections(2, &[(1, 9000), (2, 9000), (3, 9000), (4, 9000)]);
    let slots: Vec<_> = closed.iter().map(|connection| (connection.id.0, connection.slot.index())).collect();
    assert_eq!(slots, [(0, 0), (2, 0), (1, 1), (3, 0)]);
}
