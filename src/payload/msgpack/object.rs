//! Which maps of a payload can stand as JSON objects.
//!
//! In: a payload that is MessagePack. Out: for each of its maps, in the order of their beginnings, whether all keys are
//! texts and none comes twice. Known before anything is written, so that no map is written twice.

use super::token::{Token, Tokens};

/// Keys of a map that are compared with each other, so that it can be an object: what is remembered of a map is bounded
/// by it. A larger map is written as a list of pairs.
const MOST_KEYS: usize = 4096;

/// A map or array that is open.
struct Open<'a> {
    /// Values that are still to come.
    left: u64,
    /// Index of the map; none for an array.
    map: Option<usize>,
    keys: Vec<&'a [u8]>,
}

/// For each map, whether it can be an object. A map with more than [`MOST_KEYS`] keys is none.
pub(super) fn objects(payload: &[u8]) -> Vec<bool> {
    let (mut objects, mut open) = (Vec::new(), Vec::<Open<'_>>::new());
    for token in Tokens::new(payload).flatten().map(|written| written.value) {
        if let Some(around) = open.last_mut() {
            if let Some(is_object) =
                around.map.filter(|_| around.left.is_multiple_of(2)).and_then(|map| objects.get_mut(map))
            {
                match token {
                    Token::Text(key) if std::str::from_utf8(key).is_ok() && around.keys.len() < MOST_KEYS => {
                        around.keys.push(key);
                    }
                    _ => *is_object = false,
                }
            }
            around.left -= 1;
        }
        match token {
            Token::Array(count) => open.push(Open { left: count.into(), map: None, keys: Vec::new() }),
            Token::Map(count) => {
                open.push(Open { left: 2 * u64::from(count), map: Some(objects.len()), keys: Vec::new() });
                objects.push(true);
            }
            _ => {}
        }
        while let Some(Open { map, mut keys, .. }) = open.pop_if(|open| open.left == 0) {
            keys.sort_unstable();
            let is_distinct = keys.is_sorted_by(|one, next| one < next);
            if let Some(is_object) = map.and_then(|map| objects.get_mut(map)) {
                *is_object &= is_distinct;
            }
        }
    }
    objects
}
