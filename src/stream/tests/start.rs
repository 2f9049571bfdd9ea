//! Streams whose first bytes are not in the capture.

use super::script::check;

#[test]
fn a_mid_stream_start_begins_where_the_peer_waits() {
    check(
        r#"
        s ack 500
        c 500 "abc"
        c 503 "def"
        "#,
        r#"
        c 0 "abc" p2
        c 3 "def" p3
        closed 1 Open -> 6 <- 0
        "#,
    );
}

#[test]
fn the_first_segments_of_a_mid_stream_start_may_be_out_of_order() {
    check(
        r#"
        c 506 "ghi"
        c 500 "abc"
        c 503 "def"
        s 900 ack 509 x33
        c 509 "jkl"
        "#,
        r#"
        c 0 "abc" p2
        c 3 "def" p3
        c 6 "ghi" p1 at p3
        c 9 "jkl" p37
        closed 1 Open -> 12, 2 out of order <- 0
        "#,
    );
}

#[test]
fn what_the_peer_had_before_the_capture_and_is_sent_again_comes_first() {
    check(
        r#"
        s ack 503
        c 503 "def"
        s ack 506
        c 500 "abc"
        c 506 "ghi"
        "#,
        r#"
        c 0 "abc" p4
        c 3 "def" p2 at p4
        c 6 "ghi" p5
        closed 1 Open -> 9, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_mid_stream_start_is_settled_once_patience_with_what_was_acknowledged_ran_out() {
    check(
        r#"
        s ack 503
        c 503 "def"
        s ack 506 x31
        c 506 "ghi"
        c 500 "abc"
        "#,
        r#"
        c 0 "def" p2
        c 3 "ghi" p34
        closed 1 Open -> 6, 3 late <- 0
        "#,
    );
}

#[test]
fn a_mid_stream_start_without_acknowledgements_waits_for_some_segments() {
    check(
        r#"
        c 503 "def"
        c 506 ""  x31
        c 500 "abc"
        c 506 ""  x31
        c 506 "ghi"
        c 497 "zzz"
        "#,
        r#"
        c 0 "abc" p33
        c 3 "def" p1 at p33
        c 6 "ghi" p65
        closed 1 Open -> 9, 3 late, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_capture_of_one_direction_works() {
    check(
        r#"
        s 0 "abc"
        s 3 "def"
        s 9 "jkl"
        s fin
        "#,
        r#"
        s 0 "abc" p1
        s 3 "def" p2
        s 6 gap of 3 NotCaptured p3
        s 9 "jkl" p3
        closed 1 HalfClosed -> 0 <- 9, 3 missing
        "#,
    );
}

#[test]
fn a_capture_of_the_other_direction_only_shows_what_was_sent() {
    check(
        r#"
        s ack 100
        s ack 200
        s ack 300
        "#,
        r#"
        c 0 gap of 200 NotCaptured p3
        closed 1 Open -> 0, 200 missing <- 0
        "#,
    );
}

#[test]
fn a_keep_alive_of_an_idle_connection_is_not_its_first_byte() {
    check(
        r#"
        s 0 ack 100
        c 99 "?"
        s 0 ack 100
        c 100 "abc"
        "#,
        r#"
        c 0 "abc" p4
        closed 1 Open -> 3, 1 late <- 0
        "#,
    );
}

#[test]
fn a_conflict_before_the_start_is_settled_is_told_then() {
    check(
        r#"
        c 503 "def"
        c 503 "dxf"
        c 500 "abc"
        "#,
        r#"
        c 0 "abc" p3
        c 3 "def" p1 at p3
        c 4 conflict p2
        closed 1 Open -> 6, 3 duplicate, 1 retransmissions, 1 out of order, 1 conflicting <- 0
        "#,
    );
}

#[test]
fn a_syn_captured_late_joins_its_connection() {
    check(
        r#"
        c 3 "def"
        s 0 "xyz"
        c syn
        c 0 "abc"
        s syn ack 0
        "#,
        r#"
        c 0 "abc" p4
        c 3 "def" p1 at p4
        s 0 "xyz" p2
        closed 1 Open -> 6, 1 out of order <- 3
        "#,
    );
}

#[test]
fn the_first_gap_of_a_late_syn_is_known() {
    check(
        r#"
        c 3 "def"
        c syn
        "#,
        r#"
        c 0 gap of 3 NotCaptured p1
        c 3 "def" p1
        closed 1 Open -> 3, 3 missing <- 0
        "#,
    );
}
