//! May a profile do that, and which rules say so: decisions as the kernel takes them (`security/apparmor` of Linux),
//! from rules instead of compiled policy.

mod assertion;
mod attachment;
mod class;
mod exec;
mod file;
mod graph;
mod ladder;
mod limit;
mod lower;
mod mask;
mod nearest;
mod old_mount;
mod profile;
mod request;
mod space;
mod world;

pub use assertion::{Assertion, Demand, Judge, Violation};
pub use attachment::{Attached, attach};
pub(crate) use class::OTHER_PROTOCOL;
pub use class::{Addresses, ports};
pub use exec::{DecidedBy, ExecResult, Outlook, Surroundings, decided_by, members, transition};
pub use file::{
    ChangeEntry, Exec, FileAnswer, FileEntry, FilePolicy, Half, Link, LinkAnswer, LinkRefusal, Strength,
};
pub use graph::{Edge, Graph, UNCONFINED, confines_nothing, edges};
pub use ladder::overrules;
pub use limit::limit_value;
pub use mask::Masks;
pub use nearest::{Lack, Near, nearest};
pub use profile::{Answer, Fate, Part, Query, Verdict};
pub use request::{MountRequest, Request, RequestError};
pub use space::{Class, EXEC, EXEC_BIT, Field, SUBSET, Space, Standing, Statement, grants, telling_flags};
pub use world::{Around, World};
