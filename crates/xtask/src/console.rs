//! Builds the console into `frontend/dist`: wasm and its chunks, their glue, one stylesheet, each named by its content
//! and compressed.

mod chunks;

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
pub const INPUTS: [&str; 7] =
    ["frontend", "crates/domain/src", "crates/client/src", "crates/xtask/src", ".cargo", "Cargo.lock", "Cargo.toml"];
/// Most bytes that a first visit may load, compressed by brotli.
const BUDGET: usize = 500_000;
/// What wasm-bindgen writes, from `console` as name of the module.
const GLUE: &str = "console.js";
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
    let main = chunks::cut(wasm, dist, GLUE)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&main).out_name("console").web(true)?.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(profile == Profile::Release).remove_producers_section(true);
    // The loader hands the table of functions and the memory to the chunks.
    bindgen.keep_lld_exports(true);
    bindgen.generate(dist)
}

/// Puts the content's hash into the names and the names into the page.
fn assemble(dist: &Path) -> Result<()> {
    let frontend = root().join("frontend");
    let wasm = rename_by_content(dist, "console_bg.wasm", "console", "wasm")?;
    let (glue, loader) = name_scripts(dist)?;
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
            &[&boot, &glue, &loader].map(|script| format!("<link rel=\"modulepreload\" href=\"/{script}\">")).concat(),
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

/// Names the chunks by their content, and the two scripts that name them. Those import each other, so that one hash over
/// both is the name of both.
fn name_scripts(dist: &Path) -> Result<(String, String)> {
    let mut glue = squeezed(&fs::read_to_string(dist.join(GLUE))?);
    let mut loader = squeezed(&fs::read_to_string(dist.join(chunks::LOADER))?);
    for chunk in list(dist)? {
        let name = name_of(&chunk);
        if let Some(stem) = name.strip_suffix(".wasm").filter(|_| loader.contains(&name)) {
            let hashed = rename_by_content(dist, &name, stem, "wasm")?;
            loader = loader.replace(&format!("\"./{name}\""), &format!("\"./{hashed}\""));
        }
    }
    let hash = digest(format!("{glue}{loader}").as_bytes());
    let names = [GLUE, chunks::LOADER].map(|name| name.replace(".js", &format!("-{hash}.js")));
    for (former, name) in [GLUE, chunks::LOADER].into_iter().zip(&names) {
        // The wasm asks for the loader by its former name, so that only the import changes.
        let (before, after) = (format!("from \"./{former}\""), format!("from \"./{name}\""));
        glue = glue.replace(&before, &after);
        loader = loader.replace(&before, &after);
        fs::remove_file(dist.join(former))?;
    }
    let [glue_name, loader_name] = names;
    fs::write(dist.join(&glue_name), glue)?;
    fs::write(dist.join(&loader_name), loader)?;
    Ok((glue_name, loader_name))
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content)).chars().take(16).collect()
}

fn rename_by_content(dist: &Path, from: &str, stem: &str, extension: &str) -> Result<String> {
    let name = format!("{stem}-{}.{extension}", digest(&fs::read(dist.join(from))?));
    fs::rename(dist.join(from), dist.join(&name))?;
    Ok(name)
}

fn styles(folder: &Path) -> Result<String> {
    list(folder)?
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "css"))
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

/// Puts `.br` and `.gz` in the place of each file, and checks the budget: what the pages of a first visit load.
fn compress(dist: &Path) -> Result<()> {
    let (mut first, mut all) = (0, 0);
    for file in list(dist)?.iter().filter(|file| file.is_file()) {
        let plain = fs::read(file)?;
        let mut brotli = Vec::new();
        let parameters =
            brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: plain.len(), ..Default::default() };
        brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &parameters)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&plain)?;
        let name = name_of(file);
        all += brotli.len();
        first += if is_of_first_visit(&name) { brotli.len() } else { 0 };
        println!("console: {name:<40} {:>9} bytes, {:>8} by brotli", plain.len(), brotli.len());
        fs::write(dist.join(format!("{name}.br")), brotli)?;
        fs::write(dist.join(format!("{name}.gz")), gzip.finish()?)?;
        fs::remove_file(file)?;
    }
    println!("console: {first} bytes by brotli for a first visit, of {BUDGET}; {all} in all");
    ensure!(first <= BUDGET, "the console is over its budget");
    Ok(())
}

/// Whether sign-in, overview and the list of users need the file: everything but the chunks.
fn is_of_first_visit(name: &str) -> bool {
    !name.ends_with(".wasm") || name.starts_with("console-")
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
