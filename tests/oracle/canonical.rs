//! JSON with a schema, against protobuf's own.

use super::corpus::{Corpus, Message};
use deframe::proto::Reading;
use deframe::proto::json::{self, Style};
use serde_json::Value;

/// The messages whose JSON is not protobuf's, with both.
pub(crate) fn differences(corpus: &Corpus) -> Vec<String> {
    corpus.messages.iter().filter_map(|message| difference(corpus, message)).collect()
}

fn difference(corpus: &Corpus, message: &Message) -> Option<String> {
    let payload = message.payload();
    let mut reading = Reading::default();
    let id = corpus.schema.find(&message.name).expect("a type of the descriptor set");
    reading.read_typed(&payload, &corpus.schema, id);
    let styles = [(false, false), (false, true), (true, false), (true, true)];
    styles.into_iter().zip(&message.json).find_map(|((defaults, proto_names), expected)| {
        let mut written = Vec::new();
        let style = Style { defaults, proto_names };
        json::write_message(&reading.of(&payload, Some(&corpus.schema)), style, &mut written);
        let written = String::from_utf8(written).unwrap();
        let is_same = parsed(&written) == parsed(expected) && reading.problems.is_empty() && {
            // The same, where it is printed while it is read.
            let (mut scratch, mut printed) = (Reading::default(), Vec::new());
            let done = json::print_typed(&payload, (&corpus.schema, id), style, &mut scratch, &mut printed);
            !done || printed == written.as_bytes()
        };
        (!is_same).then(|| {
            let (name, hex, problems) = (&message.name, hex::encode(&payload), &reading.problems);
            format!("{name} {hex}\n  deframe  {written}\n  protobuf {expected}\n  {style:?} {problems:?}")
        })
    })
}

/// JSON in which every number is the text `number` and its exact value: `1.0` and `1` are one number, `"1"` is none,
/// and no digit is lost to a parser.
fn parsed(json: &str) -> Value {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut in_string, mut rest) = (false, json);
    while let Some(char) = rest.chars().next() {
        let len = match char {
            '\\' => 2,
            '"' => {
                in_string = !in_string;
                1
            }
            '-' | '0'..='9' if !in_string => {
                let len =
                    rest.find(|char| !matches!(char, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')).unwrap_or(rest.len());
                out.push_str(&format!("\"number {:?}\"", rest[..len].parse::<f64>().unwrap()));
                rest = &rest[len..];
                continue;
            }
            _ => char.len_utf8(),
        };
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    serde_json::from_str(&out).unwrap()
}

#[test]
fn numbers_are_compared_by_their_exact_value_and_never_with_strings() {
    assert_eq!(parsed(r#"{"a":[1.0,1e3,"1\"2"]}"#), parsed(r#"{"a": [1, 1000, "1\"2"]}"#));
    for other in [r#"{"a":"1"}"#, r#"{"a":1.0000000000000002}"#, r#"{"a":true}"#, r#"{"a":"number 1"}"#] {
        assert_ne!(parsed(r#"{"a":1}"#), parsed(other));
    }
}
