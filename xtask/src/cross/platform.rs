//! The platforms, and what is checked on each.

use std::path::PathBuf;
use std::process::Command;

use super::toolchain::{Target, folder};
use crate::outcome::Failure;
use crate::process;
use crate::providers::sandbox::Sandbox;

pub(super) struct Platform {
    pub(super) name: &'static str,
    pub(super) target: &'static str,
    /// Programs, and Debian's packages that have them.
    needs: &'static [(&'static str, &'static str)],
    pub(super) run: fn(&Target<'_>) -> Result<(), Failure>,
}

pub(super) const PLATFORMS: &[Platform] = &[
    Platform {
        name: "wasm",
        target: "wasm32-unknown-unknown",
        needs: &[],
        run: wasm,
    },
    Platform {
        name: "musl",
        target: "x86_64-unknown-linux-musl",
        needs: &[("musl-gcc", "musl-tools")],
        run: musl,
    },
    Platform {
        name: "windows",
        target: "x86_64-pc-windows-gnu",
        needs: &[
            ("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"),
            ("wine", "wine"),
        ],
        run: windows,
    },
    Platform {
        name: "macos",
        target: "x86_64-apple-darwin",
        needs: &[],
        run: macos,
    },
];

impl Platform {
    /// Returns the first program that this machine lacks.
    pub(super) fn missing(&self) -> Option<String> {
        let missing = |(program, _): &&(&str, _)| !process::is_installed(program);
        let (program, package) = self.needs.iter().find(missing)?;
        Some(format!("{program} (Debian's package {package})"))
    }
}

fn wasm(target: &Target<'_>) -> Result<(), Failure> {
    process::run(&mut target.cargo("check -p cxone-auth-core --all-features"))
}

fn musl(target: &Target<'_>) -> Result<(), Failure> {
    let mut build = target.cargo("build -p cxone-auth");
    target.set(&mut build, "LINKER", "musl-gcc");
    let libraries = unwinder()?;
    let flags = format!(
        "-C link-self-contained=no -L native={}",
        libraries.display()
    );
    target.set(&mut build, "RUSTFLAGS", &flags);
    process::run(&mut build)?;
    let program = target.built("cxone-auth");
    try_program(|| process::program(&program))
}

/// Returns a folder with the library that unwinds the stack. The standard library asks for LLVM's,
/// which Debian does not have for musl; GCC's has the same functions, except one of glibc.
fn unwinder() -> Result<PathBuf, Failure> {
    let mut ask = process::program("gcc");
    let found = process::output(ask.arg("-print-file-name=libgcc_eh.a"))?;
    let libraries = folder().join("musl");
    std::fs::create_dir_all(&libraries)?;
    let library = libraries.join("libunwind.a");
    std::fs::copy(found.trim(), &library)?;
    let object = libraries.join("dl_find_object.o");
    let mut compile = process::program("musl-gcc");
    compile.args(["-O2", "-c", "xtask/src/cross/dl_find_object.c", "-o"]);
    process::run(compile.arg(&object))?;
    process::run(process::program("ar").arg("r").args([&library, &object]))?;
    Ok(libraries)
}

/// Without the tests of the credentials: they verify with aws-lc-rs, whose C takes long to compile.
const WINDOWS_TESTS: &str =
    "test -p cxone-auth-core -p cxone-auth-store -p cxone-auth --no-fail-fast --lib --bins --tests";

fn windows(target: &Target<'_>) -> Result<(), Failure> {
    complete_wine()?;
    let mut test = target.cargo(WINDOWS_TESTS);
    target.set(&mut test, "RUNNER", "wine");
    process::run(in_wine(&mut test))?;
    let program = target.built("cxone-auth.exe");
    try_program(|| {
        let mut wine = process::program("wine");
        in_wine(wine.arg(&program));
        wine
    })
}

/// Starts Wine once, so that its folder is there, and adds a library that older versions lack.
fn complete_wine() -> Result<(), Failure> {
    process::run(in_wine(process::program("wine").args(["cmd", "/c", "ver"])))?;
    let library = folder().join("wine/drive_c/windows/system32/bcryptprimitives.dll");
    if library.exists() {
        return Ok(());
    }
    let mut build = process::program("x86_64-w64-mingw32-gcc");
    build.args(["-shared", "xtask/src/cross/bcryptprimitives.c", "-o"]);
    process::run(build.arg(library).arg("-ladvapi32"))
}

/// Wine has a folder of its own, and prints only what the programs print.
fn in_wine(command: &mut Command) -> &mut Command {
    command
        .env("WINEPREFIX", folder().join("wine"))
        .env("WINEDEBUG", "-all")
}

/// The compiler's checks only. Nothing is linked, so code in C is not compiled: a program that does
/// nothing stands for its compiler.
fn macos(target: &Target<'_>) -> Result<(), Failure> {
    let mut check = target.cargo("check -p cxone-auth-core -p cxone-auth-store");
    check
        .env("CC_x86_64_apple_darwin", "true")
        .env("AR_x86_64_apple_darwin", "true")
        .env("SDKROOT", folder());
    process::run(&mut check)
}

/// Has the program print its version, and a token of the sandbox.
fn try_program(program: impl Fn() -> Command) -> Result<(), Failure> {
    process::run(program().arg("--version"))?;
    let sandbox = Sandbox::start()?;
    let mut token = program();
    token
        .args(["token", "--no-cache"])
        .envs(sandbox.variables());
    let token = process::output(&mut token)?;
    if token.trim().is_empty() {
        return Err(Failure::new("the program printed no token"));
    }
    println!("a token of {} characters", token.trim().len());
    Ok(())
}
