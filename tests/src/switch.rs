//! A fixed address for a process that is started again on another port.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::client::Door;

/// Passes connections on to where the door leads at that moment.
#[derive(Debug)]
pub struct Switch {
    port: u16,
    stopped: Arc<AtomicBool>,
}

impl Switch {
    /// Listens until it is dropped.
    ///
    /// # Panics
    /// When this machine has no free port.
    #[must_use]
    pub fn start(door: Door) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener
            .local_addr()
            .expect("the port that was bound")
            .port();
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                // Nobody there: the connection closes, as it would without a switch.
                if let Ok(far) = TcpStream::connect(("127.0.0.1", door.port())) {
                    let _ = pair(near, far);
                }
            }
        });
        Self { port, stopped }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it should stop.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn pair(near: TcpStream, far: TcpStream) -> io::Result<()> {
    for stream in [&near, &far] {
        stream.set_nodelay(true)?;
    }
    let ways = [(near.try_clone()?, far.try_clone()?), (far, near)];
    for (mut from, mut to) in ways {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    Ok(())
}
