//! Messages as spans of OpenTelemetry, in OTLP/JSON: ids in hexadecimal digits, numbers of 64 bits as texts.

mod roots;
pub mod spans;
