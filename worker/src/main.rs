//! The process of an isolated module. A program that loads such a module starts it; it is no command for people.

fn main() {
    rp_host::worker::main()
}
