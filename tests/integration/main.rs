//! Tests of the whole program.

mod cli;
mod extract;
mod kill;
mod offline;
mod profiles;
mod program;
