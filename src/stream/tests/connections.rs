//! Which segments are one connection, who is its client, and how it ends.

use super::script::{Player, check};
use crate::packet::{Flags, Segment, VlanPath};
use crate::stream::{Chunk, Connection, Gap, State, StreamConfig, StreamSink, Streams};
use crate::units::{Direction, Endpoint, Origin, StreamOffset, Timestamp};

#[test]
fn a_repeated_syn_is_the_same_connection() {
    check(
        r#"
        c syn
        c syn
        s syn ack 0
        s syn ack 0
        c 0 "abc" ack 0
        "#,
        r#"
        c 0 "abc" p5
        closed 1 Open -> 3 <- 0
        "#,
    );
}

#[test]
fn a_syn_with_another_number_opens_a_new_connection() {
    check(
        r#"
        c syn isn 100
        c 0 "old"
        c 5 "er"
        c syn isn 77777
        c 0 "new"
        "#,
        r#"
        c 0 "old" p2
        c 3 gap of 2 NotCaptured p3
        c 5 "er" p3
        closed 1 Open -> 5, 2 missing <- 0
        c2 0 "new" p5
        closed 2 Open -> 3 <- 0
        "#,
    );
}

#[test]
fn a_syn_after_the_close_opens_a_new_connection_even_with_the_same_number() {
    check(
        r#"
        c syn
        c 0 "abc" fin
        s fin ack 4
        c syn
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p2
        closed 1 Closed -> 3 <- 0
        c2 0 "abc" p5
        closed 2 Open -> 3 <- 0
        "#,
    );
}

#[test]
fn a_refused_syn_that_is_tried_again_is_the_same_connection() {
    check(
        r#"
        c syn
        s rst ack 0
        c syn
        s rst ack 0
        "#,
        r#"
        closed 1 Reset -> 0 <- 0
        "#,
    );
}

#[test]
fn the_syn_and_ack_of_a_new_connection_open_it_where_its_syn_was_lost() {
    check(
        r#"
        c syn isn 100
        s syn isn 200 ack 0
        s 0 "old"
        s syn isn 999999 ack 5555
        s 0 "new"
        "#,
        r#"
        s 0 "old" p3
        closed 1 Open -> 0 <- 3
        s2 0 "new" p5
        closed 2 Open -> 0 <- 3
        "#,
    );
}

#[test]
fn a_server_may_answer_a_syn_again_with_another_number() {
    check(
        r#"
        c syn
        s syn isn 200 ack 0
        c syn
        s syn isn 999999 ack 0
        c 0 "abc" ack 0
        s 0 "xyz" ack 3
        "#,
        r#"
        c 0 "abc" p5
        s 0 "xyz" p6
        closed 1 Open -> 3 <- 3
        "#,
    );
}

#[test]
fn stray_packets_after_the_close_belong_to_the_closed_connection() {
    check(
        r#"
        c syn
        c 0 "abc" fin
        s fin ack 4
        c ack 1
        s rst
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p2
        closed 1 Closed -> 3, 3 duplicate, 1 retransmissions <- 0
        "#,
    );
}

#[test]
fn a_closed_connection_is_forgotten_after_a_minute() {
    check(
        r#"
        c syn
        c fin
        s fin
        @70 c2 syn
        c 100 "new"
        "#,
        r#"
        closed 1 Closed -> 0 <- 0
        closed 2 Open -> 0 <- 0
        c3 0 "new" p5
        closed 3 Open -> 3 <- 0
        "#,
    );
}

#[test]
fn a_connection_without_packets_for_an_hour_is_idle() {
    check(
        r#"
        c syn
        @1000 c 0 "abc"
        @4599 c2 syn
        @4601 c 3 "def"
        "#,
        r#"
        c 0 "abc" p2
        closed 1 Idle -> 3 <- 0
        closed 2 Open -> 0 <- 0
        c3 0 "def" p4
        closed 3 Open -> 3 <- 0
        "#,
    );
}

#[test]
fn time_that_goes_back_ends_nothing() {
    check(
        r#"
        @5000 c syn
        @5001 c 3 "def"
        @1 c 0 "abc"
        @5000 c 6 "ghi"
        "#,
        r#"
        c 0 "abc" p3
        c 3 "def" p2 at p3
        c 6 "ghi" p4
        closed 1 Open -> 9, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_syn_that_comes_after_the_answer_still_makes_the_client() {
    check(
        r#"
        s syn ack 0
        c syn
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p3
        closed 1 Open -> 3 <- 0
        "#,
    );
}

#[test]
fn the_sender_of_the_syn_is_the_client_whatever_the_ports() {
    check(
        r#"
        s syn
        c syn ack 0
        s 0 "abc"
        "#,
        r#"
        s 0 "abc" p3
        closed 1 Open swapped -> 3 <- 0
        "#,
    );
}

#[test]
fn both_sides_may_open_at_once() {
    check(
        r#"
        c syn
        s syn
        c -1 syn ack 0
        s -1 syn ack 0
        c 0 "abc"
        s 0 "xyz"
        "#,
        r#"
        c 0 "abc" p5
        s 0 "xyz" p6
        closed 1 Open -> 3 <- 3
        "#,
    );
}

#[test]
fn the_role_follows_a_syn_only_until_something_was_told() {
    check(
        r#"
        c ack 50
        s 50 "xyz" ack 0
        c ack 53 x32
        s syn isn 4294967290
        "#,
        r#"
        s 0 "xyz" p2
        closed 1 Open -> 0 <- 3
        "#,
    );
}

#[test]
fn a_full_table_gives_up_what_was_idle_longest() {
    let mut player = Player::default();
    player.streams = player.streams.limited_to(2, usize::MAX);
    player.play(
        r#"
        c syn
        c2 syn
        c 0 "abc"
        c3 syn
        c 3 "def"
        "#,
    );
    assert_eq!(
        player.finish(),
        "c 0 \"abc\" p3\nclosed 2 Evicted -> 0 <- 0\nc 3 \"def\" p5\nclosed 1 Open -> 6 <- 0\nclosed 3 Open -> 0 <- 0\n"
    );
}

#[test]
fn a_connection_that_goes_on_after_it_was_given_up_is_a_new_one() {
    let mut player = Player::default();
    player.streams = player.streams.limited_to(1, usize::MAX);
    player.play(
        r#"
        c syn
        c 3 "def"
        c2 syn
        c 6 "ghi"
        "#,
    );
    let expected = r#"
        c 0 gap of 3 NotCaptured p2
        c 3 "def" p2
        closed 1 Evicted -> 3, 3 missing <- 0
        closed 2 Evicted -> 0 <- 0
        c3 0 "ghi" p4
        closed 3 Open -> 3 <- 0
    "#;
    assert_eq!(player.finish(), expected.trim().lines().map(|line| format!("{}\n", line.trim())).collect::<String>());
}

#[test]
fn time_that_passes_without_a_packet_ends_waiting() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 6
        @1.0
        @2.0
        @3602.0
        "#,
        r#"
        c 0 gap of 3 NotCaptured p3
        c 3 "def" p3
        closed 1 Idle -> 3, 3 missing <- 0
        "#,
    );
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
    fn chunk(&mut self, _: &Connection, _: Direction, _: Chunk<'_>) {}
    fn gap(&mut self, _: &Connection, _: Direction, _: Gap) {}
    fn conflict(&mut self, _: &Connection, _: Direction, _: StreamOffset, _: Origin) {}
    fn closed(&mut self, connection: &Connection) {
        self.0.push(connection.clone());
    }
}

fn connections(segments: &[(u16, u16, u16)]) -> Vec<Connection> {
    let mut streams = Streams::new(StreamConfig { server_ports: vec![9000], ..StreamConfig::default() });
    let mut sink = Closed::default();
    for (packet, (source, destination, vlan)) in (1..).zip(segments) {
        let endpoint = |port| Endpoint { addr: std::net::Ipv4Addr::LOCALHOST.into(), port };
        let segment = Segment {
            origin: Origin { packet, time: Timestamp::from_ns(0) },
            source: endpoint(*source),
            destination: endpoint(*destination),
            vlan: VlanPath::default().with(*vlan),
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
    let server = |source, destination| connections(&[(source, destination, 0)])[0].server.port;
    assert_eq!((server(9000, 80), server(80, 9000)), (9000, 9000));
    assert_eq!((server(81, 80), server(80, 81)), (80, 80));
    assert_eq!((server(9000, 9000), server(80, 80)), (9000, 80));
}

#[test]
fn a_vlan_is_part_of_a_connection() {
    let found = connections(&[(4000, 80, 1), (4000, 80, 2), (80, 4000, 1)]);
    let packets = |connection: &Connection| connection.directions.map(|facts| facts.packets);
    assert_eq!(found.iter().map(packets).collect::<Vec<_>>(), [[1, 1], [1, 0]]);
    assert!(found.iter().all(|connection| connection.state == State::Open));
}
