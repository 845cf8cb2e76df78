//! How the program is linked.

/// Links the program at a fixed address on Linux with the C library's shared objects: a position-independent program has some
/// twelve thousand addresses corrected at each start, which is more work than checking a small profile. `AAKIT_PIE` in the environment of the
/// build keeps the position-independent form, for distributions that ask for it; a static build is left as it is.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=AAKIT_PIE");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let shared = !target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && shared && std::env::var_os("AAKIT_PIE").is_none()
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
