//! What a process costs, as the kernel counts it.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// The kernel's clock ticks, in which `/proc` counts processor time, are hundredths of a second (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);
/// How often the peak is read: what is allocated in a process's last moment may be missed.
const GLANCE: Duration = Duration::from_millis(20);

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// In user and system mode, all threads.
    pub(crate) processor: Duration,
    /// From start to end.
    pub(crate) wall: Duration,
    /// The highest resident set, in MB.
    pub(crate) peak: f64,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Cost {
    let before = of_children();
    let began = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut peak = 0.0;
    let status = loop {
        peak = high_water(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        std::thread::sleep(GLANCE);
    };
    let wall = began.elapsed();
    assert!(status.success(), "{command:?} ended with {status}");
    Cost { processor: of_children() - before, wall, peak }
}

/// The processor time of all children that have ended and were waited for.
fn of_children() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").expect("/proc: the benchmark needs Linux");
    // The second field is the program's name in brackets, and may hold spaces. See proc_pid_stat(5): cutime and cstime
    // are the fields 16 and 17.
    let (_, fields) = text.rsplit_once(')').expect("a name");
    let ticks = fields.split_whitespace().skip(13).take(2).map(|field| field.parse::<u32>().expect("ticks"));
    TICK * ticks.sum()
}

fn high_water(process: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1_000_000.0)
}
