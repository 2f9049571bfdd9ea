//! How many bits it takes to write a value down, under each reading that it may have.
//!
//! In: values and contents. Out: their description lengths. The reading with the shortest description is the one that
//! explains the bytes best: a tag that repeats or follows the last one is cheap, letters are cheap as text, numbers
//! with few bits as integers, numbers with few bits of fraction as floats; what fits nothing costs eight bits a
//! byte as opaque bytes. The constants are priors set by hand. Everything is counted in tenths of a bit, as integers,
//! so that sums do not depend on their order.

use crate::proto::wire::{RawField, decode_varint};
use crate::proto::{Shape, WireType};

/// A description length in tenths of a bit.
pub(in crate::proto) type Cost = u64;

/// Cost of what is impossible: more than any description; sums of it do not overflow.
pub(in crate::proto) const NEVER: Cost = 1 << 50;

/// Cost of saying that a value is a message.
pub(super) const MESSAGE: Cost = 15;

const TEXT: Cost = 10;
/// Cost of a text that starts with a character other than a letter or digit: one in ten does.
const MARK_FIRST: Cost = 30;
const BYTES: Cost = 50;
const PACKED_VARINTS: Cost = 50;
const PACKED_FIXED: Cost = 70;
/// Cost of a width that all elements of a list share.
const SHARED_WIDTH: Cost = 60;
/// Cost of an element of a list that is as wide as the one before it, beside its bits, and of one that is not. Random
/// bytes are of all widths, and pay more for it than they save by having no bits in between.
const SAME_WIDTH: Cost = 10;
const OTHER_WIDTH: Cost = 50;
/// Cost of a varint that is longer than needed: canonical encoders write none.
const OVERLONG: Cost = 180;
/// Cost of a second wire type of a field number: it has one type, and packed and unpacked lists are the only exception.
const OTHER_WIRE_TYPE: Cost = 200;

/// Cost of the bits in the binary notation of `value`; 0 for 0.
const fn bits(value: u64) -> Cost {
    (u64::BITS - value.leading_zeros()) as Cost
}

/// Cost of the tag of `field`, after the one before it in the same message (number 0 if it is the first), and for
/// length-delimited fields of the length. A length that goes just to the `end` of the message needs no bits to be told.
pub(super) fn tag(previous: (u32, WireType), field: &RawField, end: u32) -> Cost {
    let (last_number, last_wire_type) = previous;
    let step = match field.number.checked_sub(last_number) {
        // Reserved for protobuf itself; no compiler lets them pass.
        _ if (19_000..=19_999).contains(&field.number) => NEVER,
        Some(0) if last_wire_type == field.wire_type => 15,
        Some(0) => 15 + OTHER_WIRE_TYPE,
        Some(1) => 15,
        Some(jump @ 2..=15) => 20 + 12 * bits(jump.into()),
        Some(jump) => 60 + 12 * bits(jump.into()),
        None => 90 + 12 * bits((last_number - field.number).into()),
    };
    let wire_type = match field.wire_type {
        WireType::Varint => 12,
        WireType::Len if field.value_end == end => 22,
        WireType::Len => 22 + 12 * bits((field.value_end - field.value_start).into()),
        WireType::I32 | WireType::I64 => 40,
        WireType::StartGroup | WireType::EndGroup => 90,
    };
    let overlong = if field.overlong { OVERLONG } else { 0 };
    5 + step + wire_type + overlong
}

/// Cost of a varint of `len` bytes.
pub(in crate::proto) const fn varint(value: u64, len: usize) -> Cost {
    let magnitude = varint_bits(value, len);
    let as_bytes = 80 * len as Cost;
    if magnitude < as_bytes { magnitude } else { as_bytes }
}

/// Cost of a number of which most are small, and small negative ones ten bytes long.
const fn varint_bits(value: u64, len: usize) -> Cost {
    if len == 10 { 100 + 15 * bits(value.wrapping_neg()) } else { 15 + 15 * bits(value) }
}

/// Cost of four bytes as integer; `value` is below 2^32.
pub(in crate::proto) fn fixed32(value: u64) -> Cost {
    (15 + 15 * bits(value)).min(330)
}

/// Cost of eight bytes as integer.
pub(in crate::proto) fn fixed64(value: u64) -> Cost {
    (15 + 15 * bits(value)).min(650)
}

/// Cost of four bytes as `float`; `value` is below 2^32.
pub(in crate::proto) fn float(value: u64) -> Cost {
    let (exponent, fraction) = ((value >> 23) & 0xff, value & 0x7f_ffff);
    match exponent {
        0 if fraction == 0 => 30,
        0 | 0xff => 360,
        _ => real(value >> 31 != 0, exponent.abs_diff(127), fraction.trailing_zeros(), 23),
    }
}

/// Cost of eight bytes as `double`.
pub(in crate::proto) fn double(value: u64) -> Cost {
    let (exponent, fraction) = ((value >> 52) & 0x7ff, value & 0xf_ffff_ffff_ffff);
    match exponent {
        0 if fraction == 0 => 30,
        0 | 0x7ff => 680,
        _ => real(value >> 63 != 0, exponent.abs_diff(1023), fraction.trailing_zeros(), 52),
    }
}

/// Cost of sign, magnitude, and as many bits of the fraction as are in use. Real quantities are near 1 on a scale of
/// powers.
fn real(negative: bool, exponent: u64, trailing_zeros: u32, fraction_bits: u32) -> Cost {
    let sign = if negative { 25 } else { 10 };
    let magnitude = match exponent {
        0..=16 => 55,
        17..=32 => 80,
        33..=64 => 110,
        _ => 140,
    };
    sign + 10 + magnitude + 10 * Cost::from(fraction_bits.saturating_sub(trailing_zeros))
}

/// Costs of lists of fixed-width elements.
#[derive(Clone, Copy)]
pub(super) struct Fixed {
    pub(super) integers: Cost,
    pub(super) floats: Cost,
}

/// Cost of `content` as text, and as packed varints, which have a shape. It is not empty: of an empty one nothing can
/// be said.
pub(super) fn text_and_varints(content: &[u8]) -> (Cost, (Cost, Shape)) {
    ascii(content).unwrap_or_else(|| (text_beyond_ascii(content), packed_varints(content)))
}

/// Costs of `content` as elements of four bytes, if they divide it.
pub(super) fn fixed32s(content: &[u8]) -> Option<Fixed> {
    packed(content, |bytes| u32::from_le_bytes(*bytes).into(), fixed32, float)
}

/// Costs of `content` as elements of eight bytes, if they divide it.
pub(super) fn fixed64s(content: &[u8]) -> Option<Fixed> {
    packed(content, |bytes| u64::from_le_bytes(*bytes), fixed64, double)
}

/// Cost of `len` bytes that mean nothing.
pub(super) fn opaque(len: usize) -> Cost {
    BYTES + 80 * len as Cost
}

/// Cost of a content as text, if it is UTF-8.
pub(in crate::proto) fn text(content: &[u8]) -> Cost {
    if content.is_ascii() {
        let of_byte = |byte: &u8| CHARS.get(usize::from(*byte)).copied().map_or(0, Cost::from);
        return TEXT + start(content) + content.iter().map(of_byte).sum::<Cost>();
    }
    text_beyond_ascii(content)
}

/// Cost of a content as text, if it is UTF-8; it is not ASCII.
fn text_beyond_ascii(content: &[u8]) -> Cost {
    let Ok(text) = std::str::from_utf8(content) else { return NEVER };
    let mut seen_beyond_ascii = false;
    let of_char = |char: char| match char {
        '\0'..='\x7f' => ascii_char(char),
        '\u{80}'..='\u{9f}' => 200,
        _ if seen_beyond_ascii => 85,
        _ => {
            seen_beyond_ascii = true;
            130
        }
    };
    TEXT + start(content) + text.chars().map(of_char).sum::<Cost>()
}

/// Cost of the first character of a text: few start with white space or a mark.
const fn start(content: &[u8]) -> Cost {
    match content {
        [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0x80.., ..] | [] => 0,
        _ => MARK_FIRST,
    }
}

const fn ascii_char(char: char) -> Cost {
    match char {
        'a'..='z' => 50,
        '0'..='9' => 53,
        'A'..='Z' => 60,
        ' ' | '-' | '_' | '.' | '/' | ':' => 55,
        '\t' | '\n' | '\r' => 90,
        '\0'..='\x1f' | '\x7f' => 150,
        _ => 72,
    }
}

/// Cost of a content as packed varints, all canonical, and whether they are signed.
fn packed_varints(content: &[u8]) -> (Cost, Shape) {
    let (mut rest, mut sum, mut count, mut all, mut shape) = (content, 0, 0, 0, Shape::Unsigned);
    let (mut widths, mut last_len) = (0, 1);
    while let [byte, after @ ..] = rest {
        count += 1;
        if *byte < 0x80 && last_len == 1 {
            sum += ASCII.get(usize::from(*byte)).map_or(0, |both| both >> 32);
            widths += SAME_WIDTH + 70;
            all |= u64::from(*byte);
            rest = after;
            continue;
        }
        let Some((value, len)) = decode_varint(rest) else { return (NEVER, shape) };
        let (element, after) = rest.split_at_checked(len).unwrap_or_default();
        if len > 1 && element.last() == Some(&0) {
            return (NEVER, shape);
        }
        if len == 10 {
            shape = Shape::Signed;
        }
        sum += element_of(value, len);
        widths += 70 * len as Cost + if len == last_len { SAME_WIDTH } else { OTHER_WIDTH };
        last_len = len;
        all |= value;
        rest = after;
    }
    (PACKED_VARINTS + shared_width(count, all).min(sum).min(widths), shape)
}

/// Cost of an element by its magnitude: a small number, one of any magnitude that fits a byte, or one of any.
const fn element_of(value: u64, len: usize) -> Cost {
    let (small, any) = (7 + varint_bits(value, len), if len == 1 { 30 } else { 63 } + 10 * bits(value));
    if small < any { small } else { any }
}

/// Cost of `count` numbers with as many bits as `all` of them or-ed together.
fn shared_width(count: Cost, all: u64) -> Cost {
    SHARED_WIDTH + count * (10 * bits(all) + 3)
}

/// Costs that [`text`] and [`packed_varints`] give for ASCII, in one go: every byte is a character and a varint.
/// None if `content` is not ASCII.
fn ascii(content: &[u8]) -> Option<(Cost, (Cost, Shape))> {
    let (mut text, mut sum, mut all) = (0, 0, 0);
    // Both sums in one register, which has room for those of this many bytes.
    for chunk in content.chunks(1 << 20) {
        let mut both = 0;
        for &byte in chunk {
            both += ASCII.get(usize::from(byte)).copied().unwrap_or_default();
            all |= byte;
        }
        if all >= 0x80 {
            return None;
        }
        text += both & u64::from(u32::MAX);
        sum += both >> 32;
    }
    let count = content.len() as Cost;
    let packed = shared_width(count, all.into()).min(sum).min((SAME_WIDTH + 70) * count);
    Some((TEXT + start(content) + text, (PACKED_VARINTS + packed, Shape::Unsigned)))
}

/// For each byte, the cost as ASCII character; 0 beyond ASCII.
#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "computed once, every entry is tested")]
static CHARS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = ascii_char(byte as char) as u8;
        byte += 1;
    }
    table
};

/// For each byte, the cost as character in the low half and as varint in the high half, for [`ascii`].
#[allow(clippy::indexing_slicing, reason = "computed once, every entry is tested")]
static ASCII: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = element_of(byte as u64, 1) << 32 | ascii_char(byte as char);
        byte += 1;
    }
    table
};

/// Costs of elements of `N` bytes each as integers and as floats, if they divide the content.
fn packed<const N: usize>(
    content: &[u8],
    decode: impl Fn(&[u8; N]) -> u64,
    integer: impl Fn(u64) -> Cost,
    float: impl Fn(u64) -> Cost,
) -> Option<Fixed> {
    let (elements, []) = content.as_chunks() else { return None };
    let (mut integers, mut floats, mut all) = (0, 0, 0);
    for value in elements.iter().map(decode) {
        integers += integer(value);
        floats += float(value);
        all |= value;
    }
    let shared = shared_width(elements.len() as Cost, all);
    Some(Fixed { integers: PACKED_FIXED + shared.min(integers), floats: PACKED_FIXED + floats })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_short_way_through_ascii_costs_what_the_full_rule_says(content in "[\\x00-\\x7f]{1,40}") {
            let content = content.as_bytes();
            prop_assert_eq!(ascii(content), Some((text(content), packed_varints(content))));
            let chars: Cost = content.iter().map(|byte| ascii_char(char::from(*byte))).sum();
            prop_assert_eq!(text(content), TEXT + start(content) + chars);
        }
    }

    #[test]
    fn the_short_way_is_for_ascii_only_of_any_length() {
        assert_eq!(ascii(b"abc\x80"), None);
        assert_eq!(ascii(&vec![1; 3 << 20]).unwrap().0, TEXT + MARK_FIRST + (3 << 20) * 150);
    }

    #[test]
    fn the_table_holds_every_ascii_byte() {
        for byte in 0..128_u8 {
            let both = ASCII[usize::from(byte)];
            assert_eq!((both & 0xffff_ffff, both >> 32), (ascii_char(char::from(byte)), element_of(byte.into(), 1)));
            assert_eq!(Cost::from(CHARS[usize::from(byte)]), ascii_char(char::from(byte)));
        }
    }

    #[test]
    fn round_numbers_are_cheaper_as_floats_and_counts_as_integers() {
        for value in [1.5_f32, -0.25, 2.5, 1000.5, 0.001] {
            assert!(float(value.to_bits().into()) < fixed32(value.to_bits().into()), "{value}");
            assert!(double(f64::from(value).to_bits()) < fixed64(f64::from(value).to_bits()), "{value}");
        }
        for value in [1, 300, 65_535, 1_700_000_001, u32::MAX.into()] {
            assert!(fixed32(value) < float(value), "{value}");
            assert!(fixed64(value) < double(value), "{value}");
        }
    }
}
