//! Numbers that were handed out before a history begins. So it crosses from one page or directory
//! of the position index to the next.

use serde_json::{Value, json};
use waitlist_domain::line::position_index::{Bitmap, Location, NUMBERS_PER_PAGE, PAGES_PER_DIRECTORY};

use super::world::World;

/// Makes every line continue with the plan's first number, with all earlier numbers unused and
/// gone. Full pages are not stored, because nobody reads them.
pub(super) async fn hand_out(world: &mut World) {
    let lines: Vec<String> = world.mirror.lines.keys().cloned().collect();
    for name in lines {
        let first = world.plan.first_number;
        let line = world.mirror.lines.entry(name.clone()).or_default();
        line.lanes.entry(String::new()).or_default().first_number = first;
        let Some(numbers) = &line.numbers else { continue };
        let (max_size, is_open) = (numbers.max_size, numbers.open);
        for item in items(&name, first) {
            world.put(item).await;
        }
        let mut item = json!({
            "pk": format!("NUMBERS#{name}"), "sk": "NUMBERS", "next": first, "gone": first - 1, "open": is_open,
            "limit": first - 1 + max_size, "max_size": max_size, "issued": first - 1, "event_version": 1,
            "unconfirmed": 0, "resolved": 0, "to_confirm": 0,
        });
        if is_open {
            item["due_shard"] = json!("LINES");
            item["due_at"] = json!(world.now());
        }
        set_counts(&mut item, 'g', &[(0, first - 1)]);
        world.put(item).await;
    }
}

fn items(name: &str, first: u64) -> Vec<Value> {
    let pk = format!("RANK#{name}");
    let last = Location::of(first - 1);
    let mut bitmap = Bitmap::default();
    (0..=last.bit).for_each(|bit| {
        bitmap.insert(bit);
    });
    let bits: Vec<u8> = bitmap.as_bytes().to_vec();
    let page = json!({ "pk": pk, "sk": format!("PAGE#{}", last.page), "gone": bits, "unused": bits });
    let mut items = vec![page, json!({ "pk": pk, "sk": "AUDIT", "audited": first - 1 })];
    let counts: Vec<(u64, u64)> =
        (0..=last.page).map(|page| (page, if page == last.page { last.bit + 1 } else { NUMBERS_PER_PAGE })).collect();
    assert!(last.page < PAGES_PER_DIRECTORY, "early numbers fill one directory at most");
    for mark in ["gone", "unused"] {
        let mut directory = json!({ "pk": pk, "sk": format!("DIRECTORY#{mark}#0"), "total": first - 1 });
        set_counts(&mut directory, 'c', &counts);
        items.push(directory);
    }
    let mut root = json!({ "pk": pk, "sk": "ROOT#unused", "total": first - 1 });
    set_counts(&mut root, 'c', &[(0, first - 1)]);
    items.push(root);
    items
}

fn set_counts(item: &mut Value, prefix: char, counts: &[(u64, u64)]) {
    for (child, count) in counts {
        item[format!("{prefix}{child}")] = json!(count);
    }
}
