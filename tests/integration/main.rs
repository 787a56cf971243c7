//! Tests of the whole program.

mod check;
mod cli;
mod docs;
mod doctor;
mod extract;
mod import;
mod kill;
#[cfg(target_os = "linux")]
mod live;
mod offline;
mod profiles;
mod program;
mod readme;
mod robots;
mod try_page;
