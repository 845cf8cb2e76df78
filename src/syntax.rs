//! Bytes of one file to an AST, and back to text. No IO, no includes, no meaning.
