//! Schemas are loaded from files, folders and descriptor sets, and say what their types are.

mod broken;
mod sources;

use super::{Cardinality, FieldKind, Schema, SchemaError, WellKnown};
use crate::proto::sampling::{self, PROTO2, PROTO3};
use proptest::prelude::*;
use prost_reflect::prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};
use protox::prost::Message as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ENDPOINT: &str = "syntax = \"proto3\"; package net; message Endpoint { string host = 1; int32 port = 2; }";
const ONLINE: &str =
    "syntax = \"proto3\"; package net; import \"net/endpoint.proto\"; import \"google/protobuf/timestamp.proto\";
    message Online { repeated Endpoint endpoints = 2; google.protobuf.Timestamp time = 3; }";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load(sources: &[&Path], includes: &[&Path]) -> Result<Schema, SchemaError> {
    let owned = |paths: &[&Path]| paths.iter().map(|path| path.to_path_buf()).collect::<Vec<PathBuf>>();
    Schema::load(&owned(sources), &owned(includes))
}

fn names(schema: &Schema) -> Vec<&str> {
    schema.message_types().map(|id| schema.type_name(id)).filter(|name| !name.starts_with("google.")).collect()
}

fn descriptor_set(files: Vec<FileDescriptorProto>) -> Vec<u8> {
    FileDescriptorSet { file: files }.encode_to_vec()
}

fn descriptor(name: &str, message: &str) -> FileDescriptorProto {
    FileDescriptorProto {
        name: Some(name.to_owned()),
        syntax: Some("proto3".to_owned()),
        message_type: vec![DescriptorProto { name: Some(message.to_owned()), ..Default::default() }],
        ..Default::default()
    }
}

#[test]
fn a_file_is_loaded_with_its_imports() {
    let folder = folder(&[("net/endpoint.proto", ENDPOINT), ("online.proto", ONLINE)]);
    let schema = load(&[&folder.path().join("online.proto")], &[]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "net.Online"]);
    assert!(schema.find("google.protobuf.Timestamp").is_some());
}

#[test]
fn a_folder_is_its_own_include_root() {
    let folder = folder(&[
        ("net/endpoint.proto", ENDPOINT),
        ("net/online.proto", ONLINE),
        (".old/x.proto", "?"),
        ("a.txt", "?"),
    ]);
    let schema = load(&[folder.path()], &[]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "net.Online"]);
    assert!(schema.warnings().is_empty());
}

#[test]
fn a_folder_of_broken_files_is_an_error() {
    let broken = folder(&[("a.proto", "message {"), ("b.proto", "?")]);
    assert!(matches!(load(&[broken.path()], &[]), Err(SchemaError::Compile { path, .. }) if path.ends_with("a.proto")));
    let empty = folder(&[("a.txt", "")]);
    assert!(matches!(load(&[empty.path()], &[]), Err(SchemaError::EmptyFolder { .. })));
}

#[test]
fn a_message_that_is_not_defined_is_told_with_its_line() {
    let folder = folder(&[("a.proto", "syntax = \"proto3\";\nmessage A {\n  Nowhere x = 1;\n}\n")]);
    let error = load(&[&folder.path().join("a.proto")], &[]).unwrap_err();
    assert!(error.to_string().contains("a.proto:3:3: name 'Nowhere' is not defined"), "{error}");
}

#[test]
fn a_source_that_is_not_there_is_told() {
    let missing = Path::new("/nowhere/x.proto");
    assert!(matches!(load(&[missing], &[]), Err(SchemaError::NotFound { path }) if path == missing));
    let folder = folder(&[("z.proto", "message Z {}")]);
    assert!(matches!(load(&[folder.path()], &[missing]), Err(SchemaError::NotFound { path }) if path == missing));
}

#[test]
fn a_descriptor_set_is_known_by_its_extension_or_its_content() {
    let folder = folder(&[]);
    let mut importer = descriptor("b.proto", "B");
    importer.dependency = vec!["a.proto".to_owned(), "google/protobuf/any.proto".to_owned()];
    // The importer first, and no google/protobuf/any.proto in it, as protoc leaves it without --include_imports.
    let bytes = descriptor_set(vec![importer, descriptor("a.proto", "A")]);
    for name in ["schema.fds", "schema.PB", "schema"] {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        assert_eq!(names(&load(&[&path], &[]).unwrap()), ["A", "B"]);
    }
    let path = folder.path().join("text.desc");
    fs::write(&path, "not a descriptor set").unwrap();
    assert!(matches!(load(&[&path], &[]), Err(SchemaError::DescriptorSet { .. })));
}

#[test]
fn types_are_found_by_full_name_and_by_a_unique_end() {
    let text = "package p; message A { message Inner {} } message B { message Inner {} message Only {} }";
    let schema = sampling::schema(text);
    let full = |name: &str| schema.find(name).map(|id| schema.type_name(id));
    assert_eq!(full("p.A"), Some("p.A"));
    assert_eq!(full(".p.A"), Some("p.A"));
    assert_eq!(full("Only"), Some("p.B.Only"));
    assert_eq!(full("A.Inner"), Some("p.A.Inner"));
    assert_eq!(full("Inner"), None);
    assert_eq!(full("nner"), None);
    assert_eq!(schema.suggest("Inner"), ["p.A.Inner", "p.B.Inner"]);
    assert_eq!(names(&schema), ["p.A", "p.A.Inner", "p.B", "p.B.Inner", "p.B.Only"]);
}

#[test]
fn an_unknown_type_suggests_the_nearest() {
    let schema =
        sampling::schema("package lobby; message ServiceEndpoint {} message HeartbeatResponse {} message X {}");
    assert_eq!(schema.suggest("ServiceEndpiont"), ["lobby.ServiceEndpoint"]);
    assert_eq!(schema.suggest("heartbeatresponse"), ["lobby.HeartbeatResponse"]);
    assert_eq!(schema.suggest("lobby.HeartbeatRequest"), ["lobby.HeartbeatResponse"]);
    assert_eq!(schema.suggest("qqqq").len(), 3, "nothing is alike: they show how names look");
}

#[test]
fn fields_are_described_for_people_and_for_readers() {
    let schema = sampling::schema(PROTO3);
    let text = |ty: &str, number| {
        let (_, field) = schema.field_by_number(schema.find(ty).unwrap(), number).unwrap();
        format!("{}: {}", field.name, field.type_text)
    };
    assert_eq!(text("Lists", 17), "scalars: repeated Scalars");
    assert_eq!(text("Maps", 3), "by_sint64: map<sint64, Scalars>");
    assert_eq!(text("Maps", 7), "times: map<string, google.protobuf.Timestamp>");
    assert_eq!(text("Scalars", 23), "maybe_int32: optional int32");
    assert_eq!(text("Choice", 5), "text: string");
    assert_eq!(text("All", 536_870_911), "far: string");
    let (_, colour) = schema.field_by_number(schema.find("Scalars").unwrap(), 16).unwrap();
    assert_eq!((colour.kind, colour.cardinality, colour.presence), (FieldKind::Enum, Cardinality::Singular, false));
    assert_eq!(schema.enum_value_name(colour.enum_type.unwrap(), -1), Some("BELOW"));
    assert_eq!(schema.enum_value_name(colour.enum_type.unwrap(), 9), None);
    assert_eq!(schema.well_known(schema.find("google.protobuf.Any").unwrap()), Some(WellKnown::Any));
}

#[test]
fn every_field_is_found_by_its_number_and_no_other() {
    for text in [PROTO3, PROTO2] {
        let schema = sampling::schema(text);
        for ty in schema.message_types() {
            for (id, field) in schema.type_fields(ty).zip(schema.fields_of(ty)) {
                assert_eq!(schema.field_by_number(ty, field.number), Some((id, field)));
                assert_eq!(schema.field(id), Some(field));
            }
            let numbers: Vec<u32> = schema.fields_of(ty).iter().map(|field| field.number).collect();
            assert!(numbers.is_sorted());
            for number in (0..1100).filter(|number| !numbers.contains(number)) {
                assert_eq!(schema.field_by_number(ty, number), None);
            }
        }
    }
}

#[test]
fn proto2_declarations_keep_what_they_say() {
    let schema = sampling::schema(PROTO2);
    let old = schema.find("Old").unwrap();
    let field = |number| schema.field_by_number(old, number).unwrap().1;
    assert_eq!((field(1).cardinality, field(1).type_text.as_str()), (Cardinality::Required, "required int32"));
    assert_eq!((field(3).kind, field(3).type_text.as_str()), (FieldKind::Group, "Old.Extra"));
    assert_eq!((field(100).is_extension, field(100).json_name.as_str()), (true, "[test.two.label]"));
    assert_eq!(field(101).type_text, "repeated int32");
    assert!(field(10).oneof.is_some() && field(10).oneof == field(12).oneof);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_damaged_descriptor_set_is_an_error_or_a_schema(flips in prop::collection::vec(any::<(u16, u8)>(), 1..6)) {
        let pool = sampling::pool("syntax = \"proto3\"; message A { map<string, B> b = 1; oneof o { int32 c = 2; } }
            enum E { ZERO = 0; } message B { repeated E e = 1; optional A a = 2; }");
        let file = pool.get_file_by_name("test.proto").unwrap().file_descriptor_proto().clone();
        let mut bytes = descriptor_set(vec![file]);
        for (at, byte) in flips {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        let folder = folder(&[]);
        let path = folder.path().join("schema.fds");
        fs::write(&path, bytes).unwrap();
        if let Err(error) = load(&[&path], &[]) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
