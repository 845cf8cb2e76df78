//! aakit against a real kernel. Debian's cloud kernel has AppArmor on; QEMU boots it without KVM, and an `init` script
//! runs the scenarios: the shell scripts in the folders beside this file, one for each thing that must hold. Each is a
//! test of its own here; those of one folder share a machine.

#![allow(clippy::unwrap_used, reason = "what fails fails the test")]

mod archive;
#[path = "../common/mod.rs"]
mod common;
mod machine;
mod questions;
mod transitions;

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
    a_success_that_is_none_is_found_out,
    complain_allows_and_logs,
    includes_stay_relative_to_the_current_directory,
    kill_during_a_hanging_parser,
    load_docker_default,
    load_small_profile,
    names_are_taken_as_they_are,
    namespaces_are_made_used_and_removed,
    remove_by_file_and_name,
    replace_changes_the_outcome,
    the_readme_step_by_step,
);

machine!(access:
    docker_default,
    hardened_closes_the_hole,
    the_three_engines_differ,
);

machine!(status:
    containers_show_by_their_group,
    doctor_finds_what_is_missing,
    json_has_what_aa_status_has,
    loaded_answers_by_exit_code,
    processes_in_words,
    unconfined_programs_with_a_profile_on_disk,
);

machine!(faults:
    five_hundred_profiles,
    killed_at_random_in_200_loads,
    no_room_on_tmpfs,
    parsers_that_misbehave,
    two_loaders_at_once,
    what_is_missing_is_named,
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
