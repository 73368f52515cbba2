//! Hyaline tests.
