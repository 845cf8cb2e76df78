//! AppArmor path expressions: parse, expand, match, overlap, inclusion, a witness path.
