//! The programs of `examples/` do what they say.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../examples/count_types.rs"]
#[allow(dead_code, reason = "its `main` is for those who run it")]
mod count_types;

#[test]
fn messages_are_counted_by_their_type() {
    let mut out = Vec::new();
    count_types::count(["samples/star_network.pcap".to_owned()].into_iter(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.lines().any(|line| line.trim() == "16  star_network.HeartbeatRequest"), "{text}");
    assert!(text.ends_with("      44  messages on 2 connections\n"), "{text}");
}

#[test]
fn what_is_no_capture_is_named() {
    let error = count_types::count(["samples/kv.toml".to_owned()].into_iter(), &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read samples/kv.toml");
}
