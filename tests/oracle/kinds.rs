//! What a reading without a schema makes of values, against what they are.

use super::corpus::{Corpus, Message};
use deframe::proto::learned::{Paths, Scales};
use deframe::proto::{Node, Reading, Shape};
use std::collections::BTreeMap;

/// A value with what everybody says that it is.
pub(crate) struct Verdict<'c> {
    pub(crate) message: &'c Message,
    /// Index in [`Message::values`].
    pub(crate) index: usize,
    /// By the descriptor.
    pub(crate) kind: &'c str,
    /// Read by its bytes alone; none if it is not told apart, because what it stands in was taken for something else.
    pub(crate) found: Option<&'static str>,
    /// Read by what all messages of its type have in common.
    pub(crate) pooled: Option<&'static str>,
    /// By blackboxprotobuf.
    pub(crate) other: &'c str,
    /// Whether the value is inside an `Any`, as [`super::corpus::Value::in_any`] says.
    pub(crate) in_any: bool,
    /// Bits of evidence for `found`.
    pub(crate) margin: f32,
}

/// Every value of the corpus, type by type.
pub(crate) fn verdicts(corpus: &Corpus) -> Vec<Verdict<'_>> {
    let of_one_type = corpus.messages.chunk_by(|a, b| a.name == b.name);
    of_one_type.flat_map(verdicts_of_type).collect()
}

/// Every value of the messages, which are all of one type, read by itself and by what all of them have in common.
fn verdicts_of_type(messages: &[Message]) -> Vec<Verdict<'_>> {
    let (mut paths, mut scales) = (Paths::default(), Scales::default());
    for message in messages {
        paths.learn(&message.payload(), None, &mut scales);
    }
    paths.settle();
    let mut all = Vec::new();
    let (mut alone, mut pooled) = (Reading::default(), Reading::default());
    for message in messages {
        let payload = message.payload();
        alone.read_schemaless(&payload);
        pooled.read_learned(&payload, &paths);
        let (alone, pooled) = (by_place(&alone), by_place(&pooled));
        for (index, value) in message.values.iter().enumerate() {
            let node = alone.get(&(value.start, value.end));
            all.push(Verdict {
                message,
                index,
                kind: &value.kind,
                in_any: value.in_any,
                found: node.map(|node| kind_of(node)),
                pooled: pooled.get(&(value.start, value.end)).map(|node| kind_of(node)),
                other: &value.other,
                margin: node.map_or(0.0, |node| node.margin),
            });
        }
    }
    all
}

/// The nodes by the bytes of their values; those of empty values are nobody's question.
fn by_place(reading: &Reading) -> BTreeMap<(u32, u32), &Node> {
    reading.nodes.iter().map(|node| ((node.value_start, node.value_end), node)).collect()
}

fn kind_of(node: &Node) -> &'static str {
    match node.shape {
        Shape::Message | Shape::Group => "message",
        Shape::Text => "text",
        Shape::Bytes => "bytes",
        Shape::Packed => "packed",
        Shape::Float | Shape::Double => "real",
        Shape::Unparsed => "unparsed",
        _ => "integer",
    }
}
