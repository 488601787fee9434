//! End to end: the compiled Worker in the real workerd.
