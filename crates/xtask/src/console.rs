//! Builds the console into `frontend/dist`: wasm, its glue, one stylesheet, each named by its content and compressed.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::inputs::{hash, root};

/// How the console is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Small and compressed.
    Release,
    /// Quick to build.
    Dev,
}

/// What the console is made of.
pub const INPUTS: [&str; 6] =
    ["frontend", "crates/domain/src", "crates/client/src", "crates/xtask/src", "Cargo.lock", "Cargo.toml"];
/// Most bytes that a first visit may load, compressed by brotli.
const BUDGET: usize = 500_000;
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the console, unless nothing changed since the last time.
pub fn build(profile: Profile) -> Result<()> {
    let dist = root().join("frontend/dist");
    let stamp = format!("{profile:?} {}", hash(&INPUTS)?);
    if fs::read_to_string(dist.join(".stamp")).is_ok_and(|former| former == stamp) {
        println!("console: nothing changed");
        return Ok(());
    }
    let wasm = compile(profile)?;
    let _ = fs::remove_dir_all(&dist);
    fs::create_dir_all(&dist)?;
    bind(&wasm, &dist, profile)?;
    assemble(&dist)?;
    if profile == Profile::Release {
        compress(&dist)?;
    }
    fs::write(dist.join(".stamp"), stamp)?;
    Ok(())
}

fn compile(profile: Profile) -> Result<PathBuf> {
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    if installed.is_ok_and(|output| !String::from_utf8_lossy(&output.stdout).contains(TARGET)) {
        run(Command::new("rustup").args(["target", "add", TARGET]))?;
    }
    let (name, folder) = match profile {
        Profile::Release => ("wasm-release", "wasm-release"),
        Profile::Dev => ("dev", "debug"),
    };
    run(Command::new("cargo")
        .args(["build", "-p", "quarterdeck-frontend", "--target", TARGET, "--profile", name])
        .current_dir(root()))?;
    Ok(root().join("target").join(TARGET).join(folder).join("quarterdeck-frontend.wasm"))
}

fn run(command: &mut Command) -> Result<()> {
    ensure!(command.status().with_context(|| format!("{command:?}"))?.success(), "{command:?} failed");
    Ok(())
}

fn bind(wasm: &Path, dist: &Path, profile: Profile) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("console").web(true)?.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(profile == Profile::Release).remove_producers_section(true);
    bindgen.generate(dist)
}

/// Puts the content's hash into the names and the names into the page.
fn assemble(dist: &Path) -> Result<()> {
    let frontend = root().join("frontend");
    let wasm = rename_by_content(dist, "console_bg.wasm", "console", "wasm")?;
    fs::write(dist.join("console.js"), squeezed(&fs::read_to_string(dist.join("console.js"))?))?;
    let glue = rename_by_content(dist, "console.js", "console", "js")?;
    fs::write(
        dist.join("boot.js"),
        format!("import init from \"/{glue}\";\ninit({{ module_or_path: \"/{wasm}\" }});\n"),
    )?;
    let boot = rename_by_content(dist, "boot.js", "boot", "js")?;
    fs::write(dist.join("style.css"), squeezed(&styles(&frontend.join("styles"))?))?;
    let style = rename_by_content(dist, "style.css", "style", "css")?;
    copy_all(&frontend.join("public"), dist)?;
    let page = fs::read_to_string(frontend.join("index.html"))?;
    let page = page
        .replace(
            "<link rel=\"modulepreload\" href=\"{{script}}\">",
            &format!("<link rel=\"modulepreload\" href=\"/{boot}\"><link rel=\"modulepreload\" href=\"/{glue}\">"),
        )
        .replace("{{script}}", &format!("/{boot}"))
        .replace("{{wasm}}", &format!("/{wasm}"))
        .replace("{{style}}", &format!("/{style}"));
    if page.contains("{{") {
        bail!("frontend/index.html has a placeholder that nobody fills");
    }
    fs::write(dist.join("index.html"), page)?;
    Ok(())
}

fn rename_by_content(dist: &Path, from: &str, stem: &str, extension: &str) -> Result<String> {
    let digest = hex::encode(Sha256::digest(fs::read(dist.join(from))?));
    let name = format!("{stem}-{}.{extension}", &digest[..16]);
    fs::rename(dist.join(from), dist.join(&name))?;
    Ok(name)
}

fn styles(folder: &Path) -> Result<String> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "css"));
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file)?;
            ensure!(is_balanced(&text), "{}: a brace too many or too few", file.display());
            Ok(text)
        })
        .collect()
}

/// Whether each brace has its pair. One too many ends the layer early, and what follows wins over all layers.
fn is_balanced(css: &str) -> bool {
    let mut depth = 0_usize;
    for brace in css.chars() {
        match brace {
            '{' => depth += 1,
            '}' if depth == 0 => return false,
            '}' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// Without indentation, empty lines and lines of comment; nothing else changes.
fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    out
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Writes `.br` and `.gz` beside each file, and checks the budget.
fn compress(dist: &Path) -> Result<()> {
    let mut total = 0;
    let files: Vec<PathBuf> =
        fs::read_dir(dist)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    for file in files.iter().filter(|file| file.is_file()) {
        let plain = fs::read(file)?;
        let mut brotli = Vec::new();
        let parameters =
            brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: plain.len(), ..Default::default() };
        brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &parameters)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&plain)?;
        total += brotli.len();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!("console: {name:<34} {:>9} bytes, {:>8} by brotli", plain.len(), brotli.len());
        fs::write(dist.join(format!("{name}.br")), brotli)?;
        fs::write(dist.join(format!("{name}.gz")), gzip.finish()?)?;
    }
    println!("console: {total} bytes by brotli in all, of {BUDGET}");
    ensure!(total <= BUDGET, "the console is over its budget");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_and_space_are_dropped() {
        let text = "/* one */\n/**\n * @returns\n */\nget a() {\n    // why\n    return 1; // kept\n}\n\n.b { c: d; }";
        assert_eq!(squeezed(text), "get a() {\nreturn 1; // kept\n}\n.b { c: d; }\n");
    }
    #[test]
    fn a_stylesheet_with_a_brace_too_many_is_refused() {
        assert!(is_balanced("@layer pages { .a { b: c; } }"));
        assert!(!is_balanced("@layer pages { .a { b: c; } } } .d { e: f; }"));
        assert!(!is_balanced("@layer pages { .a { b: c; }"));
        assert!(!is_balanced("} {"));
    }
}
