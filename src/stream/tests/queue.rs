//! What waits behind holes, and how much of it.

use super::script::Player;
use crate::limits::PENDING_SEGMENTS;

#[test]
fn too_many_segments_behind_a_hole_make_it_a_gap() {
    let mut player = Player::default();
    player.play("c syn");
    for index in 0..PENDING_SEGMENTS {
        player.play(&format!("c {} \"x\"", 2 * index + 1));
    }
    assert_eq!(player.events.text, "");
    player.play("c 9000 \"y\"");
    assert_eq!(player.events.text, "c 0 gap of 1 QueueFull p2\nc 1 \"x\" p2\n");
}

#[test]
fn the_oldest_pending_packet_is_known_at_any_time() {
    let mut player = Player::default();
    let oldest = |player: &mut Player, script: &str| player.play(script).streams.oldest_pending();
    assert_eq!(oldest(&mut player, "c syn"), None);
    assert_eq!(oldest(&mut player, "c 6 \"ghi\""), Some(2));
    assert_eq!(oldest(&mut player, "c 3 \"def\""), Some(2));
    assert_eq!(oldest(&mut player, "c2 syn"), Some(2));
    assert_eq!(oldest(&mut player, "c2 2 \"c\""), Some(2));
    assert_eq!(oldest(&mut player, "c 0 \"abc\""), Some(5));
    assert_eq!(oldest(&mut player, "c2 0 \"ab\""), None);
}
