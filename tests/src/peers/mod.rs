//! Other people's programs as the other end: the files that they read, and our two ends as they
//! meet them.

pub mod ends;
pub mod files;
pub mod openssl;
pub mod relay;
pub mod relays;
pub mod rsassa_pss;
pub mod web;
