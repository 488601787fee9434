//! What a key is and what it may do.
