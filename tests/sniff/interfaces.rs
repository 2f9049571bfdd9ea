//! `deframe interfaces`, and which interface is taken where none is named.

use crate::rig::{Sniffer, deframe, is_root, records, sh};
use serde_json::json;

#[test]
fn interfaces_are_listed_with_their_addresses_and_whether_they_can_be_opened() {
    if !is_root("interfaces_are_listed") {
        return;
    }
    sh("ip link add dflist type veth peer name dflistp");
    let (text, json) = (deframe(&["interfaces", "--width", "120"]), deframe(&["interfaces", "-f", "json"]));
    sh("ip link del dflist");
    let line =
        |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
    assert!(line("lo ").contains("up") && line("lo ").contains("Ethernet") && line("lo ").contains("127.0.0.1/8"));
    assert!(line("lo ").trim_end().ends_with("yes"), "{text}");
    assert!(line("dflist ").contains("down") && line("dflist ").trim_end().ends_with("not up"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    let all = records(&json);
    let lo = all.iter().find(|record| record["name"] == "lo").unwrap();
    assert_eq!((&lo["link"], &lo["up"], &lo["loopback"]), (&json!("Ethernet"), &json!(true), &json!(true)));
    assert!(lo["addresses"].as_array().unwrap().contains(&json!("127.0.0.1/8")) && lo.get("refused").is_none());
    let down = all.iter().find(|record| record["name"] == "dflist").unwrap();
    assert_eq!((&down["link"], &down["up"]), (&json!(null), &json!(false)));
    assert!(down["refused"].as_str().unwrap().contains("not up"), "{down}");
}

#[test]
fn the_interface_is_the_one_that_leads_to_the_host() {
    if !is_root("the_interface_is_the_one_that_leads_to_the_host") {
        return;
    }
    sh("ip link add dfroute type veth peer name dfroutep");
    sh("ip addr add 198.51.100.1/24 dev dfroute && ip link set dfroute up && ip link set dfroutep up");
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("far.toml");
    std::fs::write(&profile, "name = \"far\"\nhost = \"198.51.100.7\"\nframe = \"u32be\"\n").unwrap();
    let profile = profile.to_str().unwrap();
    let cases: [(&[&str], &str); 4] = [
        (
            &["--profile", profile],
            "capturing on dfroute (Ethernet), which leads to the host 198.51.100.7 of the profile far",
        ),
        (
            &["--host", "198.51.100.9"],
            "capturing on dfroute (Ethernet), which leads to the host 198.51.100.9 of --host",
        ),
        (&["--host", "198.51.100.1"], "capturing on lo (Ethernet), which leads to the host 198.51.100.1 of --host"),
        (&["--profile", profile, "-i", "lo"], "capturing on lo (Ethernet); as"),
    ];
    let said = cases.map(|(args, _)| Sniffer::start(&[args, &["--json"]].concat()).stop().stderr);
    sh("ip link del dfroute");
    for ((args, expected), said) in cases.iter().zip(said) {
        assert!(said.contains(expected), "{args:?}: {said}");
    }
}
