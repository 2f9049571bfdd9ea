//! Payloads for the tests of this stage.

use proptest::prelude::*;

/// A length-delimited field; `number` is below 16.
pub(in crate::proto) fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    prost_reflect::prost::encoding::encode_varint(content.len() as u64, &mut bytes);
    bytes.extend(content);
    bytes
}

/// The request that opens a session of the service discovery: 84 bytes.
pub(in crate::proto) fn service_discovery() -> Vec<u8> {
    let mut session = Vec::new();
    for (tag, value) in [(0x08, 5_890_276_012_345_678_024), (0x10, 8_926_109_876_543_210_517)] {
        session.push(tag);
        prost_reflect::prost::encoding::encode_varint(value, &mut session);
    }
    let body = [field(1, b"Star Citizen Game Client"), field(2, b"sc_client"), field(3, &session)].concat();
    [field(1, b"diff.service.online"), field(2, &body), b"\x18\x00".to_vec()].concat()
}

/// Bytes with small tags, continuation bits and lengths, and words, so that values nest.
pub(in crate::proto) fn wire_like() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![any::<u8>(), 0_u8..64, Just(0x80), Just(0xff), Just(0x0a), Just(0x0b), Just(0x0c)];
    let leaf = prop_oneof![proptest::collection::vec(byte, 0..24), "[a-zA-Z0-9 ]{0,12}".prop_map(String::into_bytes)];
    leaf.prop_recursive(4, 40, 5, |inside| {
        let nested = proptest::collection::vec((1_u8..16, inside), 1..5);
        nested.prop_map(|fields| fields.iter().flat_map(|(number, content)| field(*number, content)).collect())
    })
}
