//! Dumps with offsets, as `xxd`, `hexdump -C`, `od -A x -t x1`, tcpdump and Wireshark write them.
//!
//! In: text. Out: the bytes of its middle column. Invariant: text is a dump only if each line's offset says how many
//! bytes the line before it has, so that lines of bare digits are none.

use crate::limits::{DUMP_LINE_BYTES, SINGLE_FRAME_TEXT};

/// A line of a dump: where its bytes stand, and what follows the offset.
struct Row<'a> {
    offset: u64,
    rest: &'a str,
    has_colon: bool,
}

/// The bytes of a dump, or `None` if `text` is none. A line `*`, for lines that are like the one before it, is as many
/// of these as the next offset says.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (mut bytes, mut rows) = (Vec::new(), Vec::new());
    for line in lines {
        rows.push(if line == "*" { None } else { Some(row(line)?) });
    }
    let first = rows.first()?.as_ref()?;
    let is_marked = first.has_colon || first.rest.starts_with("  ");
    if rows.len() == 1 && !(first.offset == 0 && is_marked && !first.rest.is_empty()) {
        return None;
    }
    let (base, mut last_row) = (first.offset, 0..0);
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        let next = rows.peek().and_then(Option::as_ref);
        let Some(row) = row else {
            let end = usize::try_from(next?.offset.checked_sub(base)?).ok()?;
            let missing = end.checked_sub(bytes.len())?;
            let repeated: Vec<u8> = bytes.get(last_row.clone())?.to_vec();
            if repeated.is_empty() || missing > SINGLE_FRAME_TEXT {
                return None;
            }
            bytes.extend(repeated.iter().cycle().take(missing));
            continue;
        };
        if row.offset.checked_sub(base)? != bytes.len() as u64 {
            return None;
        }
        let len = next.map(|next| next.offset.checked_sub(row.offset)).map_or(Some(None), |len| len.map(Some))?;
        let most = len.map_or(DUMP_LINE_BYTES, |len| usize::try_from(len).unwrap_or(usize::MAX).min(DUMP_LINE_BYTES));
        let start = bytes.len();
        columns(row.rest, most, &mut bytes)?;
        last_row = start..bytes.len();
    }
    Some(bytes)
}

/// Reads a line with an offset of at least four digits, as in `0010`, `00000010:` or `0x0010:`.
fn row(line: &str) -> Option<Row<'_>> {
    let line = line.strip_prefix("0x").unwrap_or(line);
    let digits = line.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(line.len());
    let (offset, rest) = line.split_at_checked(digits)?;
    let bare = rest.strip_prefix(':');
    let rest_is_apart = bare.unwrap_or(rest).starts_with([' ', '\t']) || rest.is_empty();
    if offset.len() < 4 || !rest_is_apart {
        return None;
    }
    Some(Row { offset: u64::from_str_radix(offset, 16).ok()?, rest: bare.unwrap_or(rest), has_colon: bare.is_some() })
}

/// Bytes up to the column of text behind them: one space is between them, two are in the middle of a line. Groups
/// of two bytes are in their order.
fn columns(rest: &str, most: usize, bytes: &mut Vec<u8>) -> Option<()> {
    let start = bytes.len();
    let mut rest = rest.trim_start();
    while bytes.len() - start < most {
        let end = rest.find(' ').unwrap_or(rest.len());
        let (group, behind) = rest.split_at_checked(end)?;
        let is_group = matches!(group.len(), 2 | 4 | 8) && group.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_group {
            break;
        }
        for at in (0..group.len()).step_by(2) {
            bytes.push(u8::from_str_radix(group.get(at..at + 2)?, 16).ok()?);
        }
        rest = behind.trim_start_matches(' ');
        let gap = behind.len() - rest.len();
        if gap > 2 || (gap == 2 && bytes.len() - start != 8) {
            break;
        }
    }
    (bytes.len() - start <= most).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What each program writes of 20 bytes.
    const DUMPS: [&str; 6] = [
        "00000000: 5400 0000 efbe adde 0801 123a 0a16 6175  T..........:..au\n00000010: 7468 7c78                                th|x\n",
        "00000000  54 00 00 00 ef be ad de  08 01 12 3a 0a 16 61 75  |T..........:..au|\n\
         00000010  74 68 7c 78                                       |th|x|\n00000014\n",
        "000000 54 00 00 00 ef be ad de 08 01 12 3a 0a 16 61 75\n000010 74 68 7c 78\n000014\n",
        "0000   54 00 00 00 ef be ad de 08 01 12 3a 0a 16 61 75   T..........:..au\n0010   74 68 7c 78                                       th|x",
        "\t0x0000:  5400 0000 efbe adde 0801 123a 0a16 6175  T..........:..au\n\t0x0010:  7468 7c78                                th|x",
        "0000  54 00 00 00 ef be ad de  08 01 12 3a 0a 16 61 75   T....... ...:..au\r\n0010  74 68 7c 78  ab cd",
    ];

    #[test]
    fn dumps_of_every_program_are_read() {
        for dump in DUMPS {
            assert_eq!(
                bytes(dump).as_deref(),
                Some(&b"T\0\0\0\xef\xbe\xad\xde\x08\x01\x12\x3a\x0a\x16auth|x"[..]),
                "{dump}"
            );
        }
        assert_eq!(bytes("0000   54 00 ef").as_deref(), Some(&b"T\0\xef"[..]));
        assert_eq!(bytes("00000000: 5400 ef    T..").as_deref(), Some(&b"T\0\xef"[..]));
    }

    #[test]
    fn a_star_stands_for_lines_like_the_one_before() {
        let dump = "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000030  01  |.|\n00000031\n";
        assert_eq!(bytes(dump), Some([vec![0; 48], vec![1]].concat()));
    }

    #[test]
    fn digits_without_offsets_are_no_dump() {
        for text in [
            "",
            "54000eefbe",
            "54 00 0e ef be",
            "0000 54 00",
            "54000000efbeadde\n0801123a0a166175",
            "54 00 00 00 ef be ad de\n08 01 12 3a 0a 16 61 75",
            "0000 0000\n0010 0000",
            "*",
        ] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_dumped_is_read(content in prop::collection::vec(any::<u8>(), 1..100), row in 1..20_usize) {
            let text = |row: &[u8]| row.iter().map(|byte| if byte.is_ascii_graphic() { *byte as char } else { '.' }).collect::<String>();
            let line = |(at, bytes): (usize, &[u8])| {
                let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{:04x}  {:<60}   {}\n", at * row, digits.join(" "), text(bytes))
            };
            let dump: String = content.chunks(row).enumerate().map(line).collect();
            prop_assert_eq!(bytes(&dump), Some(content));
        }

        #[test]
        fn no_text_upsets_it(text in "[0-9a-f*: \n]{0,80}") {
            let _ = bytes(&text);
        }
    }
}
