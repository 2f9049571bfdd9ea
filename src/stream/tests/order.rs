//! Order, overlap and repetition.

use super::script::check;

#[test]
fn segments_in_order_pass_straight_through() {
    check(
        r#"
        c syn
        s syn ack 0
        c ack 0
        c "hello" ack 0
        s "world" ack 5
        c fin ack 5
        s fin ack 6
        c ack 6
        "#,
        r#"
        c 0 "hello" p4
        s 0 "world" p5
        closed 1 Closed -> 5 <- 5
        "#,
    );
}

#[test]
fn a_segment_before_its_turn_waits_for_the_one_that_fills_the_hole() {
    check(
        r#"
        c syn
        c 3 "def"
        c 6 "ghi"
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p4
        c 3 "def" p2 at p4
        c 6 "ghi" p3 at p4
        closed 1 Open -> 9, 1 out of order <- 0
        "#,
    );
}

#[test]
fn pending_segments_astride_the_wrap_keep_their_order() {
    check(
        r#"
        c syn isn 4294967290
        c 8 "ijkl"
        c 4 "efgh"
        c 2 "cd"
        c 0 "ab"
        "#,
        r#"
        c 0 "ab" p5
        c 2 "cd" p4 at p5
        c 4 "efgh" p3 at p5
        c 8 "ijkl" p2 at p5
        closed 1 Open -> 12, 3 out of order <- 0
        "#,
    );
}

#[test]
fn the_first_copy_of_a_byte_wins() {
    check(
        r#"
        c syn
        c 0 "abcdef"
        c 2 "XYZ"
        "#,
        r#"
        c 0 "abcdef" p2
        c 2 conflict p3
        closed 1 Open -> 6, 3 duplicate, 1 retransmissions, 3 conflicting <- 0
        "#,
    );
}

#[test]
fn the_first_copy_of_a_byte_wins_in_the_queue_too() {
    check(
        r#"
        c syn
        c 2 "cdef"
        c 3 "dEf"
        c 0 "abCDef"
        "#,
        r#"
        c 4 conflict p3
        c 0 "ab" p4
        c 2 "cdef" p2 at p4
        c 2 conflict p4
        closed 1 Open -> 6, 7 duplicate, 1 retransmissions, 1 out of order, 3 conflicting <- 0
        "#,
    );
}

#[test]
fn a_partly_overlapped_segment_delivers_what_is_new() {
    check(
        r#"
        c syn
        c 0 "abcd"
        c 2 "cdef"
        "#,
        r#"
        c 0 "abcd" p2
        c 4 "ef" p3
        closed 1 Open -> 6, 2 duplicate <- 0
        "#,
    );
}

#[test]
fn a_longer_retransmission_adds_what_a_shorter_one_left_out() {
    check(
        r#"
        c syn
        c 4 "ef"
        c 2 "cdefgh"
        c 0 "ab"
        "#,
        r#"
        c 0 "ab" p4
        c 2 "cd" p3 at p4
        c 4 "ef" p2 at p4
        c 6 "gh" p3 at p4
        closed 1 Open -> 8, 2 duplicate, 2 out of order <- 0
        "#,
    );
}

#[test]
fn a_shorter_retransmission_never_replaces_a_longer_one() {
    check(
        r#"
        c syn
        c 2 "cdef"
        c 2 "cd"
        c 0 "ab"
        "#,
        r#"
        c 0 "ab" p4
        c 2 "cdef" p2 at p4
        closed 1 Open -> 6, 2 duplicate, 1 retransmissions, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_retransmission_over_everything_fills_all_holes_at_once() {
    check(
        r#"
        c syn
        c 1 "b"
        c 3 "d"
        c 0 "abcde"
        "#,
        r#"
        c 0 "a" p4
        c 1 "b" p2 at p4
        c 2 "c" p4
        c 3 "d" p3 at p4
        c 4 "e" p4
        closed 1 Open -> 5, 2 duplicate, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_keep_alive_writes_nothing() {
    check(
        r#"
        c syn
        c 0 "abc"
        c 2 "?"
        c 2 ""
        c 3 "def"
        "#,
        r#"
        c 0 "abc" p2
        c 3 "def" p5
        closed 1 Open -> 6, 1 duplicate <- 0
        "#,
    );
}

#[test]
fn a_keep_alive_writes_nothing_behind_a_hole() {
    check(
        r#"
        c syn
        c 3 "def"
        c 5 "?"
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p4
        c 3 "def" p2 at p4
        closed 1 Open -> 6, 1 duplicate, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_keep_alive_before_the_first_byte_is_late() {
    check(
        r#"
        c syn
        c -1 "?"
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p3
        closed 1 Open -> 3, 1 late <- 0
        "#,
    );
}

#[test]
fn a_zero_window_probe_is_data() {
    check(
        r#"
        c syn
        c 0 "abc"
        c 3 "d"
        c 3 "d"
        c 4 "ef"
        "#,
        r#"
        c 0 "abc" p2
        c 3 "d" p3
        c 4 "ef" p5
        closed 1 Open -> 6, 1 duplicate <- 0
        "#,
    );
}

#[test]
fn what_follows_a_zero_window_probe_may_repeat_its_byte() {
    check(
        r#"
        c syn
        c 0 "abc"
        c 3 "d"
        c 3 "defg"
        c 7 "h"
        "#,
        r#"
        c 0 "abc" p2
        c 3 "d" p3
        c 4 "efg" p4
        c 7 "h" p5
        closed 1 Open -> 8, 1 duplicate <- 0
        "#,
    );
}

#[test]
fn data_on_the_syn_is_the_first_data() {
    check(
        r#"
        c syn "abc"
        s syn ack 3
        c 3 "def" ack 0
        "#,
        r#"
        c 0 "abc" p1
        c 3 "def" p3
        closed 1 Open -> 6 <- 0
        "#,
    );
}

#[test]
fn data_on_a_syn_that_the_server_did_not_take_is_sent_again_and_counts_once() {
    check(
        r#"
        c syn "abc"
        s syn ack 0
        c 0 "abcdef" ack 0
        "#,
        r#"
        c 0 "abc" p1
        c 3 "def" p3
        closed 1 Open -> 6, 3 duplicate <- 0
        "#,
    );
}

#[test]
fn nothing_comes_after_the_fin() {
    check(
        r#"
        c syn
        c 0 "abc" fin
        c 3 "garbage"
        "#,
        r#"
        c 0 "abc" p2
        closed 1 HalfClosed -> 3, 7 late <- 0
        "#,
    );
}

#[test]
fn a_fin_before_its_turn_does_not_end_the_stream() {
    check(
        r#"
        c syn
        c 6 "ghi" fin
        s syn ack 0
        s fin ack 0
        c 0 "abc"
        c 3 "def"
        "#,
        r#"
        c 0 "abc" p5
        c 3 "def" p6
        c 6 "ghi" p2 at p6
        closed 1 Closed -> 9, 2 out of order <- 0
        "#,
    );
}

#[test]
fn the_data_of_a_reset_is_delivered() {
    check(
        r#"
        c syn
        s syn ack 0
        s 0 "bye" rst
        "#,
        r#"
        s 0 "bye" p3
        closed 1 Reset -> 0 <- 3
        "#,
    );
}

#[test]
fn a_reset_with_data_before_its_turn_waits_like_any_segment() {
    check(
        r#"
        c syn
        s syn ack 0
        s 3 "bye" rst
        s 0 "abc"
        "#,
        r#"
        s 0 "abc" p4
        s 3 "bye" p3 at p4
        closed 1 Reset -> 0 <- 6, 1 out of order
        "#,
    );
}
