//! Container default profiles as data in, profile text out.
