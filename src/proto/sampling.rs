//! Schemas for tests, and random messages of them.
#![allow(clippy::cast_possible_truncation, reason = "random bits are cut on purpose")]

use super::schema::{Cardinality, Field, FieldKind, Schema, TypeId};
use super::wire::MAX_NUMBER;
use super::{WellKnown, WireType};
use prost_reflect::{DescriptorPool, MessageDescriptor};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

/// A proto3 schema with every scalar kind as singular, optional and repeated, maps, oneofs, recursion, the well-known
/// types.
pub(super) const PROTO3: &str = r#"
    syntax = "proto3";
    package test.three;
    import "google/protobuf/any.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/empty.proto";
    import "google/protobuf/field_mask.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";

    enum Colour { COLOUR_UNSPECIFIED = 0; RED = 1; GREEN = 2; BELOW = -1; }

    message Scalars {
        double a_double = 1; float a_float = 2; int32 an_int32 = 3; int64 an_int64 = 4; uint32 a_uint32 = 5;
        uint64 a_uint64 = 6; sint32 a_sint32 = 7; sint64 a_sint64 = 8; fixed32 a_fixed32 = 9; fixed64 a_fixed64 = 10;
        sfixed32 a_sfixed32 = 11; sfixed64 a_sfixed64 = 12; bool a_bool = 13; string a_string = 14; bytes a_bytes = 15;
        Colour colour = 16;
        optional double maybe_double = 21; optional float maybe_float = 22; optional int32 maybe_int32 = 23;
        optional bool maybe_bool = 33; optional string maybe_string = 34; optional bytes maybe_bytes = 35;
        optional Colour maybe_colour = 36;
    }
    message Lists {
        repeated double doubles = 1; repeated float floats = 2; repeated int32 int32s = 3; repeated int64 int64s = 4;
        repeated uint32 uint32s = 5; repeated uint64 uint64s = 6; repeated sint32 sint32s = 7; repeated sint64 sint64s = 8;
        repeated fixed32 fixed32s = 9; repeated fixed64 fixed64s = 10; repeated sfixed32 sfixed32s = 11;
        repeated sfixed64 sfixed64s = 12; repeated bool bools = 13; repeated string strings = 14;
        repeated bytes byte_strings = 15; repeated Colour colours = 16; repeated Scalars scalars = 17;
        repeated int32 unpacked = 18 [packed = false];
    }
    message Maps {
        map<string, int32> by_string = 1; map<int32, string> by_int32 = 2; map<sint64, Scalars> by_sint64 = 3;
        map<bool, Colour> by_bool = 4; map<uint64, bytes> by_uint64 = 5; map<fixed32, double> by_fixed32 = 6;
        map<string, google.protobuf.Timestamp> times = 7;
    }
    message Choice {
        string before = 1;
        oneof one { int32 number = 2; string text = 5; Scalars scalars = 6; Colour colour = 7; }
        oneof other { bool flag = 3; Choice deeper = 4; }
        string after = 8;
    }
    message WellKnown {
        google.protobuf.Timestamp time = 1; google.protobuf.Duration duration = 2; google.protobuf.FieldMask mask = 3;
        google.protobuf.Struct object = 4; google.protobuf.Value value = 5; google.protobuf.ListValue list = 6;
        google.protobuf.Any any = 7; google.protobuf.Empty empty = 8;
        google.protobuf.DoubleValue double = 9; google.protobuf.FloatValue float = 10;
        google.protobuf.Int64Value int64 = 11; google.protobuf.UInt64Value uint64 = 12;
        google.protobuf.Int32Value int32 = 13; google.protobuf.UInt32Value uint32 = 14;
        google.protobuf.BoolValue bool = 15; google.protobuf.StringValue string = 16;
        google.protobuf.BytesValue bytes = 17; google.protobuf.NullValue null = 18;
        repeated google.protobuf.Timestamp times = 19; repeated google.protobuf.Any anys = 20;
    }
    message All {
        Scalars scalars = 1; Lists lists = 2; Maps maps = 3; Choice choice = 4; WellKnown well_known = 5;
        repeated All children = 1000; string far = 536870911;
    }
"#;

/// A proto2 schema with groups, required fields, defaults, closed enums, extensions.
pub(super) const PROTO2: &str = r#"
    syntax = "proto2";
    package test.two;
    enum Size { SMALL = 3; LARGE = 7; }
    message Old {
        required int32 id = 1;
        optional Size size = 2 [default = LARGE];
        optional group Extra = 3 { optional string note = 1; repeated group Item = 2 { optional int32 n = 1; } }
        repeated group Row = 4 { required string key = 1; optional Old inner = 2; }
        repeated int32 plain = 5;
        repeated int32 packed = 6 [packed = true];
        optional string name = 7 [default = "x"];
        repeated Size sizes = 8;
        map<string, Size> by_name = 9;
        oneof choice { int32 number = 10; string text = 11; group Inline = 12 { optional int32 m = 1; } }
        extensions 100 to 200;
    }
    extend Old { optional string label = 100; repeated int32 marks = 101; optional Old more = 150; }
"#;

pub(super) fn schema(text: &str) -> Schema {
    Schema::from_text("test.proto", text).unwrap()
}

/// The schema of `text` for prost-reflect.
pub(super) fn pool(text: &str) -> DescriptorPool {
    struct Text(String);
    impl FileResolver for Text {
        fn open_file(&self, name: &str) -> Result<File, protox::Error> {
            if name == "test.proto" {
                File::from_source(name, &self.0)
            } else {
                Err(protox::Error::file_not_found(name))
            }
        }
    }
    let mut chain = ChainFileResolver::new();
    chain.add(Text(text.to_owned()));
    chain.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(chain);
    compiler.open_file("test.proto").unwrap();
    compiler.descriptor_pool()
}

pub(super) fn descriptor(pool: &DescriptorPool, name: &str) -> MessageDescriptor {
    pool.get_message_by_name(name).unwrap()
}

/// What random messages have.
#[derive(Clone, Copy, Default)]
pub(super) struct Traits {
    /// Whether there are maps; prost-reflect writes them in random order.
    pub(super) maps: bool,
    /// Whether there are numbers that no field has.
    pub(super) unknown: bool,
    /// Whether all floats are finite and not minus zero.
    pub(super) plain_floats: bool,
}

/// A generator of random numbers: SplitMix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Small, large, negative and border values.
    fn integer(&mut self) -> u64 {
        let any = self.next();
        let borders = [0, 1, 127, 128, i32::MAX as u64, 1 << 31, u32::MAX.into(), i64::MAX as u64, 1 << 63, u64::MAX];
        match self.below(4) {
            0 => *self.pick(&borders),
            1 => any % 200,
            2 => any >> (any % 64),
            _ => (any % 1000).wrapping_neg(),
        }
    }
}

pub(super) fn push_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn push_tag(number: u32, wire_type: u64, out: &mut Vec<u8>) {
    push_varint(u64::from(number) << 3 | wire_type, out);
}

pub(super) fn push_len(number: u32, content: &[u8], out: &mut Vec<u8>) {
    push_tag(number, 2, out);
    push_varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

/// A random message that decoders accept: fields in any order, several times, packed or not.
pub(super) fn message(random: &mut Random, schema: &Schema, id: TypeId, traits: Traits, depth: u32) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(kind) = schema.well_known(id)
        && well_known(random, schema, kind, traits, depth, &mut out)
    {
        return out;
    }
    let plain_floats = matches!(schema.well_known(id), Some(WellKnown::Wrapper | WellKnown::Value));
    let traits = Traits { plain_floats, ..traits };
    let fields = schema.fields_of(id);
    let is_struct = schema.well_known(id) == Some(WellKnown::Struct);
    let count = random.below(fields.len().min(9) + 1);
    let mut chosen: Vec<&Field> = (0..count).map(|_| *random.pick(&fields.iter().collect::<Vec<_>>())).collect();
    if random.below(2) == 0 {
        chosen.sort_by_key(|field| field.number);
    }
    for field in chosen {
        if field.cardinality != Cardinality::Map || traits.maps || is_struct {
            push_field(random, schema, field, traits, depth, &mut out);
        }
        if traits.unknown && random.below(6) == 0 {
            push_len(MAX_NUMBER - 1, b"unknown", &mut out);
        }
    }
    out
}

fn push_field(random: &mut Random, schema: &Schema, field: &Field, traits: Traits, depth: u32, out: &mut Vec<u8>) {
    if field.is_packable() && random.below(2) == 0 {
        let mut content = Vec::new();
        for _ in 0..random.below(4) {
            push_scalar(random, schema, field, traits, &mut content);
        }
        push_len(field.number, &content, out);
        return;
    }
    match (field.kind, field.message_type) {
        (FieldKind::Message, Some(id)) if depth > 0 => {
            let content = message(random, schema, id, traits, depth - 1);
            push_len(field.number, &content, out);
        }
        (FieldKind::Group, Some(id)) if depth > 0 => {
            push_tag(field.number, 3, out);
            out.extend(message(random, schema, id, traits, depth - 1));
            push_tag(field.number, 4, out);
        }
        (FieldKind::Message | FieldKind::Group, _) => {}
        (FieldKind::String, _) => push_len(field.number, random.pick(&TEXTS).as_bytes(), out),
        (FieldKind::Bytes, _) => {
            let content = random.next().to_le_bytes();
            let len = random.below(9);
            push_len(field.number, &content[..len], out);
        }
        (kind, _) => {
            let wire_type = match kind.wire_type() {
                WireType::I64 => 1,
                WireType::I32 => 5,
                _ => 0,
            };
            push_tag(field.number, wire_type, out);
            push_scalar(random, schema, field, traits, out);
        }
    }
}

const TEXTS: [&str; 8] = ["", "a", "name", "diff.service.online", "\"quoted\\\"", "tab\tline\n\u{1}", "grüße", "星🚀"];

fn push_scalar(random: &mut Random, schema: &Schema, field: &Field, traits: Traits, out: &mut Vec<u8>) {
    let value = random.integer();
    match field.kind {
        FieldKind::Double if traits.plain_floats => out.extend((value as f64 / 8.0).to_le_bytes()),
        FieldKind::Float if traits.plain_floats => out.extend((value as f32 / 8.0).to_le_bytes()),
        FieldKind::Double => {
            let any = f64::from_bits(random.next());
            let number = *random.pick(&[0.0, 1.0, 0.1, 1e300, 5e-324, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, any]);
            out.extend(number.to_le_bytes());
        }
        FieldKind::Float => {
            let any = f32::from_bits(random.next() as u32);
            let number = *random.pick(&[0.0, 1.0, 0.1, 1e38, 1e-45, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, any]);
            out.extend(number.to_le_bytes());
        }
        FieldKind::Fixed64 | FieldKind::Sfixed64 => out.extend(value.to_le_bytes()),
        FieldKind::Fixed32 | FieldKind::Sfixed32 => out.extend((value as u32).to_le_bytes()),
        FieldKind::Enum => {
            let values = &schema.enum_type(field.enum_type.unwrap()).unwrap().values;
            let named = random.pick(values).0;
            let number = if random.below(5) == 0 { value as i32 } else { named };
            push_varint(i64::from(number) as u64, out);
        }
        _ => push_varint(value, out),
    }
}

/// Values that have their own form in JSON. False if a message with random fields is one.
fn well_known(
    random: &mut Random,
    schema: &Schema,
    kind: WellKnown,
    traits: Traits,
    depth: u32,
    out: &mut Vec<u8>,
) -> bool {
    match kind {
        WellKnown::Timestamp | WellKnown::Duration => {
            let seconds = [0, 1, 1_754_607_232, 253_402_300_799, random.next() % 200_000_000_000];
            let nanos = [0, 5, 120, 581_782_000, 250_000_000, 999_999_999];
            if random.below(5) > 0 {
                push_tag(1, 0, out);
                push_varint(*random.pick(&seconds), out);
            }
            if random.below(2) > 0 {
                push_tag(2, 0, out);
                push_varint(*random.pick(&nanos), out);
            }
        }
        WellKnown::FieldMask => {
            for _ in 0..random.below(3) {
                push_len(1, random.pick(&["a", "a_b.c", "name", "long_name.deeper_still"]).as_bytes(), out);
            }
        }
        WellKnown::Any => {
            let inside =
                ["test.three.Choice", "google.protobuf.Duration", "google.protobuf.Empty", "test.three.Scalars"];
            let name = random.pick(&inside);
            let id = schema.find_full_name(name).unwrap();
            let content = message(random, schema, id, traits, depth.saturating_sub(1));
            push_len(1, format!("type.googleapis.com/{name}").as_bytes(), out);
            push_len(2, &content, out);
        }
        _ => return false,
    }
    true
}
