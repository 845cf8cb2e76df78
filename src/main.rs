//! The `aakit` program: everything it does is in the library, see [`aakit::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    aakit::cli::main()
}
