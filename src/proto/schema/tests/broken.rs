//! What one missing, broken or repeated file costs: itself, and of others what needs it.

use super::*;
use crate::proto::{Reading, json};

fn warning(schema: &Schema) -> String {
    let [warning] = schema.warnings() else { panic!("{:?}", schema.warnings()) };
    warning.to_string()
}

/// The payload as a type, in JSON.
fn json_of(schema: &Schema, ty: &str, payload: &[u8]) -> String {
    let (mut reading, mut out) = (Reading::default(), Vec::new());
    reading.read(payload, Some((schema, schema.find(ty).unwrap())));
    json::write_message(&reading.of(payload, Some(schema)), json::Style::default(), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_broken_file_in_a_folder_costs_only_itself() {
    let folder =
        folder(&[("net/endpoint.proto", ENDPOINT), ("net/broken.proto", "message {"), ("z.proto", "message Z {}")]);
    let schema = load(&[folder.path()], &[]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "Z"]);
    let [warning] = schema.warnings() else { panic!("{:?}", schema.warnings()) };
    let SchemaError::Compile { path, message } = warning else { panic!("{warning:?}") };
    assert_eq!(*path, folder.path().join("net/broken.proto"));
    assert!(message.starts_with("net/broken.proto:1:9:"), "{message}");
}

#[test]
fn an_import_is_found_by_its_include_path_and_missed_without() {
    let folder = folder(&[("protos/net/endpoint.proto", ENDPOINT), ("app/online.proto", ONLINE)]);
    let source = folder.path().join("app/online.proto");
    let schema = load(&[&source], &[&folder.path().join("protos")]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "net.Online"]);
    assert!(schema.warnings().is_empty());

    let schema = load(&[&source], &[]).unwrap();
    let expected = "does without the import net/endpoint.proto; read without schema: net.Online.endpoints";
    assert_eq!(warning(&schema), format!("{} {expected}", source.display()));
    assert!(schema.warnings()[0].hint().unwrap().contains("--include FOLDER"));
    let payload = b"\x12\x0d\x0a\x09localhost\x10\x50\x1a\x02\x08\x01";
    let expected = r#"{"time":"1970-01-01T00:00:01Z","2":{"1":"localhost","2":80}}"#;
    assert_eq!(json_of(&schema, "Online", payload), expected);
}

#[test]
fn everything_that_a_missing_import_may_be_needed_for_is_done_without() {
    let text = r#"syntax = "proto2"; package p;
        import "nope.proto"; import public "google/protobuf/timestamp.proto";
        option (nope.file) = 1;
        message M {
            option (nope.message) = { x: 1 };
            optional nope.E kind = 1 [default = FAST, (nope.field) = "x"];
            repeated nope.T list = 2;
            map<string, nope.T> by_name = 3;
            oneof choice { option (nope.oneof) = 1; nope.T one = 4; string two = 5; }
            optional group G = 6 { optional Nope inner = 1; optional E own = 2; }
            optional google.protobuf.Timestamp time = 7;
            repeated int32 packed = 8 [packed = true, deprecated = true];
            extensions 100 to 200 [(nope.range) = 1];
            extend nope.Base { optional M inside = 10; }
        }
        enum E { option (nope.enumeration) = 1; A = 1 [(nope.value) = 2]; }
        extend nope.Base { optional int32 far = 9; }
        extend M { optional nope.T strange = 100; optional int32 near = 101; }
        service S { option (nope.service) = 1; rpc Call(nope.T) returns (M) { option (nope.method) = 1; } rpc Own(M) returns (M); }
        "#;
    let folder = folder(&[("p.proto", text)]);
    let schema = load(&[&folder.path().join("p.proto")], &[]).unwrap();
    let left_out = "p.M.G.inner, p.M.kind, p.M.list, p.M.by_name, p.M.one";
    assert!(
        warning(&schema).ends_with(&format!("import nope.proto; read without schema: {left_out}")),
        "{}",
        warning(&schema)
    );
    let numbers =
        |ty: &str| schema.fields_of(schema.find(ty).unwrap()).iter().map(|field| field.number).collect::<Vec<_>>();
    assert_eq!(numbers("p.M"), [5, 6, 7, 8, 101]);
    assert_eq!(numbers("p.M.G"), [2]);
    let payload = b"\x08\x02\x1a\x05\x0a\x01k\x12\x00\x2a\x03two\x33\x10\x01\x34";
    assert_eq!(json_of(&schema, "p.M", payload), r#"{"two":"two","g":{"own":"A"},"1":2,"3":{"1":"k","2":""}}"#);
}

#[test]
fn a_broken_import_costs_its_importers_what_needs_it() {
    let folder = folder(&[
        ("a.proto", "import \"b.proto\"; message A { optional B b = 1; optional int32 own = 2; }"),
        ("b.proto", "message B { optional Nowhere x = 1; }"),
        ("c.proto", "import \"a.proto\"; message C { optional A a = 1; }"),
    ]);
    let schema = load(&[folder.path()], &[]).unwrap();
    assert_eq!(names(&schema), ["A", "C"]);
    let told: Vec<String> = schema.warnings().iter().map(ToString::to_string).collect();
    let [broken, incomplete] = &told[..] else { panic!("{told:?}") };
    assert!(broken.contains("b.proto:1:22: name 'Nowhere' is not defined"), "{broken}");
    assert!(incomplete.ends_with("a.proto does without the import b.proto; read without schema: A.b"), "{incomplete}");
    assert_eq!(json_of(&schema, "C", b"\x0a\x06\x0a\x02\x08\x07\x10\x05"), r#"{"a":{"own":5,"1":{"1":7}}}"#);
}

#[test]
fn imports_in_a_circle_cost_what_needs_the_way_back() {
    let folder = folder(&[
        ("a.proto", "import \"b.proto\"; message A { optional B b = 1; }"),
        ("b.proto", "import \"a.proto\"; message B { optional A a = 1; optional int32 own = 2; }"),
    ]);
    let schema = load(&[&folder.path().join("a.proto")], &[]).unwrap();
    assert_eq!(names(&schema), ["B", "A"]);
    assert!(warning(&schema).ends_with("does without the import a.proto; read without schema: B.a"));
}

#[test]
fn copies_in_a_folder_are_one_and_their_importers_find_it() {
    let folder = folder(&[
        ("a/endpoint.proto", ENDPOINT),
        ("b/endpoint.proto", ENDPOINT),
        (
            "z.proto",
            "import \"b/endpoint.proto\"; import \"a/endpoint.proto\"; message Z { optional net.Endpoint e = 1; }",
        ),
    ]);
    let schema = load(&[folder.path()], &[]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "Z"]);
    assert!(schema.warnings().is_empty(), "{:?}", schema.warnings());
    assert_eq!(json_of(&schema, "Z", b"\x0a\x02\x10\x05"), r#"{"e":{"port":5}}"#);
}

#[test]
fn a_file_that_defines_what_another_one_does_is_left_out_and_both_are_named() {
    let folder = folder(&[
        ("a.proto", "message M {} message N {}"),
        ("b.proto", "message N { optional int32 x = 1; } message O {}"),
    ]);
    let schema = load(&[folder.path()], &[]).unwrap();
    assert_eq!(names(&schema), ["M", "N"]);
    assert!(warning(&schema).ends_with("b.proto defines 'N', which a.proto defines too"), "{}", warning(&schema));
}

/// The compiler would take a minute; what is told shows that it did not see them.
#[test]
fn thousands_of_names_in_two_files_are_refused_at_once() {
    let text =
        |kind: &str| (0..4000).map(|at| format!("message M{at} {{ optional {kind} a = 1; }}\n")).collect::<String>();
    let folder = folder(&[("a.proto", &text("int32")), ("b.proto", &text("bool"))]);
    let schema = load(&[folder.path()], &[]).unwrap();
    assert!(warning(&schema).ends_with("b.proto defines 'M0', which a.proto defines too, and 3999 more names"));
}

#[test]
fn thousands_of_duplicate_names_are_refused_at_once() {
    let copy: String = (0..4000).map(|index| format!("message M{index} {{ optional int32 a = 1; }}\n")).collect();
    let folder = folder(&[("twice.proto", &format!("{copy}{copy}"))]);
    let error = load(&[&folder.path().join("twice.proto")], &[]).unwrap_err();
    assert!(error.to_string().contains("defines 4000 names twice, the first is 'M0'"), "{error}");
}

#[test]
fn a_name_defined_twice_is_told_with_its_line() {
    let error = Schema::from_text("a.proto", "message A {}\nmessage A {}").unwrap_err();
    assert!(error.to_string().contains("a.proto:2:9: name 'A' is defined twice"), "{error}");
}

#[test]
fn one_bad_file_in_a_set_costs_only_itself() {
    let folder = folder(&[]);
    let path = folder.path().join("set.fds");
    let mut bad = descriptor("bad.proto", "Bad");
    bad.syntax = Some("proto9".to_owned());
    let mut importer = descriptor("c.proto", "C");
    importer.dependency = vec!["bad.proto".to_owned(), "gone.proto".to_owned()];
    fs::write(&path, descriptor_set(vec![descriptor("a.proto", "A"), bad, importer])).unwrap();
    let schema = load(&[&path], &[]).unwrap();
    assert_eq!(names(&schema), ["A", "C"]);
    let told: Vec<String> = schema.warnings().iter().map(ToString::to_string).collect();
    assert!(told[0].ends_with("bad.proto has the unknown syntax 'proto9'"), "{told:?}");
    assert!(told[1].ends_with("does without the import bad.proto, gone.proto"), "{told:?}");
}
