//! Lots, compared with `tools/draw.py`, which shares no code with ours.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use waitlist_domain::line::draw::{Lot, Seed};
use waitlist_domain::values::identifier::{EntryId, TierId};
use waitlist_tests::Random;

const DRAWS: usize = 10_000;
const TIERS: [&str; 3] = ["vip", "loyalty", "general"];

struct Somebody {
    id: EntryId,
    tier: Option<TierId>,
}

fn tier(name: &str) -> TierId {
    TierId::parse(name).expect("valid")
}

fn bits<const LENGTH: usize>(random: &mut Random) -> [u8; LENGTH] {
    std::array::from_fn(|_| u8::try_from(random.below(256)).expect("below 256"))
}

/// A draw as the script takes it, and the ids in our order.
fn random_draw(random: &mut Random) -> (Value, Value) {
    let seed = Seed::from_bits(bits(random));
    let tiers: Vec<TierId> = TIERS[..random.below(4)].iter().map(|name| tier(name)).collect();
    let somebody = |random: &mut Random| Somebody {
        id: EntryId::from_bits(bits(random)),
        tier: TIERS.get(random.below(4)).map(|name| tier(name)),
    };
    let mut people: Vec<Somebody> = (0..random.below(12)).map(|_| somebody(random)).collect();
    let entries: Vec<Value> = people
        .iter()
        .map(|person| json!({"entryId": person.id.as_str(), "tier": person.tier.as_ref().map(TierId::as_str)}))
        .collect();
    let tier_names: Vec<&str> = tiers.iter().map(TierId::as_str).collect();
    let wanted = json!({"seed": seed.as_str(), "tiers": tier_names, "entries": entries});
    // The table keeps lots in this order.
    people.sort_by_cached_key(|person| Lot::of(&seed, &tiers, &person.id, person.tier.as_ref()).to_string());
    (wanted, people.iter().map(|person| person.id.as_str()).collect())
}

#[test]
fn drawing_again_gives_the_same_order() {
    let random = &mut Random::new(1);
    let draws: Vec<(Value, Value)> = (0..DRAWS).map(|_| random_draw(random)).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/draw.py");
    let mut child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python is installed: the README asks for it");
    let lines: String = draws.iter().map(|(wanted, _)| format!("{wanted}\n")).collect();
    let mut stdin = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it does not panic").expect("the script reads all");
    assert!(output.status.success());
    let drawn = String::from_utf8(output.stdout).expect("ids");
    assert_eq!(drawn.lines().count(), DRAWS);
    for ((wanted, ours), theirs) in draws.iter().zip(drawn.lines()) {
        assert_eq!(&serde_json::from_str::<Value>(theirs).expect("JSON"), ours, "{wanted}");
    }
}
