//! AST and source to canonical text.
