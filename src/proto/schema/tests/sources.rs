//! Several sources at once: what they share, what they lack, where they differ.

use super::*;

#[test]
fn the_same_file_may_come_from_two_sources() {
    let folder = folder(&[("net/endpoint.proto", ENDPOINT), ("net/online.proto", ONLINE)]);
    let online = folder.path().join("net/online.proto");
    let endpoint = folder.path().join("net/endpoint.proto");
    let schema = load(&[&endpoint, &online, folder.path(), &online], &[folder.path()]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "net.Online"]);
}

#[test]
fn two_files_that_define_a_name_differently_are_an_error_that_names_both() {
    let folder = folder(&[
        ("a.proto", "message Same { optional int32 x = 1; }"),
        ("b/a.proto", "message Same { optional bool x = 1; }"),
    ]);
    let (first, second) = (folder.path().join("a.proto"), folder.path().join("b/a.proto"));
    let error = load(&[&first, &second], &[]).unwrap_err().to_string();
    assert_eq!(error, format!("Same is defined differently in {} and in {}", first.display(), second.display()));
}

#[test]
fn files_of_one_name_in_two_folders_may_define_different_things() {
    let folder = folder(&[("a.proto", "message One {}"), ("b/a.proto", "message Two {}")]);
    let schema = load(&[&folder.path().join("a.proto"), &folder.path().join("b/a.proto")], &[]).unwrap();
    assert_eq!(names(&schema), ["One", "Two"]);
}

#[test]
fn a_set_and_a_file_that_differ_are_an_error_that_names_both() {
    let folder = folder(&[("a.proto", "syntax = \"proto3\"; message Same { int32 x = 1; }")]);
    let (file, set) = (folder.path().join("a.proto"), folder.path().join("set.fds"));
    fs::write(&set, descriptor_set(vec![descriptor("other/a.proto", "Same")])).unwrap();
    let error = load(&[&set, &file], &[]).unwrap_err().to_string();
    let expected =
        format!("Same is defined differently in other/a.proto (in {}) and in {}", set.display(), file.display());
    assert_eq!(error, expected);
}

#[test]
fn enums_and_extensions_that_differ_are_errors_that_name_both() {
    let base = "syntax = \"proto2\"; message M { extensions 5 to 9; }";
    for (name, one, other) in [
        ("E", "enum E { A = 1; }".to_owned(), "enum E { A = 2; }".to_owned()),
        (
            "y",
            format!("{base} extend M {{ optional int32 x = 5; }}"),
            format!("{base} extend M {{ optional bool y = 5; }}"),
        ),
    ] {
        let folder = folder(&[("a.proto", &one), ("b.proto", &other)]);
        let (first, second) = (folder.path().join("a.proto"), folder.path().join("b.proto"));
        let error = load(&[&first, &second], &[]).unwrap_err().to_string();
        let expected = format!("{name} is defined differently in {} and in {}", first.display(), second.display());
        assert_eq!(error, expected);
    }
}

#[test]
fn sets_without_imports_complete_each_other() {
    let folder = folder(&[("net/endpoint.proto", ENDPOINT), ("online.proto", ONLINE)]);
    let pool = protox::compile(["online.proto"], [folder.path()]).unwrap();
    let set = |name: &str, wanted: &str| {
        let files = pool.file.iter().chain(&whole(folder.path()).file).find(|file| file.name() == wanted).cloned();
        let path = folder.path().join(name);
        fs::write(&path, descriptor_set(vec![files.unwrap()])).unwrap();
        path
    };
    let (online, endpoint) = (set("online.fds", "online.proto"), set("endpoint.fds", "net/endpoint.proto"));
    for order in [[&*online, &*endpoint], [&*endpoint, &*online]] {
        let schema = load(&order, &[]).unwrap();
        assert!(schema.warnings().is_empty(), "{:?}", schema.warnings());
        let (_, field) = schema.field_by_number(schema.find("net.Online").unwrap(), 2).unwrap();
        assert_eq!(field.message_type, schema.find("net.Endpoint"));
    }
}

/// All files with their imports.
fn whole(folder: &Path) -> FileDescriptorSet {
    let mut compiler = protox::Compiler::new([folder]).unwrap();
    compiler.include_imports(true).open_file("online.proto").unwrap();
    compiler.file_descriptor_set()
}

#[test]
fn a_set_with_its_imports_needs_nothing_else() {
    let folder = folder(&[("net/endpoint.proto", ENDPOINT), ("online.proto", ONLINE)]);
    let path = folder.path().join("whole.fds");
    fs::write(&path, whole(folder.path()).encode_to_vec()).unwrap();
    let schema = load(&[&path], &[]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "net.Online"]);
    assert!(schema.warnings().is_empty());
}

#[test]
fn a_type_that_one_source_knows_in_part_is_completed_by_another() {
    let folder = folder(&[("a/online.proto", ONLINE), ("b/net/endpoint.proto", ENDPOINT), ("b/online.proto", ONLINE)]);
    let (partial, full) = (folder.path().join("a/online.proto"), folder.path().join("b"));
    let schema = load(&[&partial, &full], &[]).unwrap();
    let online = schema.find("net.Online").unwrap();
    assert!(schema.field_by_number(online, 2).is_some());
}

#[test]
fn an_include_path_inside_a_folder_names_its_files() {
    let folder = folder(&[("src/net/endpoint.proto", ENDPOINT), ("src/online.proto", ONLINE)]);
    let schema = load(&[folder.path()], &[&folder.path().join("src")]).unwrap();
    assert_eq!(names(&schema), ["net.Endpoint", "net.Online"]);
    assert!(schema.warnings().is_empty(), "{:?}", schema.warnings());
}

#[test]
fn any_finds_the_well_known_types_whatever_is_imported() {
    let schema = Schema::from_text(
        "a.proto",
        "syntax = \"proto3\"; import \"google/protobuf/any.proto\"; message A { google.protobuf.Any any = 1; }",
    );
    assert!(schema.unwrap().find_full_name("google.protobuf.Duration").is_some());
}
