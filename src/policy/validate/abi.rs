//! `abi <abi/4.0>,`

use super::Check;
use crate::syntax::Abi;
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn abi(&mut self, abi: &Abi) {
        self.since(abi.keyword, "`abi` needs", Version::V3_0);
    }
}
