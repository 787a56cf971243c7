//! Where a crawl may go: the hosts of its profile, and never a private address. Pure; the fetcher asks it for every
//! URL, every hop of a redirect, and for every address right before it connects.

mod address;
mod hosts;
mod opened;

pub use address::is_public_address;
pub use hosts::{HostError, OutOfScope, Scope};
pub use opened::{OpenError, Opened};
