//! Ctrl-C as a flag: asked for at safe points, never acted upon half-way.
//!
//! The second Ctrl-C ends the process at once; what was being written is rolled back by the
//! next command.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use crate::error::ExitStatus;

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Starts to listen for Ctrl-C and for a request to end; called once, by the binary.
pub fn listen() -> io::Result<()> {
    let status = i32::from(ExitStatus::Interrupted.code());
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let flag = || Arc::clone(&REQUESTED);
        signal_hook::flag::register_conditional_shutdown(signal, status, flag())?;
        signal_hook::flag::register(signal, flag())?;
    }
    Ok(())
}

/// Whether the user asked to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
