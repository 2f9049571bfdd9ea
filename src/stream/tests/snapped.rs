//! Packets that the snap length cut.

use super::script::check;

#[test]
fn a_snapped_packet_leaves_a_gap_of_the_exact_size_at_once() {
    check(
        r#"
        c syn
        c 0 "abc" +4
        c 7 "hij" +2
        c 0 "abcdefg"
        "#,
        r#"
        c 0 "abc" p2
        c 3 gap of 4 Snapped p2
        c 7 "hij" p3
        c 10 gap of 2 Snapped p3
        closed 1 Open -> 6, 3 duplicate, 4 late, 6 missing <- 0
        "#,
    );
}

#[test]
fn a_retransmission_fills_what_was_snapped_while_it_waits() {
    check(
        r#"
        c syn
        c 3 "def" +4
        c 10 "klm"
        c 7 "hi"
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p5
        c 3 "def" p2 at p5
        c 6 gap of 1 Snapped p2
        c 7 "hi" p4 at p5
        c 9 gap of 1 Snapped p2
        c 10 "klm" p3 at p5
        closed 1 Open -> 11, 2 missing, 2 out of order <- 0
        "#,
    );
}

#[test]
fn a_packet_snapped_before_its_payload_is_a_gap() {
    check(
        r#"
        c syn
        c 0 +10
        c 10 "k"
        "#,
        r#"
        c 0 gap of 10 Snapped p2
        c 10 "k" p3
        closed 1 Open -> 1, 10 missing <- 0
        "#,
    );
}
