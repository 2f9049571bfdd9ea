//! When bytes are given up, and what follows.

use super::script::check;

#[test]
fn a_hole_is_a_gap_once_it_was_acknowledged_and_patience_ran_out() {
    check(
        r#"
        c syn
        s syn ack 0
        c 0 "abc"
        c 6 "ghi"
        s ack 9
        s ack 9 x32
        c 9 "j"
        "#,
        r#"
        c 0 "abc" p3
        c 3 gap of 3 NotCaptured p4
        c 6 "ghi" p4
        c 9 "j" p38
        closed 1 Open -> 7, 3 missing <- 0
        "#,
    );
}

#[test]
fn a_segment_captured_after_its_acknowledgement_still_counts() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 6 x31
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p35
        c 3 "def" p3 at p35
        closed 1 Open -> 6, 1 out of order <- 0
        "#,
    );
}

#[test]
fn the_other_side_speaking_is_no_evidence() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 0 x200
        c 0 "abc"
        "#,
        r#"
        c 0 "abc" p204
        c 3 "def" p3 at p204
        closed 1 Open -> 6, 1 out of order <- 0
        "#,
    );
}

#[test]
fn an_acknowledgement_of_a_part_of_a_hole_is_no_evidence_for_the_rest() {
    check(
        r#"
        c syn
        s syn ack 0
        c 9 "jkl"
        s ack 6 x200
        c 0 "abcdefghi"
        "#,
        r#"
        c 0 "abcdefghi" p204
        c 9 "jkl" p3 at p204
        closed 1 Open -> 12, 1 out of order <- 0
        "#,
    );
}

#[test]
fn patience_ends_by_the_time_of_other_connections() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 6
        @0.9 c2 syn
        @1.5 c2 0 "x"
        "#,
        r#"
        c2 0 "x" p6
        c 0 gap of 3 NotCaptured p3
        c 3 "def" p3
        closed 1 Open -> 3, 3 missing <- 0
        closed 2 Open -> 1 <- 0
        "#,
    );
}

#[test]
fn a_late_segment_fills_its_hole_even_if_time_is_up_when_it_comes() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 6
        @30 c 0 "abc"
        "#,
        r#"
        c 0 "abc" p5
        c 3 "def" p3 at p5
        closed 1 Open -> 6, 1 out of order <- 0
        "#,
    );
}

#[test]
fn a_hole_that_nobody_acknowledged_waits_for_two_minutes() {
    check(
        r#"
        c syn
        c 3 "def"
        @119 c2 syn
        @121 c2 0 "x"
        "#,
        r#"
        c2 0 "x" p4
        c 0 gap of 3 NotCaptured p2
        c 3 "def" p2
        closed 1 Open -> 3, 3 missing <- 0
        closed 2 Open -> 1 <- 0
        "#,
    );
}

#[test]
fn a_stray_segment_far_ahead_does_not_end_a_stream_that_goes_on() {
    check(
        r#"
        c syn
        c 1000000 "stray"
        @100 c 0 "abc"
        @200 c 3 "def"
        @300 c 6 "ghi"
        "#,
        r#"
        c 0 "abc" p3
        c 3 "def" p4
        c 6 "ghi" p5
        c 9 gap of 999991 NotCaptured p2
        c 1000000 "stray" p2 at p5
        closed 1 Open -> 14, 999991 missing, 3 out of order <- 0
        "#,
    );
}

#[test]
fn one_lost_segment_does_not_end_the_rest() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 6 x33
        c 6 "ghi"
        c 12 "mno"
        s ack 15 x33
        "#,
        r#"
        c 0 gap of 3 NotCaptured p3
        c 3 "def" p3
        c 6 "ghi" p37
        c 9 gap of 3 NotCaptured p38
        c 12 "mno" p38
        closed 1 Open -> 9, 6 missing <- 0
        "#,
    );
}

#[test]
fn holes_run_out_of_patience_together_not_one_after_the_other() {
    check(
        r#"
        c syn
        s syn ack 0
        c 1 "b"
        c 3 "d"
        c 5 "f"
        s ack 6 x33
        c 6 "g"
        "#,
        r#"
        c 0 gap of 1 NotCaptured p3
        c 1 "b" p3
        c 2 gap of 1 NotCaptured p4
        c 3 "d" p4
        c 4 gap of 1 NotCaptured p5
        c 5 "f" p5
        c 6 "g" p39
        closed 1 Open -> 4, 3 missing <- 0
        "#,
    );
}

#[test]
fn a_late_segment_is_counted_and_never_delivered() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s ack 6 x33
        c 0 "abcdefg"
        "#,
        r#"
        c 0 gap of 3 NotCaptured p3
        c 3 "def" p3
        c 6 "g" p37
        closed 1 Open -> 4, 3 duplicate, 3 late, 3 missing <- 0
        "#,
    );
}

#[test]
fn a_gap_of_gigabytes_costs_nothing() {
    check(
        r#"
        c syn
        s syn ack 0
        c 2000000000 "abc"
        s ack 2000000003 x33
        c 4000000000 "def"
        s ack 4000000003 x33
        c 6000000000 "ghi"
        "#,
        r#"
        c 0 gap of 2000000000 NotCaptured p3
        c 2000000000 "abc" p3
        c 2000000003 gap of 1999999997 NotCaptured p37
        c 4000000000 "def" p37
        c 4000000003 gap of 1999999997 NotCaptured p71
        c 6000000000 "ghi" p71
        closed 1 Open -> 9, 5999999994 missing <- 0
        "#,
    );
}

#[test]
fn offsets_go_on_past_four_gibibytes_of_acknowledged_loss() {
    check(
        r#"
        c syn
        s syn ack 0
        c 0 "abc"
        s ack 1500000000
        s ack 3000000000
        s ack 4500000000
        s ack 6000000000
        c 6000000000 "def"
        s ack 6000000003 x33
        "#,
        r#"
        c 0 "abc" p3
        c 3 gap of 5999999997 NotCaptured p8
        c 6000000000 "def" p8
        closed 1 Open -> 6, 5999999997 missing <- 0
        "#,
    );
}

#[test]
fn bytes_that_were_acknowledged_but_never_captured_are_missing_at_the_end() {
    check(
        r#"
        c syn
        s syn ack 0
        c 0 "abc"
        s ack 10
        "#,
        r#"
        c 0 "abc" p3
        c 3 gap of 7 NotCaptured p4
        closed 1 Open -> 3, 7 missing <- 0
        "#,
    );
}

#[test]
fn an_acknowledged_fin_is_no_missing_byte() {
    check(
        r#"
        c syn
        s syn ack 0
        c 0 "abc"
        s ack 4
        s fin
        c ack 1
        "#,
        r#"
        c 0 "abc" p3
        closed 1 HalfClosed -> 3 <- 0
        "#,
    );
}

#[test]
fn a_fin_beyond_the_last_byte_shows_what_is_missing() {
    check(
        r#"
        c syn
        c 0 "abc"
        c 10 fin
        "#,
        r#"
        c 0 "abc" p2
        c 3 gap of 7 NotCaptured p3
        closed 1 HalfClosed -> 3, 7 missing <- 0
        "#,
    );
}

#[test]
fn a_fin_beyond_a_hole_that_was_acknowledged_leaves_only_patience() {
    check(
        r#"
        c syn
        s syn ack 0
        c 0 "abc"
        c 10 fin
        s ack 11 x33
        s "x"
        "#,
        r#"
        c 0 "abc" p3
        c 3 gap of 7 NotCaptured p4
        s 0 "x" p38
        closed 1 HalfClosed -> 3, 7 missing <- 1
        "#,
    );
}

#[test]
fn after_a_reset_only_patience_is_left() {
    check(
        r#"
        c syn
        s syn ack 0
        c 3 "def"
        s rst
        c 6 "ghi"
        c2 syn
        @1.5 c2 0 "x"
        "#,
        r#"
        c2 0 "x" p7
        c 0 gap of 3 NotCaptured p3
        c 3 "def" p3
        c 6 "ghi" p5
        closed 1 Reset -> 6, 3 missing <- 0
        closed 2 Open -> 1 <- 0
        "#,
    );
}

#[test]
fn the_end_of_the_capture_tells_all_that_waits() {
    check(
        r#"
        c syn
        c 3 "def"
        c 9 "jkl"
        "#,
        r#"
        c 0 gap of 3 NotCaptured p2
        c 3 "def" p2
        c 6 gap of 3 NotCaptured p3
        c 9 "jkl" p3
        closed 1 Open -> 6, 6 missing <- 0
        "#,
    );
}

#[test]
fn what_waits_behind_a_gap_became_available_when_it_came() {
    check(
        r#"
        c syn
        c 6 "ghi"
        c 3 "def"
        "#,
        r#"
        c 0 gap of 3 NotCaptured p3
        c 3 "def" p3
        c 6 "ghi" p2 at p3
        closed 1 Open -> 6, 3 missing, 1 out of order <- 0
        "#,
    );
}
