//! Whether a port is free.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
};

use anyhow::{Result, bail};

/// Fails with one clear line when nothing can be served on `port`.
pub(crate) fn check(port: u16) -> Result<()> {
    for address in loopback(port) {
        let Err(error) = TcpListener::bind(address) else {
            continue;
        };
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                let owner = owner(port)
                    .map(|owner| format!(" by {owner}"))
                    .unwrap_or_default();
                bail!("port {port} is taken{owner}; use --port N");
            }
            io::ErrorKind::PermissionDenied => {
                bail!("port {port} may not be used without privileges; use --port N");
            }
            // A machine without IPv6 is no reason not to serve.
            _ => {}
        }
    }
    Ok(())
}

/// A port that is free now.
pub(crate) fn free() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

fn loopback(port: u16) -> [SocketAddr; 2] {
    [
        (Ipv4Addr::LOCALHOST, port).into(),
        (Ipv6Addr::LOCALHOST, port).into(),
    ]
}

/// The program that listens on `port`, where the system shows it.
#[cfg(target_os = "linux")]
fn owner(port: u16) -> Option<String> {
    let socket = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .find_map(|table| listening_socket(&table, port))?;
    let link = format!("socket:[{socket}]");
    let processes = std::fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    for process in processes {
        // `self` and `thread-self` are there beside the numbers.
        if process
            .file_name()
            .to_string_lossy()
            .parse::<u32>()
            .is_err()
        {
            continue;
        }
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let mut targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        if targets.any(|target| target.as_os_str() == link.as_str()) {
            let name = std::fs::read_to_string(process.path().join("comm")).ok()?;
            return Some(format!(
                "{} ({})",
                name.trim(),
                process.file_name().to_string_lossy()
            ));
        }
    }
    None
}

#[cfg(not(target_os = "linux"))]
fn owner(_port: u16) -> Option<String> {
    None
}

/// The inode of the socket that listens on `port`, in a table as of `/proc/net/tcp`.
#[cfg(target_os = "linux")]
fn listening_socket(table: &str, port: u16) -> Option<String> {
    const LISTENING: &str = "0A";
    let port = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let mut columns = line.split_whitespace();
        let is_here = columns.nth(1)?.ends_with(&port) && columns.nth(1)? == LISTENING;
        if is_here {
            columns.nth(5).map(str::to_owned)
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_told() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let told = check(port).unwrap_err().to_string();
        assert!(told.starts_with(&format!("port {port} is taken")), "{told}");
        assert!(told.ends_with("; use --port N"), "{told}");
        #[cfg(target_os = "linux")]
        assert!(
            told.contains(&format!("({})", std::process::id())),
            "{told}"
        );
        drop(listener);
    }

    /// Whoever else wants any port may be given one that was just let go of.
    #[test]
    fn a_free_port_is_not_told() {
        let let_go = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            listener.local_addr().unwrap().port()
        };
        let told: Vec<String> = (0..10)
            .map_while(|_| check(let_go()).err())
            .map(|error| error.to_string())
            .collect();
        assert!(told.len() < 10, "{told:?}");
    }
}
