//! probe
#![expect(dead_code, reason = "probe")]
mod aws_rules;
mod line;
mod metered;

#[expect(clippy::print_stdout, reason = "probe")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("x");
    runtime.block_on(async {
        let mut waitlist = line::Waitlist::sold_out(["camp", "camper"]).await;
        let n: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(50_000);
        let t = std::time::Instant::now();
        let mut x = 0;
        for i in 1..n { x += waitlist.waiting_json(i).len(); }
        println!("json {x} {:?}", t.elapsed() / n as u32);
        let t = std::time::Instant::now();
        for i in 1..n { x += line::body(&waitlist.waiting_json(i)); }
        println!("json and read {x} {:?}", t.elapsed() / n as u32);
        let t = std::time::Instant::now();
        waitlist.load(n);
        println!("all {:?}", t.elapsed() / n as u32);
    });
}
