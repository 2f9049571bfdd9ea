//! Every reading that the bytes of one field allow.
//!
//! In: a payload and a node of its reading. Out: the readings, best first, each with its price and a reason in words.
//! For people who look at one payload; allocates.

use super::compressed;
use super::cost::{self, Cost, NEVER};
use super::judge::Judge;
use super::weights::tenths;
use crate::proto::wire::decode_varint;
use crate::proto::{Node, Reading, Shape, WireType};

/// One reading of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// How the value is read. Times are read as the number that counts them, UUIDs as bytes.
    pub shape: Shape,
    /// Shape of the elements of [`Shape::Packed`]; else equal to `shape`.
    pub element: Shape,
    /// Bits that it takes to describe the value this way.
    pub cost_bits: f32,
    /// What the value is under this reading, or why it comes into question.
    pub reason: String,
}

/// Every reading that the bytes of `node` allow, shortest description first.
///
/// `node` stands in a reading of `payload`, by whatever means it was read.
#[must_use]
pub fn alternatives(payload: &[u8], node: &Node) -> Vec<Alternative> {
    let mut found = Found(Vec::new());
    match node.wire_type {
        _ if node.shape == Shape::Unparsed => found.add(Shape::Unparsed, 0, "does not read as fields"),
        WireType::StartGroup | WireType::EndGroup => found.add(Shape::Group, 0, "start and end tag"),
        WireType::Varint => varint(&mut found, node),
        WireType::I32 => fixed32(&mut found, u32::try_from(node.value).unwrap_or_default()),
        WireType::I64 => fixed64(&mut found, node.value),
        WireType::Len => content(&mut found, payload, node),
    }
    found.0.sort_by(|a, b| a.cost_bits.total_cmp(&b.cost_bits));
    found.0
}

/// Number below which a value may well be that of an enum.
const ENUM_LIKE: u64 = 64;

struct Found(Vec<Alternative>);

impl Found {
    fn add(&mut self, shape: Shape, cost: Cost, reason: impl Into<String>) {
        self.add_list(shape, shape, cost, reason);
    }

    fn add_list(&mut self, shape: Shape, element: Shape, cost: Cost, reason: impl Into<String>) {
        if cost < NEVER {
            self.0.push(Alternative { shape, element, cost_bits: tenths(cost), reason: reason.into() });
        }
    }

    /// Adds `value` as Unix time, where that falls between 2000 and 2100.
    fn add_times(&mut self, shape: Shape, value: u64) {
        // A plausible time is any tick of a hundred years.
        let units = [("s", 1, 366), ("ms", 1_000, 466), ("µs", 1_000_000, 565), ("ns", 1_000_000_000, 665)];
        for (unit, per_second, cost) in units {
            if (946_684_800..4_102_444_800).contains(&(value / per_second)) {
                let ns = i128::from(value) * i128::from(1_000_000_000 / per_second);
                if let Ok(time) = jiff::Timestamp::from_nanosecond(ns) {
                    self.add(shape, cost, format!("Unix time in {unit}: {time}"));
                }
            }
        }
    }
}

fn varint(found: &mut Found, node: &Node) {
    let value = node.value;
    let len = (node.value_end - node.value_start) as usize;
    let signed = value.cast_signed();
    let zigzag = (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
    let cost = cost::varint(value, len);
    // Whole numbers below 2^63 read the same either way.
    let (as_unsigned, as_signed) = if len == 10 { (cost.max(800), cost) } else { (cost, cost + 10) };
    if len == 10 {
        found.add(Shape::Signed, as_signed, format!("{signed}: ten bytes are a negative number"));
        found.add(Shape::Unsigned, as_unsigned, format!("{value}"));
    } else {
        found.add(Shape::Unsigned, as_unsigned, format!("{value}"));
        found.add(Shape::Signed, as_signed, format!("{signed}"));
    }
    found.add(Shape::ZigZag, cost + 20, format!("{zigzag}: zigzag"));
    if value < 2 {
        found.add(Shape::Bool, cost + 5, if value == 1 { "true" } else { "false" });
    }
    if value < ENUM_LIKE {
        found.add(Shape::Enum, cost + 15, format!("{value}: as small as the numbers of enums are"));
    }
    found.add_times(Shape::Unsigned, value);
}

fn fixed32(found: &mut Found, value: u32) {
    let cost = cost::fixed32(value.into());
    found.add(Shape::Fixed32, cost, format!("{value}"));
    found.add(Shape::SFixed32, signed_cost(cost, value.cast_signed().unsigned_abs().into()), {
        format!("{}", value.cast_signed())
    });
    found.add(Shape::Float, cost::float(value.into()), format!("{:?}", f32::from_bits(value)));
    found.add_times(Shape::Fixed32, value.into());
}

fn fixed64(found: &mut Found, value: u64) {
    let cost = cost::fixed64(value);
    found.add(Shape::Fixed64, cost, format!("{value}"));
    found.add(Shape::SFixed64, signed_cost(cost, value.cast_signed().unsigned_abs()), {
        format!("{}", value.cast_signed())
    });
    found.add(Shape::Double, cost::double(value), format!("{:?}", f64::from_bits(value)));
    found.add_times(Shape::Fixed64, value);
}

/// Cost of a signed number, in tenths of a bit. A sign is a bit; small negative numbers are cheap with it.
fn signed_cost(unsigned: Cost, magnitude: u64) -> Cost {
    unsigned.min(cost::fixed64(magnitude)) + 10
}

fn content(found: &mut Found, payload: &[u8], node: &Node) {
    let content = payload.get(node.value_start as usize..node.value_end as usize).unwrap_or_default();
    if content.is_empty() {
        for shape in [Shape::Text, Shape::Message, Shape::Bytes] {
            found.add(shape, 0, "empty: the bytes do not say");
        }
        return;
    }
    if let Some((cost, count)) = as_message(payload, node) {
        found.add(Shape::Message, cost, format!("reads as fields to the last byte: {count} of them"));
    }
    let (as_text, (as_varints, varint_shape)) = cost::text_and_varints(content);
    if let Ok(text) = std::str::from_utf8(content) {
        let uuid = if is_uuid(text) { ": a UUID" } else { "" };
        found.add(Shape::Text, as_text, format!("UTF-8, {} characters{uuid}", text.chars().count()));
    }
    let (count, largest) = varints(content);
    let reason = format!("{count} canonical varints, the largest {largest}");
    found.add_list(Shape::Packed, varint_shape, as_varints, reason);
    let fixed = [
        (cost::fixed32s(content), 4, Shape::Fixed32, Shape::Float),
        (cost::fixed64s(content), 8, Shape::Fixed64, Shape::Double),
    ];
    for (costs, width, integer, float) in fixed {
        let Some(costs) = costs else { continue };
        let reason = format!("{} times {width} bytes", content.len() / width);
        found.add_list(Shape::Packed, integer, costs.integers, reason.clone());
        found.add_list(Shape::Packed, float, costs.floats, reason);
    }
    let as_bytes = cost::opaque(content.len());
    if let Some((cost, uuid)) = uuid(content, as_bytes) {
        found.add(Shape::Bytes, cost, format!("UUID {uuid}"));
    }
    let reason = compressed::described(content).unwrap_or_else(|| "opaque".to_owned());
    found.add(Shape::Bytes, as_bytes, reason);
}

/// Cost of `node` as a message in tenths of a bit, and the number of fields directly inside, if its content reads as
/// fields.
fn as_message(payload: &[u8], node: &Node) -> Option<(Cost, usize)> {
    let mut reading = Reading::default();
    let mut judge = Judge { reading: &mut reading, weights: None };
    let cost = judge.message(payload, (node.value_start, node.value_end), node.depth).ok()?;
    Some((cost, reading.level(0).count()))
}

/// Number of varints in a content, and the largest of them.
fn varints(mut content: &[u8]) -> (usize, u64) {
    let (mut count, mut largest) = (0, 0);
    while let Some((value, len)) = decode_varint(content) {
        count += 1;
        largest = largest.max(value);
        content = content.get(len..).unwrap_or_default();
    }
    (count, largest)
}

/// Whether a text is a UUID in the usual notation (RFC 9562), in either case.
fn is_uuid(text: &str) -> bool {
    let is_dash = |index| matches!(index, 8 | 13 | 18 | 23);
    let fits = |(index, byte): (usize, u8)| if is_dash(index) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Sixteen bytes as a UUID in the usual notation (RFC 9562), and their cost. A version and variant that
/// exist save the bits that they take.
fn uuid(content: &[u8], as_bytes: Cost) -> Option<(Cost, String)> {
    let bytes: &[u8; 16] = content.try_into().ok()?;
    let [.., version, _, variant, _, _, _, _, _, _, _] = *bytes;
    let fits = (0x10..0x90).contains(&version) && variant >> 6 == 0b10;
    let cost = if fits { as_bytes - 30 } else { as_bytes + 30 };
    let hex = hex::encode(bytes);
    let mut parts = Vec::new();
    let mut rest = hex.as_str();
    for len in [8, 4, 4, 4, 12] {
        let (part, after) = rest.split_at_checked(len)?;
        parts.push(part);
        rest = after;
    }
    Some((cost, parts.join("-")))
}
