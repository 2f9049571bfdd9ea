//! A build without the feature `live`: everything works but `--filter`, which says how to get it.

use super::run::deframe;

#[test]
fn the_filter_says_how_to_get_it() {
    for command in ["analyze", "export", "streams"] {
        let error = deframe([command, "samples/star_network.pcap", "--filter", "tcp"]).failure(2);
        assert!(
            error.contains("error: this deframe was built without --filter\nhint: build it with libpcap"),
            "{error}"
        );
        assert!(error.contains("--host, --port, --from, --to"), "{error}");
    }
}
