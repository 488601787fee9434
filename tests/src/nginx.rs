//! A real nginx with the configuration of `examples/nginx`.

use std::{
    fs::{self, File},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{Door, deadline, locate};

/// A running nginx; dropping it ends it.
#[derive(Debug)]
pub struct Nginx {
    child: Child,
    folder: TempDir,
    /// Where it answers.
    pub door: Door,
}

impl Nginx {
    /// Starts it before `api`, asking `keyway` with this credential. Both are
    /// origins.
    ///
    /// # Panics
    /// When it does not come up, or the example lacks what is to be replaced.
    #[must_use]
    pub fn start(api: &str, keyway: &str, credential: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let example = locate::project().join("examples/nginx/keyway.conf");
        let mut server = fs::read_to_string(example).expect("the example");
        for (what, with) in [
            ("listen 8080", format!("listen 127.0.0.1:{port}")),
            ("http://127.0.0.1:3000", api.to_owned()),
            ("https://keyway.example.com", keyway.to_owned()),
            ("KEYWAY_VERIFIER", credential.to_owned()),
        ] {
            assert_eq!(server.matches(what).count(), 1, "{what}");
            server = server.replace(what, &with);
        }
        let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {name};\n"))
            .concat();
        let config = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\naccess_log off;\n{paths}{server}}}\n"
        );
        fs::write(folder.path().join("nginx.conf"), config).expect("a configuration");
        let log = File::create(folder.path().join("log")).expect("a log file");
        let child = Command::new(program())
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "stderr"])
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nginx starts");
        let door = Door::default();
        door.open(port);
        let mut nginx = Self {
            child,
            folder,
            door,
        };
        deadline::eventually("nginx listens", deadline::START, || {
            let ended = nginx.child.try_wait().expect("its state");
            assert!(ended.is_none(), "nginx ended: {}", nginx.log());
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        nginx
    }

    /// What it told its operator.
    ///
    /// # Panics
    /// When that cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("the log of nginx")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// nginx cannot say which one it was given.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn program() -> PathBuf {
    let named = std::env::var_os("KEYWAY_NGINX");
    named.map_or_else(|| PathBuf::from("nginx"), PathBuf::from)
}
