//! Running code that nobody vouches for without a network.
//!
//! Uses `unshare` of util-linux: a network of its own, in which only the loopback device is
//! up, and a process table of its own, so that nothing it starts outlives it.

use std::ffi::OsString;
use std::process::Stdio;
use std::sync::OnceLock;

use super::command::spawnable;

/// Which network a program sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// The one of this process.
    #[default]
    Shared,
    /// Loopback only; refuses to run where that cannot be had.
    Loopback,
    /// Loopback only where that can be had; [`super::Output::isolated`] says whether it was.
    LoopbackIfPossible,
}

/// Brings the loopback device up, then becomes the program given as arguments.
const START: &str = "ip link set lo up 2>/dev/null; exec \"$@\"";

/// Ways to call `unshare`, the strictest first.
const WAYS: [&[&str]; 4] = [
    &["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"],
    &["unshare", "--net", "--pid", "--fork", "--kill-child"],
    &["unshare", "--user", "--map-root-user", "--net"],
    &["unshare", "--net"],
];

/// Whether programs can be cut off from the network on this system.
pub fn can_isolate() -> bool {
    way().is_some()
}

/// The words to put before a program, and whether they isolate it; `None` if it must not run.
pub(super) fn wrap(network: Network) -> Option<(Vec<OsString>, bool)> {
    let shared = (Vec::new(), false);
    match (network, way()) {
        (Network::Shared, _) | (Network::LoopbackIfPossible, None) => Some(shared),
        (Network::Loopback, None) => None,
        (Network::Loopback | Network::LoopbackIfPossible, Some(way)) => {
            let start = ["sh", "-c", START, "sh"];
            Some((way.iter().chain(&start).map(OsString::from).collect(), true))
        }
    }
}

/// The first way that works here, tried once.
fn way() -> Option<&'static [&'static str]> {
    static FOUND: OnceLock<Option<&'static [&'static str]>> = OnceLock::new();
    *FOUND.get_or_init(|| WAYS.into_iter().find(|way| works(way)))
}

fn works(way: &[&str]) -> bool {
    let Some((program, arguments)) = way.split_first() else {
        return false;
    };
    let mut command = spawnable(OsString::from(program));
    command.args(arguments).arg("true").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
