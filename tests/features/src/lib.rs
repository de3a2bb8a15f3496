//! Empty: this package has only dependencies. Its manifest says why.
