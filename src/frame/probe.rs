//! What payloads are asked where a frame is searched for.

/// Whether a payload looks right. Used where a layout has too little magic to recognise frames by, and only while
/// searching: give one only if the payloads of the protocol pass it, or if other frames teach whether they do.
pub type Probe = fn(&[u8]) -> bool;
