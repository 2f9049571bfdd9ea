//! The language: what parses, what it prints, what it refuses and with which words. The header: what is recognised.

use super::*;
use crate::header::{self, HeaderValue};
use crate::units::Both;
use proptest::prelude::*;

const NUMBER: &str = "a number type: u8, u16le, u16be … u64le, u64be, or varint";

fn layout(text: &str) -> Layout {
    Layout::parse(text).unwrap_or_else(|error| panic!("\n{error}"))
}

fn recognised(text: &str, bytes: &[u8]) -> Recognition {
    layout(text).recognise(bytes)
}

/// The value of a frame's field.
fn value<'a>(layout: &'a Layout, frame: &'a [u8], name: &str) -> Option<HeaderValue<'a>> {
    header::find(&layout.fields(frame).collect::<Vec<_>>(), name)
}

fn yes(len: usize, payload_end: usize, frame_len: usize) -> Recognition {
    Recognition::Yes(Header { len, payload_end, frame_len })
}

#[test]
fn canonical_text_leaves_out_every_default_and_parses_back_to_itself() {
    let cases = [
        ("len:u32le magic:EFBEADDE payload", "len:u32le magic:efbeadde payload"),
        ("len:u32be{rest} code:u8 payload", "len:u32be{rest} code:u8 payload"),
        ("len:u32be{payload} payload", "len:u32be payload"),
        ("  len:varint \t payload\n", "len:varint payload"),
        ("len:u32be&7fffffff*4 payload", "len:u32be&7fffffff*4 payload"),
        ("len:u32be*4&7fffffff{frame}+1 payload", "len:u32be{frame}&7fffffff*4+1 payload"),
        ("len:u16be&ffff*1-0 payload", "len:u16be payload"),
        ("len:u16le-12 payload", "len:u16le-12 payload"),
        ("skip:24 len:u24be id:16 payload mac:8", "skip:24 len:u24be id:16 payload mac:8"),
        ("len:u40le payload max:64k", "max:64k len:u40le payload"),
        ("max:16M len:u64be payload", "len:u64be payload"),
        ("max:1000 len:u48le payload", "max:1000 len:u48le payload"),
        ("magic:aabb|CCDD len:u8 magic:00 payload", "magic:aabb|ccdd len:u8 magic:00 payload"),
        ("len:u16be{frame} payload crc32c:u32be pad:u8", "len:u16be{frame} payload crc32c:u32be pad:u8"),
        (
            "len:u32be{rest} inner:varint payload tail crc32:u32le",
            "len:u32be{rest} inner:varint payload tail crc32:u32le",
        ),
        ("len:u56be payload tail:3", "len:u56be payload tail:3"),
    ];
    for (text, canonical) in cases {
        assert_eq!(layout(text).to_string(), canonical);
        assert_eq!(layout(canonical), layout(text));
    }
}

#[test]
fn faults_are_shown_under_the_text_with_what_was_expected() {
    let item = "an item: NAME:TYPE, magic:HEX, skip:N, max:SIZE, payload or tail";
    let kind = "a type: u8, u16le, u16be … u64le, u64be, varint, or a number of bytes";
    let number = NUMBER;
    let hex = "hex digits, two for each byte";
    let cases = [
        ("", "^", "a length, such as `len:u32be`, before payload"),
        ("payload", "       ^", "a length, such as `len:u32be`, before payload"),
        ("len:u32be", "         ^", "payload"),
        ("len:u32be  ", "         ^", "payload"),
        ("len:u33le payload", "    ^^^^^", number),
        ("len:u32 payload", "    ^^^", number),
        ("len:u8le payload", "    ^^^^", number),
        ("len:4 payload", "    ^", number),
        ("len: payload", "    ^", number),
        ("a:x32 len:u8 payload", "  ^^^", kind),
        ("a:0 len:u8 payload", "  ^", kind),
        ("a:65 len:u8 payload", "  ^^", kind),
        ("len:u8 payload trailer", "               ^^^^^^^", item),
        ("len:u8 len:u8 payload", "       ^^^", "only one `len`"),
        ("id:u8 len:u8 id:u8 payload", "             ^^", "only one `id`"),
        ("id:u8 len:u8 payload id:u8", "                     ^^", "only one `id`"),
        ("len:u8 payload payload", "               ^^^^^^^", "only one `payload`"),
        ("max:1k max:2k len:u8 payload", "       ^^^", "only one `max`"),
        ("len:u8 payload len:u8", "               ^^^^^^", "len to stand before payload"),
        ("len:u8 payload magic:00", "               ^^^^^^^^", "magic to stand before payload"),
        ("len:u8 skip:4 payload", "       ^^^^^^", "skip to be the first item"),
        ("skip:-4 len:u8 payload", "     ^", "a decimal number"),
        ("len:u8 magic:abc payload", "             ^^^", hex),
        ("len:u8 magic: payload", "             ^", hex),
        ("len:u8 magic:aa|bbcc payload", "                ^^^^", "1 bytes, like the first alternative"),
        ("len:u8 magic:aa|aa payload", "                ^^", "each alternative once"),
        ("len:u8&1ff payload", "       ^^^", "a mask in hex, not 0 and no wider than the field"),
        ("len:u8&0 payload", "       ^", "a mask in hex, not 0 and no wider than the field"),
        ("len:u8*0 payload", "       ^", "a unit in bytes, from 1 to 65536"),
        ("len:u8*2*2 payload", "        ^^", "each modifier once"),
        ("len:u8+1-1 payload", "        ^^", "each modifier once"),
        ("len:u8+x payload", "       ^", "a number of bytes to add or subtract"),
        ("len:u8{all} payload", "       ^^^", "what the length counts: payload, rest or frame"),
        ("len:u8{rest payload", "           ^", "`}`"),
        ("len:u8|4 payload", "      ^^", "the end of the item"),
        ("id:u8*4 len:u8 payload", "     ^^", "the end of the item"),
        ("len:u8 payload:4", "       ^^^^^^^^^", "payload alone: its length comes from `len`"),
        (
            "len:u8 payload n:varint",
            "               ^^^^^^^^",
            "a type of fixed width after payload: the trailer ends the frame",
        ),
        ("crc32:u32le len:u8 payload", "^^^^^^^^^^^", "crc32 to stand after payload: it covers all before it"),
        ("len:u8 payload crc32:u16le", "                     ^^^^^", "u32le or u32be"),
        ("len:u8 payload crc32:u32le crc32c:u32le", "                           ^^^^^^^^^^^^", "only one checksum"),
        (
            "len:u8 inner:u8 payload",
            "       ^^^^^^^^",
            "no inner length, or `tail` after payload for what it leaves over",
        ),
        (
            "len:u8 payload tail",
            "               ^^^^",
            "tail:N, because without `inner` nothing is left over after the payload",
        ),
        ("len:u8 inner:u8 tail payload", "                ^^^^", "tail to stand right after payload"),
        ("len:u8 a:60 b:u32le payload", "            ^^^^^^^", "at most 64 bytes, but this item ends at byte 65"),
        ("max:0 len:u8 payload", "    ^", "a size in bytes such as 65535, 64k or 16M, at most 1024M"),
        ("max:1025M len:u8 payload", "    ^^^^^", "a size in bytes such as 65535, 64k or 16M, at most 1024M"),
        ("max:16G len:u8 payload", "    ^^^", "a size in bytes such as 65535, 64k or 16M, at most 1024M"),
        ("max:4 len:u32be payload n:u8", "^^^^^", "at least 5, the length of header and trailer"),
        ("1d:u8 len:u8 payload", "^^", "a name: an ASCII letter, then letters, digits, `_` or `-`"),
        ("größe:u8 len:u8 payload", "^^^^^", "a name: an ASCII letter, then letters, digits, `_` or `-`"),
        (
            "star-netwrk",
            "^^^^^^^^^^^",
            "a layout such as `len:u32be payload`, or a preset's name: did you mean `star-network`?",
        ),
        (
            "qqq",
            "^^^",
            "a layout such as `len:u32be payload`, or a preset's name: star-network, steam, grpc-message, riak, mumble, \
             pulsar, u32be, u32le, varint",
        ),
    ];
    for (text, carets, expected) in cases {
        let error = Layout::parse(text).expect_err(text);
        assert_eq!(error.to_string(), format!("{text}\n{carets} expected {expected}"));
        assert_eq!((error.text(), error.expected()), (text, expected));
    }
}

#[test]
fn layouts_of_both_sides_print_as_the_shortest_text_that_gives_them_back() {
    let cases = [
        ("u32be", "len:u32be payload"),
        ("skip:client:24 len:u24be payload", "skip:client:24 len:u24be payload"),
        ("skip:server:4 skip:client:8 len:u8 payload", "skip:client:8 skip:server:4 len:u8 payload"),
        ("client: skip:8 len:u8 payload ; server: skip:4 len:u8 payload", "skip:client:8 skip:server:4 len:u8 payload"),
        (" server: varint;client: riak", "client: len:u32be{rest} code:u8 payload ; server: len:varint payload"),
        ("client: varint ; server: len:varint payload", "len:varint payload"),
        ("client:u8 len:u8 payload", "client:u8 len:u8 payload"),
    ];
    for (text, printed) in cases {
        let parsed = |text| Layout::parse_sides(text).unwrap_or_else(|error| panic!("\n{error}"));
        assert_eq!(Sides(parsed(text).each_ref()).to_string(), printed);
        assert_eq!(parsed(printed), parsed(text));
    }
    let preface = Layout::parse_sides("skip:client:24 len:u24be payload").unwrap();
    assert_eq!(preface.map(|layout| layout.skip()), Both { to_server: 24, to_client: 0 });
}

#[test]
fn faults_in_layouts_of_both_sides_are_shown_where_they_are() {
    let cases = [
        (
            "skip:24 len:u8 payload",
            "^^^^^^^",
            "whose bytes these are: skip:client:24 or skip:server:24, or one of each",
        ),
        ("skip:client:x len:u8 payload", "            ^", "a decimal number"),
        ("skip:client:1 skip:client:2 len:u8 payload", "              ^^^^^^^^^^^^^", "only one `skip`"),
        ("len:u8 skip:client:2 payload", "       ^^^^^^^^^^^^^", "skip to be the first item"),
        (
            "client: skip:server:2 u8 ; server: varint",
            "        ^^^^^^^^^^^^^",
            "skip:N: the layout is that of one side",
        ),
        ("client: u32be", "             ^", "`; server:` and the layout of what that side sends"),
        ("client: u32be; client: u32le", "               ^^^^^^^", "only one layout for what the client sends"),
        ("client: u32be ; server: len:u9 payload", "                            ^^", NUMBER),
        (
            "client: u32be ; u32le",
            "                ^^^^^",
            "`client:` or `server:` and a layout, as in `client: u32be ; server: u32le`",
        ),
    ];
    for (text, carets, expected) in cases {
        let error = Layout::parse_sides(text).expect_err(text);
        assert_eq!(error.to_string(), format!("{text}\n{carets} expected {expected}"));
    }
}

#[test]
fn a_fault_in_a_text_of_several_lines_is_shown_on_one() {
    let error = Layout::parse("len:u8\n\tpayl").unwrap_err();
    assert!(error.to_string().starts_with("len:u8  payl\n        ^^^^ expected an item"));
    assert_eq!(error.span(), 8..12);
}

#[test]
fn every_preset_is_canonical_and_found_by_its_name() {
    for preset in PRESETS {
        assert_eq!(layout(preset.name).to_string(), preset.text);
        assert_eq!(super::preset(preset.name), Some(preset));
    }
    assert_eq!(preset("http"), None);
}

#[test]
fn the_layouts_in_the_documentation_parse() {
    let doc = std::fs::read_to_string("docs/formats.md").unwrap();
    let blocks = doc.split("```layout\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines: Vec<&str> = blocks.flat_map(str::lines).filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 10);
    for line in lines {
        let text = line.split("  ").next().unwrap();
        Layout::parse_sides(text).unwrap_or_else(|error| panic!("\n{error}"));
    }
    for preset in PRESETS {
        assert!(doc.contains(&format!("| `{}` | `{}` |", preset.name, preset.text)), "{}", preset.name);
    }
}

#[test]
fn errors_in_the_documentation_are_the_real_ones() {
    let doc = std::fs::read_to_string("docs/formats.md").unwrap();
    let blocks = doc.split("```layout-error\n").skip(1).map(|block| block.split("\n```").next().unwrap());
    let errors: Vec<&str> = blocks.flat_map(|block| block.split("\n\n")).collect();
    assert!(errors.len() > 2);
    for shown in errors {
        let text = shown.lines().next().unwrap();
        assert_eq!(Layout::parse_sides(text).unwrap_err().to_string(), shown);
    }
}

#[test]
fn the_length_counts_what_the_layout_says() {
    assert_eq!(recognised("len:u32le magic:efbeadde payload", b"\x54\0\0\0\xef\xbe\xad\xde"), yes(8, 92, 92));
    assert_eq!(recognised("len:u32be{rest} code:u8 payload", b"\0\0\0\x05\x09"), yes(5, 9, 9));
    assert_eq!(recognised("len:u16be{frame} payload crc32:u32le", b"\0\x0a"), yes(2, 6, 10));
    assert_eq!(recognised("len:u16be payload crc32:u32le", b"\0\x0a"), yes(2, 12, 16));
    assert_eq!(recognised("len:u16be{rest} payload crc32:u32le", b"\0\x0a"), yes(2, 8, 12));
    assert_eq!(recognised("len:u32be&7fffffff*4 payload", b"\x80\0\0\x02"), yes(4, 12, 12));
    assert_eq!(recognised("len:u8-2 payload", b"\x05"), yes(1, 4, 4));
    assert_eq!(recognised("len:u8+2 payload", b"\x05"), yes(1, 8, 8));
    assert_eq!(recognised("type:u8 len:varint{rest} payload", b"\x01\xac\x02"), yes(3, 303, 303));
    assert_eq!(recognised("len:u24be payload", b"\x01\x00\x02"), yes(3, 65_541, 65_541));
    assert_eq!(recognised("len:u40le payload", b"\x02\x01\x00\0\0"), yes(5, 263, 263));
}

#[test]
fn an_inner_length_ends_the_payload_and_must_fit() {
    let text = "len:u32be{rest} inner:u32be payload tail";
    assert_eq!(recognised(text, b"\0\0\0\x0a\0\0\0\x02"), yes(8, 10, 14));
    assert_eq!(recognised(text, b"\0\0\0\x0a\0\0\0\x06"), yes(8, 14, 14));
    assert_eq!(recognised(text, b"\0\0\0\x0a\0\0\0\x07"), Recognition::No);
    assert_eq!(recognised(text, b"\0\0\0\x03\0\0\0\x00"), Recognition::No);
}

#[test]
fn impossible_lengths_are_no_header() {
    assert_eq!(recognised("len:u16be{frame} payload crc32:u32le", b"\0\x05"), Recognition::No);
    assert_eq!(recognised("max:100 len:u8 payload", b"\x63"), yes(1, 100, 100));
    assert_eq!(recognised("max:100 len:u8 payload", b"\x64"), Recognition::No);
    assert_eq!(recognised("len:u8-2 payload", b"\x01"), Recognition::No);
    assert_eq!(recognised("len:u64be*16 payload", &[0xff; 8]), Recognition::No);
    assert_eq!(recognised("len:u64be payload", &[0xff; 8]), Recognition::No);
    assert_eq!(recognised("len:u32be payload", b"GET "), Recognition::No);
    assert_eq!(recognised("len:varint payload", &[0xff; 10]), Recognition::No);
    assert_eq!(recognised("len:varint payload", &[0x80; 9]), Recognition::NeedMore);
}

#[test]
fn a_header_that_is_cut_off_needs_more_only_if_its_start_agrees() {
    let text = "len:u32le magic:efbeadde payload";
    let whole = b"\x05\0\0\0\xef\xbe\xad\xde";
    for cut in 0..whole.len() {
        assert_eq!(recognised(text, &whole[..cut]), Recognition::NeedMore);
    }
    assert_eq!(recognised(text, b"\x05\0\0\0\xef\xbf"), Recognition::No);
    assert_eq!(recognised("magic:aabb|ccdd len:u8 payload", b"\xcc"), Recognition::NeedMore);
    assert_eq!(recognised("magic:aabb|ccdd len:u8 payload", b"\xcc\xbb"), Recognition::No);
    assert_eq!(recognised("magic:aabb|ccdd len:u8 payload", b"\xcc\xdd\0"), yes(3, 3, 3));
}

#[test]
fn fields_come_in_frame_order_with_place_and_value() {
    let layout = layout("type:u8 len:u16be{rest} magic:aa|bb inner:varint id:2 payload tail end:u16le crc32:u32be");
    let mut frame = b"\x07\0\x11\xbb\x03\x01\x02ABCtail!\x34\x12".to_vec();
    let sum = crc32fast::hash(&frame);
    frame.extend(sum.to_be_bytes());
    let fields: Vec<_> = layout.fields(&frame).map(|field| (field.name, field.place, field.value)).collect();
    use HeaderValue::{Bytes, Number};
    let expected = [
        ("type", 0..1, Number(7)),
        ("len", 1..3, Number(17)),
        ("magic", 3..4, Bytes(b"\xbb")),
        ("inner", 4..5, Number(3)),
        ("id", 5..7, Bytes(b"\x01\x02")),
        ("tail", 10..14, Bytes(b"tail")),
    ];
    assert_eq!(fields[..6], expected);
    assert_eq!(value(&layout, &frame, "id"), Some(Bytes(b"\x01\x02")));
    assert_eq!(value(&layout, &frame, "no"), None);
}

#[test]
fn a_trailer_is_read_from_the_end_of_its_frame_and_checked() {
    let layout = layout("len:u8 payload end:u16le crc32c:u32be");
    let mut frame = b"\x03abc\x34\x12".to_vec();
    frame.extend(crc32c::crc32c(&frame).to_be_bytes());
    assert_eq!(value(&layout, &frame, "end"), Some(HeaderValue::Number(0x1234)));
    let checksum = layout.checksum(&frame).unwrap();
    assert_eq!(checksum.stored, checksum.computed);
    assert_eq!(value(&layout, &frame, "crc32c"), Some(HeaderValue::Number(checksum.stored.into())));
    frame[1] ^= 1;
    let checksum = layout.checksum(&frame).unwrap();
    assert_ne!(checksum.stored, checksum.computed);
}

#[test]
fn a_checksum_is_that_of_the_standard() {
    assert_eq!(checksum::Crc::Crc32.compare(0, b"123456789").computed, 0xcbf4_3926);
    assert_eq!(checksum::Crc::Crc32c.compare(0, b"123456789").computed, 0xe306_9283);
}

#[test]
fn a_frame_that_is_cut_short_gives_the_fields_that_are_there() {
    let layout = layout("type:u16be len:u32be payload end:u8");
    let frame = b"\0\x09\0\0\0\x02ab\xff";
    let names = |bytes: &[u8]| layout.fields(bytes).map(|field| field.name.to_owned()).collect::<Vec<_>>();
    assert_eq!(names(frame), ["type", "len", "end"]);
    assert_eq!(names(&frame[..8]), ["type", "len"]);
    assert_eq!(names(&frame[..5]), ["type"]);
    assert_eq!(names(&frame[..1]), [""; 0]);
}

#[test]
fn evidence_counts_magic_and_the_bits_that_must_be_zero() {
    let evidence = |text: &str, bytes: &[u8]| {
        let layout = layout(text);
        let Recognition::Yes(header) = layout.recognise(bytes) else { panic!("{text}") };
        layout.evidence(&header)
    };
    assert_eq!(evidence("star-network", b"\x01\0\0\0\xef\xbe\xad\xde"), 40);
    assert_eq!(evidence("u32be", b"\0\0\0\x01"), 8);
    assert_eq!(evidence("u32be", b"\0\0\0\0"), 0);
    assert_eq!(evidence("varint", b"\x01"), 0);
    assert_eq!(evidence("len:u16be payload", b"\0\x01"), 0);
    assert_eq!(evidence("max:1k len:u16be payload", b"\0\x01"), 6);
    assert_eq!(evidence("len:u32be&7fffffff*4 payload", b"\0\0\0\x01"), 9);
    assert_eq!(evidence("magic:aabb|ccdd|eeff len:u8 payload", b"\xcc\xdd\x01"), 14);
    assert_eq!(evidence("pulsar", b"\0\0\0\x06\0\0\0\x01"), 16);
}

#[test]
fn magic_behind_a_varint_is_found_too() {
    let layout = layout("len:varint magic:aabb payload");
    assert!(layout.has_magic());
    assert_eq!(layout.find(b"\0\0\0\x81\x01\xaa\xbb"), Some(3));
}

const ALPHABET: [u8; 4] = [0, 1, 0xaa, 0xbb];

proptest! {
    #[test]
    fn find_is_the_first_place_that_is_recognised(
        bytes in prop::collection::vec(prop::sample::select(&ALPHABET), 0..64),
        text in prop::sample::select(vec![
            "len:u8 magic:aabb payload",
            "len:u16be magic:aabb payload",
            "magic:aa len:u8 magic:bbbb payload",
            "magic:aabb|bbaa len:u8 payload",
            "len:varint magic:aa payload",
            "len:u32be payload",
        ]),
    ) {
        let layout = layout(text);
        let slow = (0..bytes.len()).find(|at| layout.recognise(&bytes[*at..]) != Recognition::No);
        prop_assert_eq!(layout.find(&bytes), slow);
    }

    #[test]
    fn no_text_of_both_sides_makes_the_parser_panic_and_what_parses_prints_back(text in "((client:|server:|;|skip:(client:|server:)?1|len:(u8|varint)|payload|riak) ?){0,7}") {
        if let Ok(layouts) = Layout::parse_sides(&text) {
            prop_assert_eq!(&Layout::parse_sides(&Sides(layouts.each_ref()).to_string()).unwrap(), &layouts);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic_and_what_parses_prints_back(text in "((skip|max|len|inner|magic|crc32|tail|a|payload)(:(u8|u32be|varint|[0-9a-f|]{0,4}|1[kM]))?([{&*+-]?(rest|frame|[0-9a-f]{0,3})}?)? ?){0,5}") {
        match Layout::parse(&text) {
            Ok(layout) => prop_assert_eq!(Layout::parse(&layout.to_string()), Ok(layout)),
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 2),
        }
    }

    #[test]
    fn arbitrary_text_is_refused_with_two_lines(text in any::<String>()) {
        if let Err(error) = Layout::parse(&text) {
            prop_assert!(text.get(error.span()).is_some());
            prop_assert_eq!(error.to_string().lines().count(), 2);
        }
    }

    #[test]
    fn recognition_never_panics_and_lengths_are_ordered(
        bytes in prop::collection::vec(any::<u8>(), 0..80),
        preset in prop::sample::select(PRESETS),
    ) {
        let layout = layout(preset.text);
        if let Recognition::Yes(header) = layout.recognise(&bytes) {
            prop_assert!(header.len <= header.payload_end && header.payload_end <= header.frame_len);
            prop_assert!(header.frame_len <= layout.max());
        }
        for field in layout.fields(&bytes) {
            prop_assert!(field.place.end <= bytes.len());
        }
    }
}
