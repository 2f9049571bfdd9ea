//! Fields on the wire, held against a model that reads byte by byte.

use super::*;
use proptest::prelude::*;

/// A field as the encoding page describes it, read byte by byte with 128-bit arithmetic.
fn model_varint(bytes: &[u8], at: usize) -> Result<(u128, usize), ProblemKind> {
    let mut value = 0_u128;
    for len in 1.. {
        if len > 10 {
            return Err(ProblemKind::BadVarint);
        }
        let byte = *bytes.get(at + len - 1).ok_or(ProblemKind::Truncated)?;
        value += u128::from(byte % 128) * (1 << (7 * (len - 1)));
        if byte < 128 {
            return if value < 1 << 64 { Ok((value, len)) } else { Err(ProblemKind::BadVarint) };
        }
    }
    unreachable!()
}

type Modelled = (u128, u128, usize, usize, usize, u128);

fn model_field(bytes: &[u8], start: usize) -> Result<Modelled, ProblemKind> {
    let (tag, tag_len) = model_varint(bytes, start)?;
    let (number, wire_type, at) = (tag / 8, tag % 8, start + tag_len);
    if number == 0 || number >= 1 << 29 || wire_type > 5 {
        return Err(ProblemKind::BadTag);
    }
    let (value_start, value_end, value) = match wire_type {
        0 => {
            let (value, len) = model_varint(bytes, at)?;
            (at, at + len, value)
        }
        2 => {
            let (len, len_len) = model_varint(bytes, at)?;
            (at + len_len, at + len_len + usize::try_from(len).unwrap().min(1 << 40), 0)
        }
        3 | 4 => (at, at, 0),
        _ => {
            let width = if wire_type == 1 { 8 } else { 4 };
            let taken = bytes.iter().skip(at).take(width).enumerate();
            (at, at + width, taken.map(|(index, &byte)| u128::from(byte) << (8 * index)).sum())
        }
    };
    if value_end > bytes.len() {
        return Err(ProblemKind::Truncated);
    }
    Ok((number, wire_type, start, value_start, value_end, value))
}

fn model_fields(bytes: &[u8]) -> (Vec<Modelled>, Option<ProblemKind>) {
    let (mut fields, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match model_field(bytes, at) {
            Ok(field) => {
                at = field.4;
                fields.push(field);
            }
            Err(kind) => return (fields, Some(kind)),
        }
    }
    (fields, None)
}

fn flat(field: &RawField) -> Modelled {
    let wire_type =
        [WireType::Varint, WireType::I64, WireType::Len, WireType::StartGroup, WireType::EndGroup, WireType::I32];
    let wire_type = wire_type.iter().position(|kind| *kind == field.wire_type).unwrap();
    let [start, value_start, value_end] = [field.start, field.value_start, field.value_end].map(|at| at as usize);
    (field.number.into(), wire_type as u128, start, value_start, value_end, field.value.into())
}

fn read(bytes: &[u8]) -> (Vec<RawField>, Option<WireError>) {
    let (mut cursor, mut fields) = (Cursor::new(bytes), Vec::new());
    while let Some(field) = cursor.next_field() {
        match field {
            Ok(field) => fields.push(field),
            Err(error) => {
                assert_eq!(cursor.next_field(), Some(Err(error)), "an error stays");
                assert_eq!(cursor.position(), fields.last().map_or(0, |field| field.value_end));
                return (fields, Some(error));
            }
        }
    }
    assert_eq!(cursor.position() as usize, bytes.len());
    (fields, None)
}

fn only_error(bytes: &[u8]) -> (u32, ProblemKind) {
    let error = read(bytes).1.unwrap();
    (error.offset, error.kind)
}

/// Bytes with many small tags, continuation bits and short lengths, so that fields are often whole.
fn wire_like() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![any::<u8>(), 0_u8..64, Just(0x80), Just(0xff), Just(0)];
    proptest::collection::vec(byte, 0..40)
}

proptest! {
    #[test]
    fn any_bytes_read_as_the_slow_model_reads_them(bytes in wire_like()) {
        let (fields, error) = read(&bytes);
        let (expected, expected_error) = model_fields(&bytes);
        prop_assert_eq!(fields.iter().map(flat).collect::<Vec<_>>(), expected);
        prop_assert_eq!(error.map(|error| error.kind), expected_error);
    }

    #[test]
    fn varints_decode_as_prost_encodes_them(value in any::<u64>(), shift in 0_u32..64) {
        let value = value >> shift;
        let mut encoded = Vec::new();
        prost_reflect::prost::encoding::encode_varint(value, &mut encoded);
        let len = encoded.len();
        prop_assert_eq!(decode_varint(&encoded), Some((value, len)));
        prop_assert_eq!(decode_varint(&encoded[..len - 1]), None);
        encoded.insert(0, 0x08);
        prop_assert!(!read(&encoded).0[0].overlong);
    }

    #[test]
    fn a_range_reads_as_its_own_slice_moved(bytes in wire_like(), before in wire_like(), after in wire_like()) {
        let whole = [before.clone(), bytes.clone(), after].concat();
        let start = offset(before.len());
        let mut cursor = Cursor::within(&whole, start, start + offset(bytes.len()));
        let mut alone = Cursor::new(&bytes);
        loop {
            let expected = alone.next_field().map(|result| match result {
                Ok(field) => Ok(RawField {
                    start: field.start + start,
                    value_start: field.value_start + start,
                    value_end: field.value_end + start,
                    ..field
                }),
                Err(error) => Err(WireError { offset: error.offset + start, ..error }),
            });
            prop_assert_eq!(cursor.next_field(), expected);
            if !matches!(expected, Some(Ok(_))) { break; }
        }
    }
}

#[test]
fn a_varint_of_ten_bytes_is_minus_one() {
    let (fields, error) = read(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    assert_eq!((fields[0].value, fields[0].overlong, error), (u64::MAX, false, None));
}

#[test]
fn a_varint_above_64_bits_is_an_error_at_its_first_byte() {
    let too_large = b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";
    let too_long = b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00";
    assert_eq!(only_error(too_large), (1, ProblemKind::BadVarint));
    assert_eq!(only_error(too_long), (1, ProblemKind::BadVarint));
}

#[test]
fn overlong_varints_are_read_and_flagged_in_tag_length_and_value() {
    for bytes in
        [&b"\x88\x00\x05"[..], b"\x12\x81\x00A", b"\x08\x85\x00", b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"]
    {
        let (fields, error) = read(bytes);
        assert_eq!((fields.len(), fields[0].overlong, error), (1, true, None), "{bytes:x?}");
    }
    assert!(!read(b"\x08\x00").0[0].overlong, "a zero is one byte");
}

#[test]
fn field_number_zero_and_above_29_bits_and_wire_types_6_and_7_are_bad_tags() {
    assert_eq!(only_error(b"\x08\x01\x02\x01"), (2, ProblemKind::BadTag));
    assert_eq!(only_error(b"\x80\x80\x80\x80\x10\x01"), (0, ProblemKind::BadTag));
    assert_eq!(only_error(b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"), (0, ProblemKind::BadTag));
    assert_eq!(only_error(b"\x0e"), (0, ProblemKind::BadTag));
    assert_eq!(only_error(b"\x0f"), (0, ProblemKind::BadTag));
    assert_eq!(read(b"\xf8\xff\xff\xff\x0f\x07").0[0].number, MAX_NUMBER);
}

#[test]
fn a_value_that_runs_past_the_end_is_truncated_at_the_part_that_is_cut() {
    assert_eq!(only_error(b"\x08"), (1, ProblemKind::Truncated));
    assert_eq!(only_error(b"\x88"), (0, ProblemKind::Truncated));
    assert_eq!(only_error(b"\x0d\x01\x02\x03"), (1, ProblemKind::Truncated));
    assert_eq!(only_error(b"\x09\x01\x02\x03\x04\x05\x06\x07"), (1, ProblemKind::Truncated));
    assert_eq!(only_error(b"\x0a\x05abcd"), (1, ProblemKind::Truncated));
    assert_eq!(only_error(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"), (1, ProblemKind::Truncated));
}

#[test]
fn a_range_outside_of_the_payload_is_empty() {
    assert_eq!(Cursor::within(b"\x08\x01", 5, 9).next_field(), None);
    assert_eq!(Cursor::within(b"\x08\x01", 2, 1).next_field(), None);
    assert_eq!(Cursor::within(b"\x08\x01", 0, 0).next_field(), None);
}
