//! Random histories (being written).
