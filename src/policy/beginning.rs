//! The beginning that most files of a tree share: `include <tunables/global>`. It declares the same each time, so it is
//! read once, and its variables are one piece that all profiles stand on.

use super::aliases::Aliases;
use super::resolved::{IncludeUse, Via};
use super::variables::Variables;
use crate::source::Location;
use foldhash::{HashMap, HashSet};
use std::sync::Arc;

/// What a first include brought.
#[derive(Debug)]
pub(super) struct Beginning {
    /// Its declarations, as one shared piece.
    pub(super) variables: Variables,
    /// Its aliases.
    pub(super) aliases: Arc<Aliases>,
    /// Its `abi`, if it has one.
    pub(super) abi: Option<(Vec<u8>, Location)>,
    /// What it includes, the first include itself among them.
    pub(super) includes: Vec<IncludeUse>,
    /// The places it included.
    pub(super) seen: HashSet<usize>,
    /// The first include's directive in the file that it was read for.
    pub(super) directive: Location,
}

impl Beginning {
    /// The includes as they are in a file whose first include is `directive`.
    pub(super) fn includes_from(&self, directive: Location) -> Vec<IncludeUse> {
        let mut moved = HashMap::default();
        let mut includes = self.includes.clone();
        for include in &mut includes {
            if include.location == self.directive {
                include.location = directive;
            }
            include.via = include.via.take().map(|via| self.moved(&via, directive, &mut moved));
        }
        includes
    }

    fn moved(
        &self,
        via: &Arc<Via>,
        directive: Location,
        moved: &mut HashMap<*const Via, Arc<Via>>,
    ) -> Arc<Via> {
        if let Some(known) = moved.get(&Arc::as_ptr(via)) {
            return Arc::clone(known);
        }
        let include = if via.include == self.directive { directive } else { via.include };
        let parent = via.parent.as_ref().map(|parent| self.moved(parent, directive, moved));
        let new = Arc::new(Via { include, parent });
        moved.insert(Arc::as_ptr(via), Arc::clone(&new));
        new
    }
}
