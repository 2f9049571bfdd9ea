//! `streams --dump`: the captured bytes of each direction, and what is not among them.

use super::captures::{ACK, From, connection, packet, pcap, segments};
use super::run::{Folder, deframe, line};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The files of a dump: bytes, and what stands beside them, by what their names have in common.
type Dumped = BTreeMap<String, (Vec<u8>, Value)>;

fn dumped(folder: &Path) -> Dumped {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let data = entries.filter(|path| path.extension().is_some_and(|end| end == "bin"));
    data.map(|path| {
        let sidecar = std::fs::read(path.with_extension("json")).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (stem, (std::fs::read(&path).unwrap(), serde_json::from_slice(&sidecar).unwrap()))
    })
    .collect()
}

/// Dumps a capture. The table is still there.
fn dump(capture: &str, options: &str) -> Dumped {
    let folder = Folder::new();
    let dir = folder.path().join("new/dir");
    let run = line(&format!("streams {capture} --dump {} {options}", dir.display()));
    let table = line(&format!("streams {capture} {}", options.replace("--fill-gaps", "")));
    assert_eq!((run.code, &run.stdout, &run.stderr), (0, &table.stdout, &table.stderr));
    dumped(&dir)
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key}: {value}"))
}

fn samples() -> Vec<String> {
    let paths = ["samples", "samples/faults"].map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = paths.into_iter().flatten().map(|entry| entry.unwrap().path().to_str().unwrap().to_owned());
    paths.filter(|path| path.contains(".pcap")).collect()
}

#[test]
fn each_direction_has_a_file_with_its_bytes_and_one_beside_it() {
    let folder = Folder::new();
    let said = [(From::Client, &b"one"[..]), (From::Server, b"two"), (From::Client, b"\0\xff")];
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    let files = dump(&path, "");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["0001_10.0.0.1.4000-10.0.0.2.8001.client", "0001_10.0.0.1.4000-10.0.0.2.8001.server"]);
    let (bytes, about) = &files[names[0]];
    assert_eq!(bytes, b"one\0\xff");
    let expected = serde_json::json!({
        "record": "stream", "schema_version": 1, "file": "0001_10.0.0.1.4000-10.0.0.2.8001.client.bin",
        "connection": 1, "client": "10.0.0.1:4000", "server": "10.0.0.2:8001", "direction": "client->server",
        "gaps": [], "file_len": 5, "first_offset": 0, "bytes": 5, "missing": 0, "captured": 5, "duplicate": 0, "late": 0,
        "packets": 6, "retransmissions": 0, "out_of_order": 0, "conflicting": 0,
        "first_packet": 4, "last_packet": 6,
        "first_time": "2023-11-14T22:13:20.003000000Z", "last_time": "2023-11-14T22:13:20.005000000Z",
        "syn": true, "fin": true, "rst": false, "state": "closed", "completeness": 31,
    });
    assert_eq!(about, &expected);
    assert_eq!(files[names[1]].0, b"two");
}

#[test]
fn whatever_is_wrong_with_a_capture_its_files_hold_what_was_captured_and_nothing_else() {
    for sample in samples() {
        let (plain, filled) = (dump(&sample, ""), dump(&sample, "--fill-gaps"));
        assert_eq!(plain.len(), 4, "{sample}");
        for (name, (bytes, about)) in &plain {
            let (filled, filled_about) = &filled[name];
            assert_eq!(bytes.len() as u64, number(about, "bytes"), "{sample} {name}");
            let parts = ["bytes", "duplicate", "late"].map(|key| number(about, key));
            assert_eq!(number(about, "captured"), parts.iter().sum::<u64>(), "{sample} {name}");
            let mut without_filler = filled.clone();
            let gaps = [about, filled_about].map(|about| about["gaps"].as_array().unwrap());
            let mut missing = 0;
            for (gap, filled_gap) in gaps[0].iter().zip(gaps[1]) {
                assert_eq!(number(gap, "file_offset") + missing, number(gap, "offset"), "{sample} {gap}");
                assert_eq!(number(gap, "offset"), number(filled_gap, "file_offset"), "{sample} {gap}");
                let at = number(gap, "file_offset") as usize;
                let zeros: Vec<u8> = without_filler.drain(at..at + number(gap, "len") as usize).collect();
                assert!(zeros.iter().all(|byte| *byte == 0), "{sample} {gap}");
                missing += number(gap, "len");
            }
            assert_eq!((&without_filler, missing), (bytes, number(about, "missing")), "{sample} {name}");
            assert_eq!(filled.len() as u64, number(filled_about, "file_len"), "{sample} {name}");
        }
    }
}

#[test]
fn a_hole_of_a_gigabyte_costs_no_gigabyte() {
    const LEN: u32 = 1 << 30;
    let folder = Folder::new();
    let ends = ["10.0.0.1:4000".parse().unwrap(), "10.0.0.2:8001".parse().unwrap()];
    let mut packets = connection("10.0.0.1:4000", "10.0.0.2:8001", &[(From::Client, b"here")]);
    packets.truncate(4);
    packets.push(packet(ends[0], ends[1], 1005 + LEN, 5001, ACK, b"there"));
    let path = folder.file("x.pcap", pcap(&packets));
    let dir = folder.path().join("dump");
    line(&format!("streams {path} --dump {} --fill-gaps", dir.display())).quiet();
    let file = dir.join("0001_10.0.0.1.4000-10.0.0.2.8001.client.bin");
    assert_eq!(std::fs::metadata(&file).unwrap().len(), u64::from(LEN) + 9);
    #[cfg(unix)]
    assert!(std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(&file).unwrap()) < 2048, "it is not sparse");
    let about: Value = serde_json::from_slice(&std::fs::read(file.with_extension("json")).unwrap()).unwrap();
    let gap = &about["gaps"][0];
    assert_eq!((number(gap, "len"), number(gap, "filler"), &gap["sparse"]), (LEN.into(), LEN.into(), &true.into()));
    let plain = dump(&path, "");
    assert_eq!(plain["0001_10.0.0.1.4000-10.0.0.2.8001.client"].0, b"herethere");
}

#[test]
fn thousands_of_connections_need_few_open_files() {
    let folder = Folder::new();
    let both = |port: u16, index: usize| {
        let said = [(From::Client, &b"ask"[..]), (From::Server, b"answer")];
        connection(&format!("10.0.0.1:{port}"), "10.0.0.2:8001", &said)[index].clone()
    };
    // All of them at once: first every handshake, at last every FIN.
    let packets: Vec<Vec<u8>> = (0..8)
        .flat_map(|index| (20_000..22_000).map(move |port| (port, index)))
        .map(|(port, index)| both(port, index))
        .collect();
    let path = folder.file("many.pcap", pcap(&packets));
    let dir = folder.path().join("dump");
    let script = format!("ulimit -n 100 && exec \"$0\" streams {path} --dump {}", dir.display());
    let output =
        std::process::Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_deframe")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = dumped(&dir);
    assert_eq!(files.len(), 4000);
    for (name, (bytes, about)) in files {
        assert_eq!(bytes, if name.ends_with("client") { &b"ask"[..] } else { b"answer" }, "{name} {about}");
    }
}

#[test]
fn ipv6_addresses_give_names_that_every_file_system_takes() {
    let folder = Folder::new();
    let said = [(From::Client, &b"one"[..])];
    let path = folder.file("x.pcap", pcap(&connection("[2001:db8::1]:4000", "[::1]:8001", &said)));
    let files = dump(&path, "");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["0001_2001_db8__1.4000-__1.8001.client"], "only who said something");
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::new();
    folder.file("dir/mine", "precious");
    let dir = folder.path().join("dir");
    let error = line(&format!("streams samples/kv.pcap --dump {}", dir.display())).failure(1);
    assert!(error.contains("is not empty\nhint: give a new or an empty one"), "{error}");
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1);
    let file = dir.join("mine");
    let error = line(&format!("streams samples/kv.pcap --dump {}", file.display())).failure(1);
    assert!(error.contains("is a file, and --dump needs a folder"), "{error}");
    assert_eq!(std::fs::read(file).unwrap(), b"precious");
    let error = line(&format!("streams nowhere.pcap --dump {}/new", dir.display())).failure(1);
    assert!(error.contains("cannot read nowhere.pcap") && !dir.join("new").exists(), "{error}");
}

#[test]
fn filters_choose_what_is_dumped() {
    let names = |options: &str| -> Vec<String> {
        dump("samples/star_network.pcap", options).into_keys().map(|name| name[..4].to_owned()).collect()
    };
    assert_eq!(names("--connection 2"), ["0002", "0002"]);
    assert_eq!(names("--port 50536"), ["0002", "0002"], "numbers stay");
    let folder = Folder::new();
    let first = segments("10.0.0.1:1", "10.0.0.2:2", &[(From::Client, ACK, b"a"), (From::Client, ACK, b"b")]);
    let path = folder.file("x.pcap", pcap(&first));
    let (bytes, about) = dump(&path, "--from +0.001").into_values().next().unwrap();
    assert_eq!(
        (bytes.as_slice(), about["first_offset"].as_u64(), about["bytes"].as_u64()),
        (&b"b"[..], Some(1), Some(2))
    );
    assert_eq!(deframe(["streams", &path, "--fill-gaps"]).code, 2, "nothing to fill without a dump");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_told() {
    let folder = Folder::new();
    let path = folder.file("taken", b"mine");
    let run = line(&format!("streams samples/kv.pcap --dump {path}"));
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("is a file, and --dump needs a folder\n"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: give the name of a new or an empty folder"), "{}", run.stderr);
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}
