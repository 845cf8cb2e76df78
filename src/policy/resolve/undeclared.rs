//! Variables that nothing declares: each is told once, with how often it is used, and those of one tunables file together. The
//! include that is missing is one mistake, however many rules of `abstractions/base` need it.

use crate::diagnostic::Diagnostic;
use crate::policy::conditional::tunable;
use std::collections::HashMap;

/// How many of the other variables are named.
const NAMED: usize = 5;

/// What has been told of undeclared variables.
#[derive(Debug, Default)]
pub(super) struct Undeclared {
    /// By the tunables file that declares the variable, or by its own name.
    told: HashMap<Vec<u8>, Told>,
}

#[derive(Debug)]
struct Told {
    /// Which diagnostic says so.
    index: usize,
    /// The variables, in the order of their first use.
    names: Vec<Vec<u8>>,
    uses: usize,
}

impl Undeclared {
    /// Counts a use of `name`; true when the diagnostic that comes next, number `index`, is the first to tell of it.
    pub(super) fn is_news(&mut self, name: &[u8], index: usize) -> bool {
        let key = tunable(name).map_or(name, str::as_bytes).to_vec();
        let told = self.told.entry(key).or_insert(Told { index, names: Vec::new(), uses: 0 });
        told.uses += 1;
        if !told.names.iter().any(|known| known == name) {
            told.names.push(name.to_vec());
        }
        told.uses == 1
    }

    /// Adds to each diagnostic what the later uses were.
    pub(super) fn note(self, diagnostics: &mut [Diagnostic]) {
        for told in self.told.into_values().filter(|told| told.uses > 1) {
            let Some(diagnostic) = diagnostics.get_mut(told.index) else { continue };
            let others = &told.names[1..];
            let mut named: Vec<String> = others
                .iter()
                .take(NAMED)
                .map(|name| format!("`@{{{}}}`", String::from_utf8_lossy(name)))
                .collect();
            if others.len() > NAMED {
                named.push(format!("{} more", others.len() - NAMED));
            }
            diagnostic.notes.push(match named.split_last() {
                None => format!("it is used {} times", told.uses),
                Some((last, [])) => format!("nor is {last}; together they are used {} times", told.uses),
                Some((last, first)) => {
                    format!(
                        "nor are {} and {last}; together they are used {} times",
                        first.join(", "),
                        told.uses
                    )
                }
            });
        }
    }
}
