//! Everything that touches the running system.
