//! Room for what is large for a while.
//!
//! In: buffers that are used again. Invariant: what they had to grow beyond [`limits::KEPT_BATCH_BYTES`] goes back to
//! the system once it is not needed, whatever thread it was asked for on. Not responsible for how much may be held at
//! once.

use crate::limits;

/// Makes room for `len` more bytes: at once for as many as any buffer needs, where that is more than is kept.
pub(super) fn make(bytes: &mut Vec<u8>, len: usize) {
    let needed = bytes.len() + len;
    if needed > bytes.capacity() && needed > limits::KEPT_BATCH_BYTES {
        bytes.reserve(limits::LARGE_BUFFER_BYTES.max(needed) - bytes.len());
    }
}

/// Empties a buffer and gives back what is not kept of it.
pub(super) fn give_back<T>(items: &mut Vec<T>) {
    items.clear();
    items.shrink_to(limits::KEPT_BATCH_BYTES / size_of::<T>().max(1));
}
