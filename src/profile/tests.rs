//! Profile files become profiles, and mistakes in them are told with their place.

use super::*;
use crate::frame::layout::Layout;
use crate::proto::TopLevel;

fn profile(text: &str) -> Result<Profile, ProfileError> {
    let schema = Schema::from_text("t.proto", "syntax = \"proto3\"; package t; message Get { string key = 1; }");
    ProfileFile::parse(text, "test.toml")?.resolve(Source::CommandLine, Some(Arc::new(schema.unwrap())))
}

fn error(text: &str) -> String {
    let error = profile(text).unwrap_err();
    let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!("\n{cause}"));
    format!("{error}{cause}\n{}", error.hint().unwrap_or_default())
}

const HEAD: &str = "name = \"t\"\nframe = \"len:u32be code:u8 payload\"\n";

/// A rule, matched against a frame with the code 9 and a payload.
fn matches(rule: &str, payload: &[u8]) -> bool {
    let profile = profile(&format!("{HEAD}[[rule]]\nlabel = \"x\"\n{rule}")).unwrap();
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes().to_vec();
    frame.push(9);
    frame.extend_from_slice(payload);
    let direction = Direction::ClientToServer;
    let mut top = TopLevel::default();
    top.read(payload);
    let header: Vec<_> = profile.layout(direction).fields(&frame).collect();
    profile.rules[0].matches(direction, &header, payload, &top)
}

#[test]
fn the_built_in_profiles_load() {
    for built_in in BUILT_IN {
        let profile = built_in.profile().unwrap();
        assert_eq!(profile.name, built_in.name);
        assert!(profile.rules.iter().all(|rule| rule.message.is_some()), "{}", profile.name);
    }
}

#[test]
fn a_rule_matches_by_header_payload_and_direction() {
    // 1: "abc", 2: 7, 3: {1: -1}
    let payload = b"\x0a\x03abc\x10\x07\x1a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    for (rule, expected) in [
        ("header = { code = 9 }", true),
        ("header = { code = 8 }", false),
        ("header = { code = [8, 9] }", true),
        ("where = { \"1\" = \"abc\" }", true),
        ("where = { \"1\" = \"ab\" }", false),
        ("where = { \"2\" = 7, \"1\" = \"abc\" }", true),
        ("where = { \"2\" = 7, \"1\" = \"x\" }", false),
        ("where = { \"3.1\" = -1 }", true),
        ("where = { \"4\" = false }", true),
        ("where = { \"4\" = true }", false),
        ("where = { \"2\" = true }", true),
        ("direction = \"client->server\"", true),
        ("direction = \"server->client\"", false),
    ] {
        assert_eq!(matches(rule, payload), expected, "{rule}");
    }
}

#[test]
fn each_direction_may_have_its_own_layout() {
    let text = "name = \"t\"\nframe = { client = \"varint\", server = \"u32be\" }";
    let profile = profile(text).unwrap();
    assert_eq!(**profile.layout(Direction::ClientToServer), Layout::parse("varint").unwrap());
    assert_eq!(**profile.layout(Direction::ServerToClient), Layout::parse("u32be").unwrap());
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    for (text, expected) in [
        ("name = 3", "line 1"),
        ("name = \"t\"\nframe = \"u32be\"\nprts = [1]", "unknown field `prts`"),
        ("name = \"t\"\nframe = \"len:u33be payload\"", "^"),
        (&format!("{HEAD}message = \"Gte\""), "no message type `Gte`"),
        (&format!("{HEAD}message = \"Gte\""), "t.Get"),
        (&format!("{HEAD}[[rule]]\nlabel = \"x\"\ndirection = \"up\""), "rule `x`: direction `up` is neither"),
        (&format!("{HEAD}[[rule]]\nlabel = \"x\"\nwhere = {{ \"a.b\" = 1 }}"), "rule `x`"),
        (&format!("{HEAD}[[rule]]\nlabel = \"x\"\nwhere = {{ \"1\" = 1.5 }}"), "compared with a float"),
    ] {
        let error = error(text);
        assert!(error.contains(expected), "{text}\n---\n{error}");
    }
}

#[test]
fn a_value_of_the_wrong_form_is_told_in_the_words_of_the_file() {
    let frame =
        "expected a layout or the name of a preset, or { client = \"…\", server = \"…\" } with one for each side";
    let place = "expected a header field, a path or keys, or { request = \"…\", answer = \"…\" } with one for each";
    let answers = format!("{HEAD}[[rule]]\nlabel = \"x\"\nanswers = 3");
    for (text, expected) in [
        ("name = \"t\"\nframe = { client = \"u32be\" }", frame),
        ("name = \"t\"\nframe = { client = \"u32be\", server = \"u32be\", both = \"u32be\" }", frame),
        (&format!("{HEAD}match = {{ request = \"code\" }}"), place),
        (&format!("{HEAD}match = 1"), place),
        (&answers, "expected a string or an array of strings"),
        (&format!("{HEAD}[sd]\ncontains = [\"x\"]"), "expected a pair of text and label"),
        (&format!("{HEAD}[sd]\ncontains = [[\"x\"]]"), "expected a pair of text and label"),
        (&format!("{HEAD}ports = [80, 70000]"), "integer `70000`, expected a port, 1 to 65535"),
        (&format!("{HEAD}ports = [0]"), "integer `0`, expected a port, 1 to 65535"),
        (&format!("{HEAD}ports = [-1]"), "integer `-1`, expected a port, 1 to 65535"),
        (&format!("{HEAD}ports = [\"80\"]"), "string \"80\", expected a port, 1 to 65535"),
    ] {
        let error = error(text);
        assert!(error.contains(expected) && error.contains('^'), "{text}\n---\n{error}");
        assert!(["variant", "enum", "u16", "tuple"].iter().all(|internal| !error.contains(internal)), "{error}");
    }
    assert_eq!(profile(&format!("{HEAD}ports = [1, 65535]")).unwrap().ports, [1, 65535]);
}

#[test]
fn a_message_type_needs_a_schema() {
    let file = ProfileFile::parse(&format!("{HEAD}message = \"t.Get\""), "test.toml").unwrap();
    let error = file.resolve(Source::BuiltIn, None).unwrap_err();
    assert_eq!(error.to_string(), "t names the message type `t.Get` but there is no schema");
    assert!(error.hint().unwrap().contains("--schema"));
}

#[test]
fn without_its_schema_a_profile_still_labels() {
    let mut profile = BUILT_IN[0].profile().unwrap();
    profile.forget_schema();
    assert!(profile.schema.is_none() && profile.rules.iter().all(|rule| rule.message.is_none()));
    assert!(!profile.rules.is_empty());
}

#[test]
fn sd_labels_go_by_the_first_text_that_the_payload_contains() {
    let labels = &BUILT_IN[0].profile().unwrap().sd;
    assert_eq!(labels.label(b"\x0a\x0dheartbeat_ack"), Some("Heartbeat"));
    assert_eq!(labels.label(b"heartbeat diff.service.online"), Some("Heartbeat"));
    assert_eq!(labels.label(b"diff.service.online"), Some("Service Discovery"));
    assert_eq!(labels.label(b""), Some("SC Binary Protocol"));
    assert_eq!(SdLabels::default().label(b"heartbeat"), None);
}

#[test]
fn what_answers_share_with_requests_is_a_header_field_or_a_path_and_says_what_is_wrong_with_it() {
    let parse = |rule: &str| {
        let text = format!("name = \"t\"\nframe = \"tx:u16be len:u16be payload\"\n{rule}");
        ProfileFile::parse(&text, "t").unwrap().resolve(Source::CommandLine, None)
    };
    let rule = |key: &str| format!("[[rule]]\nlabel = \"Ask\"\n[[rule]]\nlabel = \"Tell\"\nanswers = \"Ask\"\n{key}");
    let profile = parse(&rule("match = \"tx\"")).unwrap();
    assert_eq!(profile.correlations[profile.rules[1].correlation.unwrap()].to_string(), "header field tx");
    assert!(profile.reads_header() && profile.correlation.is_none());
    let profile = parse(&rule("match = { request = \"1\", answer = \"2.1\" }")).unwrap();
    assert_eq!(profile.correlations[0].to_string(), "field 1 of the request, field 2.1 of the answer");
    let profile = parse(&rule("match = \"meta.id\"")).unwrap();
    assert_eq!(profile.correlations[0].to_string(), "key meta.id");
    let profile = parse(&format!("match = \"tx\"\nanswers_in_order = true\n{}", rule(""))).unwrap();
    assert_eq!((profile.correlation, profile.rules[1].correlation, profile.answers_in_order), (Some(0), Some(0), true));
    for (wrong, why) in [
        (rule("match = \"meta.\""), "`meta.` is neither a field of the layout nor a path like 2.1 or meta.id"),
        (rule("match = \"2..1\""), "`` is not a field number"),
        ("[[rule]]\nlabel = \"Ask\"\nmatch = \"tx\"".to_owned(), "give `answers` too"),
    ] {
        let error = parse(&wrong).unwrap_err().to_string();
        assert!(error.contains(why), "{wrong}: {error}");
    }
}
