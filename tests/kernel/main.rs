//! aakit against a real kernel. Debian's cloud kernel has AppArmor on; QEMU boots it without KVM, and an `init` script
//! runs the scenarios: the shell scripts in the folders beside this file, one for each thing that must hold. Each is a
//! test of its own here; those of one folder share a machine.

mod archive;
#[path = "../common/mod.rs"]
mod common;
mod machine;

use machine::{Record, Tools};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

type Records = Option<BTreeMap<String, Record>>;

/// Declares a machine and a test for each of its scenarios.
macro_rules! machine {
    ($group:ident: $($scenario:ident),+ $(,)?) => {
        mod $group {
            use super::*;

            static RECORDS: LazyLock<Records> = LazyLock::new(|| boot(stringify!($group)));

            $(
                #[test]
                fn $scenario() {
                    check(&RECORDS, stringify!($scenario));
                }
            )+

            #[test]
            fn every_script_is_a_test() {
                let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel").join(stringify!($group));
                let mut scripts: Vec<String> = std::fs::read_dir(dir)
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".sh").to_owned())
                    .collect();
                scripts.sort();
                let mut tests = vec![$(stringify!($scenario).to_owned()),+];
                tests.sort();
                assert_eq!(scripts, tests);
            }
        }
    };
}

machine!(basic:
    a_refused_load_changes_nothing,
    complain_allows_and_logs,
    includes_stay_relative_to_the_current_directory,
    kill_during_a_hanging_parser,
    load_docker_default,
    load_small_profile,
    remove_by_file_and_name,
    replace_changes_the_outcome,
);

fn boot(group: &str) -> Records {
    match Tools::find() {
        Ok(tools) => Some(machine::run(&tools, group)),
        Err(missing) => {
            println!("the machine `{group}` lacks {missing}");
            None
        }
    }
}

#[track_caller]
fn check(records: &Records, scenario: &str) {
    let Some(records) = records else { return common::skip(scenario, "kernel") };
    let Some(record) = records.get(scenario) else { panic!("the machine never ran `{scenario}`") };
    assert_eq!(record.code, Some(0), "`{scenario}` failed:\n{}", record.output);
}
