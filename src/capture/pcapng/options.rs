//! Options (draft-ietf-opsawg-pcapng section 3.5): code, length and value, padded to 32 bits, at the end of a block.

use super::super::order::Order;
use super::block::Wrong;

/// Code of the option `opt_endofopt`, after which nothing counts. Writers may leave it out.
const END: u16 = 0;

/// Code of the option `opt_comment` in every block. It may occur several times.
pub(super) const COMMENT: u16 = 1;

/// Gives the code and value of each option to `take`, which says whether the value is one that the option can have.
/// What is right is taken before the first thing that is wrong is told.
pub(super) fn read<'a>(
    order: Order,
    mut options: &'a [u8],
    mut take: impl FnMut(u16, &'a [u8]) -> Option<()>,
) -> Result<(), Wrong> {
    let mut result = Ok(());
    while let Some((head, rest)) = options.split_first_chunk::<4>() {
        let [code_first, code_second, len_first, len_second] = *head;
        let code = order.u16([code_first, code_second]);
        if code == END {
            return result;
        }
        let len = usize::from(order.u16([len_first, len_second]));
        let Some(value) = rest.get(..len) else {
            return result
                .and(Err(format!("option {code} claims {len} bytes, but its block has only {} left", rest.len())));
        };
        if take(code, value).is_none() {
            result = result.and(Err(format!("option {code} has a value of {len} bytes, which cannot be")));
        }
        options = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
    match options.len() {
        0 => result,
        len => result.and(Err(format!("{len} bytes after the options of a block are not one"))),
    }
}
