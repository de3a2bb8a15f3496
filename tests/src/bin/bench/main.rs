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
        let n = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(50_000);
        let t = std::time::Instant::now();
        waitlist.load(n);
        println!("{:?} {:?}", t.elapsed(), t.elapsed() / n as u32);
        println!(
            "{}",
            std::fs::read_to_string("/proc/self/status")
                .expect("x")
                .lines()
                .filter(|l| l.starts_with("VmHWM"))
                .collect::<String>()
        );
        let t = std::time::Instant::now();
        let (p, c) = waitlist.metered.measure(waitlist.position(n)).await;
        println!("{p:?} {c:?} {:?}", t.elapsed());
        let t = std::time::Instant::now();
        let numbers: Vec<u64> = (1..n).step_by(10).collect();
        waitlist.leave(&numbers).await;
        println!("leave {:?}", t.elapsed());
    });
}
