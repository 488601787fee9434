//! What the system knows of a process: the CPU time and the memory it took.
//!
//! Time on the clock depends on who else uses the machine; CPU time hardly does.

use std::{fs, time::Duration};

/// User and system time of all its threads so far. `None` where the system
/// does not say.
pub(crate) fn time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let ticks = ticks(&stat)?;
    let per_second = rustix::param::clock_ticks_per_second();
    let nanos = u128::from(ticks)
        .checked_mul(1_000_000_000)?
        .checked_div(u128::from(per_second))?;
    Some(Duration::from_nanos(u64::try_from(nanos).ok()?))
}

/// The fields 14 and 15 of proc(5). The name, in brackets, may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

/// The memory that it has now, in bytes.
pub(crate) fn memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_found_behind_any_name() {
        let stat = "42 (a) b (c) R 1 2 3 4 5 6 7 8 9 10 300 20 13 14 15";
        assert_eq!(ticks(stat), Some(320));
        assert_eq!(ticks("42 (short) R 1"), None);
        assert_eq!(ticks(""), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_time_and_memory() {
        assert!(time(std::process::id()).is_some());
        assert!(memory(std::process::id()).unwrap() > 0);
    }
}
