//! Asks the linker for one copy of functions that came out the same: generic code of the database and the web server
//! does so by the thousand, about a megabyte of the binary.

fn main() -> std::io::Result<()> {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    // There, rustc links with its own lld; other linkers may not know the option.
    let links_with_lld = is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && is("CARGO_CFG_TARGET_ENV", "gnu");
    let mut out = std::io::stdout();
    if links_with_lld && is("PROFILE", "release") {
        // Cargo reads the option from the build script's standard output.
        std::io::Write::write_all(&mut out, b"cargo:rustc-link-arg-bins=-Wl,--icf=all\n")?;
    }
    std::io::Write::write_all(&mut out, b"cargo:rerun-if-changed=build.rs\n")
}
