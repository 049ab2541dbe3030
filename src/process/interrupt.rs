//! Ctrl-C: ends the process at once, except where something has to be put in order first.
//!
//! While a [`Hold`] exists (files are being written, a program is running, a prompt has the
//! terminal), Ctrl-C only sets a flag, and the holder stops at the next safe point. A second
//! Ctrl-C ends the process in any case; what was being written then is rolled back by the
//! next command.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use crate::error::ExitStatus;

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static IDLE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));
static HOLDS: AtomicUsize = AtomicUsize::new(0);

/// Keeps Ctrl-C from ending the process while it exists.
#[derive(Debug)]
pub struct Hold(());

/// Starts to listen for Ctrl-C and for a request to end; called once, by the binary.
pub fn listen() -> io::Result<()> {
    let status = i32::from(ExitStatus::Interrupted.code());
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        for condition in [&*IDLE, &*REQUESTED] {
            let condition = Arc::clone(condition);
            signal_hook::flag::register_conditional_shutdown(signal, status, condition)?;
        }
        signal_hook::flag::register(signal, Arc::clone(&REQUESTED))?;
    }
    Ok(())
}

/// Whether the user asked to stop while something was held.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// From now until the result is dropped, Ctrl-C is a request and not an end.
pub fn hold() -> Hold {
    HOLDS.fetch_add(1, Ordering::SeqCst);
    IDLE.store(false, Ordering::SeqCst);
    Hold(())
}

impl Drop for Hold {
    fn drop(&mut self) {
        if HOLDS.fetch_sub(1, Ordering::SeqCst) == 1 {
            IDLE.store(true, Ordering::SeqCst);
        }
    }
}
