//! A process together with everything that it starts.
//!
//! wrangler starts workerd and esbuild, cargo starts rustc: ending the first
//! must end them all. On Unix each family is a process group of its own. So
//! Ctrl-C at a terminal does not reach it either: [`crate::interrupt`] ends
//! families in an orderly way, whoever got the signal.

#[cfg(unix)]
pub(crate) use unix::Family;
#[cfg(not(unix))]
pub(crate) use windows::Family;

#[cfg(unix)]
mod unix {
    use std::{
        os::unix::process::CommandExt as _,
        process::{Child, Command},
    };

    use rustix::{
        io,
        process::{
            Pid, Signal, kill_process, kill_process_group, test_kill_process,
            test_kill_process_group,
        },
    };

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Family {
        /// The process group that this process leads.
        Own(Pid),
        /// A process that stays in this program's group, to share its terminal.
        Shared(Pid),
        /// A process that no signal can be sent to.
        Unknown,
    }

    impl Family {
        /// Makes the process of `command` the first of a family.
        pub(crate) fn prepare(command: &mut Command) {
            command.process_group(0);
        }

        /// The family of a child that was prepared.
        pub(crate) fn of(child: &Child) -> Self {
            pid(child).map_or(Self::Unknown, Self::Own)
        }

        /// The family of a child that was not.
        pub(crate) fn shared(child: &Child) -> Self {
            pid(child).map_or(Self::Unknown, Self::Shared)
        }

        /// Asks every member to end.
        pub(crate) fn ask_to_end(self) {
            let _ = self.signal(Signal::TERM);
        }

        /// Ends every member, asked or not, stopped or stuck.
        pub(crate) fn end(self) {
            let _ = self.signal(Signal::KILL);
        }

        /// Whether no member is left.
        pub(crate) fn is_gone(self) -> bool {
            match self {
                Self::Own(leader) => test_kill_process_group(leader).is_err(),
                Self::Shared(process) => test_kill_process(process).is_err(),
                Self::Unknown => true,
            }
        }

        /// Fails only when nobody is left, which is what is wanted.
        fn signal(self, signal: Signal) -> io::Result<()> {
            match self {
                Self::Own(leader) => kill_process_group(leader, signal),
                Self::Shared(process) => kill_process(process, signal),
                Self::Unknown => Ok(()),
            }
        }
    }

    fn pid(child: &Child) -> Option<Pid> {
        i32::try_from(child.id()).ok().and_then(Pid::from_raw)
    }
}

#[cfg(not(unix))]
mod windows {
    use std::process::{Child, Command, Stdio};

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Family(u32);

    impl Family {
        /// Windows knows a process's children without preparation.
        pub(crate) fn prepare(_command: &mut Command) {}

        /// The family of a child that was prepared.
        pub(crate) fn of(child: &Child) -> Self {
            Self(child.id())
        }

        /// The family of a child that was not.
        pub(crate) fn shared(child: &Child) -> Self {
            Self::of(child)
        }

        /// A console program cannot be asked, so this ends it.
        pub(crate) fn ask_to_end(self) {
            self.end();
        }

        /// Ends every member.
        pub(crate) fn end(self) {
            let _ = Command::new("taskkill")
                .args(["/T", "/F", "/PID", &self.0.to_string()])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }

        /// `taskkill` waits for what it ends.
        pub(crate) fn is_gone(self) -> bool {
            true
        }
    }
}
