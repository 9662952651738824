//! Makes the folder of the built console, so that the crate compiles before the console was built.

fn main() -> std::io::Result<()> {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist");
    std::fs::create_dir_all(&dist)?;
    // Cargo reads the marker from the build script's standard output.
    std::io::Write::write_all(&mut std::io::stdout(), b"cargo:rerun-if-changed=../../frontend/dist\n")
}
