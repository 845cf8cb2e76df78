//! The fixed words of the language as tables, each with the version it first appeared in.
