//! May a profile do that, and which rules say so.
