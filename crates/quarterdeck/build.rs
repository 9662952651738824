//! Makes the folder of the built console, so that the program compiles before the console was built, and asks the linker for
//! one copy of functions that came out the same: generic code of the database and the web server does so by the thousand,
//! about a megabyte of the binary.

use std::{env, fs, io, io::Write as _, path::Path};

fn main() -> io::Result<()> {
    fs::create_dir_all(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist"))?;
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // There, rustc links with its own lld; other linkers may not know the option.
    let links_with_lld = is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && is("CARGO_CFG_TARGET_ENV", "gnu");
    let mut out = io::stdout();
    if links_with_lld && is("PROFILE", "release") {
        // Cargo reads the option from the build script's standard output.
        out.write_all(b"cargo:rustc-link-arg-bins=-Wl,--icf=all\n")?;
    }
    out.write_all(b"cargo:rerun-if-changed=build.rs\ncargo:rerun-if-changed=../../frontend/dist\n")
}
