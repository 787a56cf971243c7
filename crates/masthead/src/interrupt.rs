//! Ctrl-C: the first ends the crawl cleanly, the second at once.

use std::thread;

use masthead_driver::Stop;

use crate::output;

/// Bash's convention: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// Listens on a thread of its own, for as long as the program runs.
pub(crate) fn listen(stop: Stop) {
    let listener = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            output::say("stopping: what is under way is finished; Ctrl-C again ends at once, and nothing is lost either");
            stop.stop();
            if tokio::signal::ctrl_c().await.is_ok() {
                leave();
            }
        });
    };
    // Without a listener the first Ctrl-C ends the program, which loses nothing.
    drop(thread::Builder::new().name("ctrl-c".to_owned()).spawn(listener));
}

#[expect(
    clippy::exit,
    reason = "the second Ctrl-C ends the program at once; the state survives it as it survives a kill"
)]
fn leave() {
    std::process::exit(INTERRUPTED);
}
