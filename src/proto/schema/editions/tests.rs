//! Files with an edition read as protobuf reads them, and those that are not known are refused.

use crate::proto::{Cardinality, FieldKind, ProblemKind, Reading, Schema, SchemaError, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn load(path: &Path) -> Result<Schema, SchemaError> {
    Schema::load(&[path.to_owned()], &[])
}

/// The samples, as protoc compiled them and as text.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/editions").join(name)
}

fn read(schema: &Schema, ty: &str, payload: &str) -> (Reading, String) {
    let payload = hex::decode(payload).unwrap();
    let (mut reading, mut out) = (Reading::default(), Vec::new());
    reading.read(&payload, Some((schema, schema.find(ty).unwrap())));
    json::write_message(&reading.of(&payload, Some(schema)), json::Style::default(), &mut out);
    (reading, String::from_utf8(out).unwrap())
}

fn problems(reading: &Reading) -> Vec<(ProblemKind, &str)> {
    reading.problems.iter().map(|problem| (problem.kind, problem.path.as_str())).collect()
}

/// Bytes and JSON are those of protobuf's Python package 7.36.2, with the sets of `samples/editions`.
#[test]
fn what_protobuf_wrote_with_an_edition_reads_as_protobuf_reads_it() {
    let payload = concat!(
        "10001800220201022803330a021000100534380140074a070a016b120218015000620208016a01",
        "72731009747a020105a206016cab061001ac06"
    );
    let expected = concat!(
        r#"{"explicit":0,"required":0,"packed":[1,2],"expanded":[3],"delimited":{"inner":{"count":0},"count":5},"#,
        r#""closed":"ONE","open":7,"parts":{"k":{"local":"LOCAL_ONE"}},"number":0,"time":"1970-01-01T00:00:01Z","raw":"r","rows":[{"count":9}],"opens":["MORE",5],"[edition.of2023.label]":"l","[edition.of2023.far]":{"count":1}}"#
    );
    let schema = load(&sample("2023.fds")).unwrap();
    let (reading, text) = read(&schema, "Reading", payload);
    assert_eq!(text, expected);
    assert_eq!(problems(&reading), []);
    let schema = load(&sample("2024.fds")).unwrap();
    let (reading, text) = read(&schema, "Envelope", "0b0a000c120a0a016212050a016e10041a020109");
    assert_eq!(text, r#"{"body":{"name":""},"bodies":{"b":{"name":"n","size":4}},"states":["STATE_UP",9]}"#);
    assert_eq!(problems(&reading), []);
}

#[test]
fn every_feature_reaches_the_tables() {
    let schema = load(&sample("2023.fds")).unwrap();
    assert!(schema.warnings().is_empty());
    let reading = schema.find("Reading").unwrap();
    let field = |number| schema.field_by_number(reading, number).unwrap().1;
    assert_eq!([1, 2, 3, 8, 12].map(|number| field(number).presence), [false, true, true, false, true]);
    assert_eq!(field(3).cardinality, Cardinality::Required);
    assert_eq!(
        [6, 9, 12, 14].map(|number| field(number).kind),
        [FieldKind::Group, FieldKind::Message, FieldKind::Message, FieldKind::Group]
    );
    assert_eq!([100, 101].map(|number| field(number).kind), [FieldKind::String, FieldKind::Group]);
    let closed = |number: u32| schema.enum_type(field(number).enum_type.unwrap()).unwrap().is_closed;
    assert_eq!([7, 8, 15].map(closed), [true, false, false]);
    assert_eq!(field(10).oneof, Some(0));
    let part = schema.find("Part").unwrap();
    let local = schema.field_by_number(part, 3).unwrap().1.enum_type.unwrap();
    assert!(schema.enum_type(local).unwrap().is_closed);
    let schema = load(&sample("2024.fds")).unwrap();
    let kinds: Vec<FieldKind> =
        schema.fields_of(schema.find("Envelope").unwrap()).iter().map(|field| field.kind).collect();
    assert_eq!(kinds, [FieldKind::Group, FieldKind::Message, FieldKind::Enum]);
}

#[test]
fn features_are_findings_where_payloads_break_them() {
    let schema = load(&sample("2023.fds")).unwrap();
    // No required field, a number that the closed enum does not have, and one that the open enum does not have.
    let (reading, text) = read(&schema, "Reading", "38094009");
    assert_eq!(problems(&reading), [(ProblemKind::UnknownEnumValue, "7"), (ProblemKind::MissingRequired, "3")]);
    assert_eq!(text, r#"{"closed":9,"open":9}"#);
}

#[test]
fn the_text_of_a_file_and_its_set_give_the_same_types() {
    let (text, set) = (load(&sample("2023.proto")).unwrap(), load(&sample("2023.fds")).unwrap());
    assert!(text.warnings().is_empty(), "{:?}", text.warnings());
    let rows = |schema: &Schema| {
        let types = schema.message_types().filter(|id| !schema.type_name(*id).starts_with("google."));
        let rows = types.map(|id| (schema.type_name(id).to_owned(), schema.fields_of(id).to_vec()));
        rows.collect::<Vec<_>>()
    };
    let plain = |rows: Vec<(String, Vec<crate::proto::Field>)>| {
        let plain = |mut field: crate::proto::Field| {
            (field.message_type, field.enum_type) = (None, None);
            field
        };
        rows.into_iter()
            .map(|(name, fields)| (name, fields.into_iter().map(plain).collect::<Vec<_>>()))
            .collect::<Vec<_>>()
    };
    assert_eq!(plain(rows(&text)), plain(rows(&set)));
}

#[test]
fn a_text_that_the_parser_does_not_know_is_refused_with_a_way_out() {
    let error = load(&sample("2024.proto")).unwrap_err();
    assert!(matches!(&error, SchemaError::Editions { file, .. } if file == "2024.proto"), "{error}");
    assert!(error.hint().unwrap().contains("--descriptor_set_out"));
}

/// prost-reflect panics on them.
#[test]
fn unknown_editions_and_features_are_refused_without_a_panic() {
    let bytes = std::fs::read(sample("2024.fds")).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.fds");
    let at = bytes.windows(3).position(|window| window == [0x70, 0xe9, 0x07]).unwrap();
    let with_edition = |edition: [u8; 2]| {
        let mut bytes = bytes.clone();
        bytes[at + 1..at + 3].copy_from_slice(&edition);
        bytes
    };
    for (bytes, reason) in [
        (with_edition([0xea, 0x07]), "edition 1002 is not known"),
        (replaced(&bytes, &[0x28, 2], &[0x28, 9]), "the feature 'message_encoding' has a value that is not known"),
        (replaced(&bytes, &[0x28, 2], &[0x48, 2]), "feature 9 of its FeatureSet is not known"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let error = load(&path).unwrap_err();
        assert!(matches!(&error, SchemaError::Editions { file, .. } if file == "2024.proto"), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    let text = folder.path().join("new.proto");
    std::fs::write(&text, "// new\nedition = \"2029\";\nmessage New {}").unwrap();
    let error = load(&text).unwrap_err().to_string();
    assert!(error.contains("edition '2029' is not known, only 2023 and 2024 are"), "{error}");
}

/// Field 1 of the file's options: `features`, of which the one feature is changed.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let features = [0x92, 0x03, 0x02];
    let at = bytes.windows(3).position(|window| window == features).unwrap() + 3;
    let mut bytes = bytes.to_vec();
    assert_eq!(&bytes[at..at + 2], from);
    bytes[at..at + 2].copy_from_slice(to);
    bytes
}

#[test]
fn an_edition_among_other_files_of_a_set_costs_only_itself() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.fds");
    let bytes = std::fs::read(sample("2024.fds")).unwrap();
    let unknown = replaced(&bytes, &[0x28, 2], &[0x28, 9]);
    std::fs::write(&path, [unknown, std::fs::read(sample("2023.fds")).unwrap()].concat()).unwrap();
    let schema = load(&path).unwrap();
    assert!(schema.find("edition.of2023.Reading").is_some());
    assert!(matches!(schema.warnings(), [SchemaError::Editions { .. }]), "{:?}", schema.warnings());
}

#[test]
fn features_in_text_are_read_one_by_one_and_together() {
    let text = "edition = \"2023\";\npackage p;\noption features = { field_presence: IMPLICIT, enum_type: CLOSED };
        enum E { A = 1; } message M { E e = 1; int32 i = 2; oneof o { int32 k = 3; } M m = 4; }
        message N { oneof o { option features.(pb.go).api_level = API_OPAQUE; string s = 1; } }";
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("p.proto");
    std::fs::write(&path, text).unwrap();
    let schema = load(&path).unwrap();
    let fields = schema.fields_of(schema.find("M").unwrap());
    assert_eq!(fields.iter().map(|field| field.presence).collect::<Vec<_>>(), [false, false, true, true]);
    assert!(schema.enum_type(fields[0].enum_type.unwrap()).unwrap().is_closed);
}
