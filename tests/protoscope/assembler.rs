//! Protoscope's language, by its specification and nothing else: text in, bytes out.
//!
//! Left out are hexadecimal floats, which the program does not write. Whatever it does not know it refuses.

/// Assembles `text`.
pub(crate) fn assemble(text: &str) -> Result<Vec<u8>, String> {
    let mut tokens = tokens(text.as_bytes())?;
    tokens.reverse();
    let bytes = block(&mut tokens, &Closing::End)?;
    if tokens.is_empty() { Ok(bytes) } else { Err("a brace closes nothing".to_owned()) }
}

#[derive(Debug, PartialEq)]
enum Token {
    /// A quoted string or a hexadecimal literal.
    Bytes(Vec<u8>),
    /// `{`
    Open,
    /// `!{`
    OpenGroup,
    /// `}`
    Close,
    /// Anything else, up to white space or a symbol.
    Word(String),
}

fn tokens(text: &[u8]) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at += text[at..].iter().position(|&byte| byte == b'\n').unwrap_or(text.len() - at),
            b'{' => {
                found.push(Token::Open);
                at += 1;
            }
            b'}' => {
                found.push(Token::Close);
                at += 1;
            }
            b'!' => {
                if text.get(at + 1) != Some(&b'{') {
                    return Err("! without {".to_owned());
                }
                found.push(Token::OpenGroup);
                at += 2;
            }
            b'`' => {
                let len = text[at + 1..].iter().position(|&byte| byte == b'`').ok_or("` without its end")?;
                found.push(Token::Bytes(hex::decode(&text[at + 1..at + 1 + len]).map_err(|error| error.to_string())?));
                at += len + 2;
            }
            b'"' => {
                let (bytes, end) = string(text, at + 1)?;
                found.push(Token::Bytes(bytes));
                at = end;
            }
            _ => {
                let is_end = |byte: &u8| b" \t\r\n{}[]`\"#!".contains(byte);
                let len = text[at..].iter().position(is_end).unwrap_or(text.len() - at);
                let word = std::str::from_utf8(&text[at..at + len.max(1)]).map_err(|error| error.to_string())?;
                found.push(Token::Word(word.to_owned()));
                at += len.max(1);
            }
        }
    }
    Ok(found)
}

/// What is between quotes, and the place behind the closing one.
fn string(text: &[u8], mut at: usize) -> Result<(Vec<u8>, usize), String> {
    let mut bytes = Vec::new();
    loop {
        match (text.get(at), text.get(at + 1)) {
            (Some(b'"'), _) => return Ok((bytes, at + 1)),
            (Some(b'\\'), Some(b'n')) => {
                bytes.push(b'\n');
                at += 2;
            }
            (Some(b'\\'), Some(b'x')) => {
                bytes.extend(
                    hex::decode(text.get(at + 2..at + 4).ok_or("\\x without digits")?).map_err(|e| e.to_string())?,
                );
                at += 4;
            }
            (Some(b'\\'), Some(&char @ (b'"' | b'\\'))) => {
                bytes.push(char);
                at += 2;
            }
            (Some(b'\\'), other) => return Err(format!("an escape {other:?}")),
            (Some(&byte), _) => {
                bytes.push(byte);
                at += 1;
            }
            (None, _) => return Err("a string without its end".to_owned()),
        }
    }
}

/// What closes a block.
enum Closing {
    End,
    Brace,
    /// A brace too; it writes the end tag of this group.
    Group(u64),
}

/// `tokens` are in reverse order: the next one is the last.
fn block(tokens: &mut Vec<Token>, closing: &Closing) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut extra = 0;
    while let Some(token) = tokens.pop() {
        match (token, closing) {
            (Token::Close, Closing::Brace) if extra == 0 => return Ok(out),
            (Token::Close, Closing::Group(number)) => {
                varint(&mut out, number << 3 | 4, extra);
                return Ok(out);
            }
            (Token::Word(word), _) if word.starts_with("long-form:") && extra == 0 => {
                extra = word["long-form:".len()..].parse().map_err(|_| word)?;
            }
            (Token::Word(word), _) if word.contains(':') => {
                tag(&word, std::mem::take(&mut extra), tokens, &mut out)?;
            }
            (Token::Word(word), _) => scalar(&word, std::mem::take(&mut extra), &mut out)?,
            (Token::Open, _) => {
                let content = block(tokens, &Closing::Brace)?;
                varint(&mut out, content.len() as u64, std::mem::take(&mut extra));
                out.extend(content);
            }
            (Token::Bytes(bytes), _) if extra == 0 => out.extend(bytes),
            (token, _) => return Err(format!("{token:?} in the wrong place")),
        }
    }
    match closing {
        Closing::End if extra == 0 => Ok(out),
        _ => Err("a brace without its end".to_owned()),
    }
}

/// `number:TYPE`, or `number:`, whose type is told by what follows.
fn tag(word: &str, extra: usize, tokens: &mut Vec<Token>, out: &mut Vec<u8>) -> Result<(), String> {
    let (number, name) = word.split_once(':').ok_or(word)?;
    let number: u64 = number.parse().map_err(|_| word)?;
    let wire_type = match name {
        "VARINT" => 0,
        "I64" => 1,
        "LEN" => 2,
        "SGROUP" => 3,
        "EGROUP" => 4,
        "I32" => 5,
        "" => match tokens
            .iter()
            .rev()
            .find(|token| !matches!(token, Token::Word(word) if word.starts_with("long-form:")))
        {
            Some(Token::Open) => 2,
            Some(Token::OpenGroup) => 3,
            Some(Token::Word(word)) => inferred(word),
            _ => 0,
        },
        _ => return Err(format!("the type of {word}")),
    };
    varint(out, number << 3 | wire_type, extra);
    if name.is_empty() && tokens.last() == Some(&Token::OpenGroup) {
        tokens.pop();
        out.extend(block(tokens, &Closing::Group(number))?);
    }
    Ok(())
}

/// The wire type of a number; of integers and words without a suffix it is varint.
fn inferred(word: &str) -> u64 {
    match word {
        _ if word.ends_with("i32") || word.ends_with("inf32") => 5,
        _ if word.ends_with("i64") || word.ends_with("inf64") || word.contains('.') => 1,
        _ => 0,
    }
}

fn scalar(word: &str, extra: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let (digits, suffix) = match word {
        _ if word.ends_with("i32") => (&word[..word.len() - 3], "i32"),
        _ if word.ends_with("i64") => (&word[..word.len() - 3], "i64"),
        _ if word.ends_with('z') => (&word[..word.len() - 1], "z"),
        _ => (word, ""),
    };
    let allows_extra = matches!(suffix, "" | "z") && !word.contains('.') && !word.contains(['t', 'f']);
    if extra > 0 && !allows_extra {
        return Err(format!("long-form before {word}"));
    }
    match (word, suffix) {
        ("true", _) => out.push(1),
        ("false", _) => out.push(0),
        ("inf32", _) => out.extend(f32::INFINITY.to_le_bytes()),
        ("-inf32", _) => out.extend(f32::NEG_INFINITY.to_le_bytes()),
        ("inf64", _) => out.extend(f64::INFINITY.to_le_bytes()),
        ("-inf64", _) => out.extend(f64::NEG_INFINITY.to_le_bytes()),
        (_, "i32") if digits.contains('.') => {
            out.extend(float(digits)?.parse::<f32>().map_err(|_| word)?.to_le_bytes());
        }
        (_, "" | "i64") if digits.contains('.') => {
            out.extend(float(digits)?.parse::<f64>().map_err(|_| word)?.to_le_bytes());
        }
        (_, "i32") => {
            let value = integer(digits)?;
            let fits = u32::try_from(value).ok().or(i32::try_from(value).ok().map(i32::cast_unsigned));
            out.extend(fits.ok_or(word)?.to_le_bytes());
        }
        (_, "i64") => out.extend(sixty_four(integer(digits)?)?.to_le_bytes()),
        (_, "z") => {
            let value = i64::try_from(integer(digits)?).map_err(|_| word)?;
            varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned(), extra);
        }
        _ => varint(out, sixty_four(integer(digits)?)?, extra),
    }
    Ok(())
}

/// `-?[0-9]+\.[0-9]+([eE]-?[0-9]+)?`
fn float(digits: &str) -> Result<&str, String> {
    let digits_only = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').ok_or(digits)?;
    let fits = digits_only(whole.strip_prefix('-').unwrap_or(whole))
        && digits_only(fraction)
        && digits_only(exponent.strip_prefix('-').unwrap_or(exponent));
    if fits { Ok(digits) } else { Err(format!("the number {digits}")) }
}

/// `-?[0-9]+` or `-?0x[0-9a-fA-F]+`
fn integer(digits: &str) -> Result<i128, String> {
    let (sign, rest) = digits.strip_prefix('-').map_or((1, digits), |rest| (-1, rest));
    let value = match rest.strip_prefix("0x") {
        Some(hex) => i128::from_str_radix(hex, 16),
        None => rest.parse(),
    };
    value.map(|value| sign * value).map_err(|_| format!("the word {digits}"))
}

/// Two's complement.
fn sixty_four(value: i128) -> Result<u64, String> {
    let fits = u64::try_from(value).ok().or(i64::try_from(value).ok().map(i64::cast_unsigned));
    fits.ok_or_else(|| format!("{value} has more than 64 bits"))
}

fn varint(out: &mut Vec<u8>, mut value: u64, extra: usize) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8 | if extra > 0 { 0x80 } else { 0 });
    for left in (0..extra).rev() {
        out.push(if left > 0 { 0x80 } else { 0 });
    }
}
