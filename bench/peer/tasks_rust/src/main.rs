// A line on stdin is a pass over stat of all processes and threads by the procfs crate, answered by its nanoseconds and its threads.
use std::io::BufRead;
use std::time::Instant;

fn pass() -> usize {
    let mut processes = Vec::new();
    let mut threads = Vec::new();
    for process in procfs::process::all_processes().expect("/proc").flatten() {
        // What is gone meanwhile is left out.
        let Ok(stat) = process.stat() else { continue };
        processes.push(stat);
        let Ok(tasks) = process.tasks() else { continue };
        threads.extend(tasks.flatten().filter_map(|task| task.stat().ok()));
    }

    std::hint::black_box(&processes);
    threads.len()
}

fn main() {
    for _ in std::io::stdin().lock().lines() {
        let before = Instant::now();
        let count = pass();
        println!("{} {}", before.elapsed().as_nanos(), count);
    }
}
