//! Starts the console.

fn main() {
    quarterdeck_frontend::mount();
}
