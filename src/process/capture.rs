//! What a program writes, up to a limit: the beginning and the end, not the middle.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a pipe may stay open after its program has ended: somebody inherited it.
const GRACE: Duration = Duration::from_secs(1);

/// One stream of a program that is read in the background.
#[derive(Debug)]
pub(super) struct Capture {
    kept: Arc<Mutex<Kept>>,
    done: Receiver<()>,
}

#[derive(Debug, Default)]
struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: bool,
}

impl Capture {
    /// Reads `stream` to its end, keeping at most `limit` bytes.
    pub(super) fn start(stream: Option<impl Read + Send + 'static>, limit: usize) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (sender, done) = channel();
        if let Some(stream) = stream {
            let shared = Arc::clone(&kept);
            thread::spawn(move || read(stream, &shared, limit / 2, &sender));
        }
        Self { kept, done }
    }

    /// The bytes, and whether some were left out.
    pub(super) fn finish(self) -> (Vec<u8>, bool) {
        // Whether it ended or not: what came so far is what there is.
        let _ = self.done.recv_timeout(GRACE);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = std::mem::take(&mut kept.head);
        bytes.extend(std::mem::take(&mut kept.tail));
        (bytes, kept.dropped)
    }
}

fn read(mut stream: impl Read, kept: &Mutex<Kept>, half: usize, done: &Sender<()>) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(&buffer[..length], half);
    }
    // The receiver is gone when nobody waits any more.
    let _ = done.send(());
}

impl Kept {
    fn push(&mut self, bytes: &[u8], half: usize) {
        let free = half.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(free);
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(half);
        self.dropped |= excess > 0;
        self.tail.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let (all, whole) = Capture::start(Some(&b"abcdef"[..]), 6).finish();
        let (ends, cut) = Capture::start(Some(&b"abcdefgh"[..]), 4).finish();

        assert_eq!((all.as_slice(), whole), (&b"abcdef"[..], false));
        assert_eq!((ends.as_slice(), cut), (&b"abgh"[..], true));
    }
}
