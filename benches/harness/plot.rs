//! Plots: a bar for each subject's median, a line from the 10th to the 90th percentile, on a logarithmic scale.
use std::fmt::Write as _;

use crate::measure::{Kind, Times};
use crate::text::time;

const ROW: f64 = 22.0;
const LEFT: f64 = 240.0;
const WIDTH: f64 = 460.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 34.0;

/// An SVG of one group.
pub fn svg(title: &str, times: &[Times]) -> String {
    let scale = Scale::of(times);
    let height = TOP + ROW * times.len() as f64 + 26.0;
    let width = LEFT + WIDTH + RIGHT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"8\" y=\"20\" font-size=\"14\" font-weight=\"bold\" fill=\"#222222\">{}</text>\n",
        escaped(title)
    );
    let bottom = height - 20.0;
    for power in scale.low..=scale.high {
        let value = 10f64.powi(power);
        let x = scale.x(value);
        let text = time(value);
        writeln!(svg, "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#dddddd\"/>")
            .ok();
        writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555555\">{text}</text>",
            bottom + 14.0
        )
        .ok();
    }
    for (at, times) in times.iter().enumerate() {
        row(&mut svg, &scale, TOP + ROW * at as f64, times);
    }
    svg.push_str("</svg>\n");
    svg
}

fn row(svg: &mut String, scale: &Scale, top: f64, times: &Times) {
    let middle = top + ROW / 2.0;
    let (low, median, high) = (scale.x(times.share(0.1)), scale.x(times.median()), scale.x(times.share(0.9)));
    let color = match times.kind {
        Kind::Limit => "#8a8a8a",
        Kind::Ours => "#2b6cb0",
        Kind::Peer => "#d69e2e",
    };
    let name = escaped(&times.name);
    writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#222222\">{name}</text>",
        LEFT - 8.0,
        middle + 4.0
    )
    .ok();
    writeln!(
        svg,
        "<rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{:.1}\" height=\"12\" fill=\"{color}\"/>",
        middle - 6.0,
        (median - LEFT).max(1.0)
    )
    .ok();
    writeln!(
        svg,
        "<path d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {0:.1}V{1:.1}M{high:.1} {0:.1}V{1:.1}\" stroke=\"#222222\"/>",
        middle - 4.0,
        middle + 4.0
    )
    .ok();
    let value = time(times.median());
    writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#222222\">{value}</text>", high + 6.0, middle + 4.0)
        .ok();
}

/// Powers of ten around all times.
struct Scale {
    low: i32,
    high: i32,
}

impl Scale {
    fn of(times: &[Times]) -> Scale {
        let low = times.iter().map(Times::best).fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let high = times.iter().map(|times| times.share(0.9)).fold(0.0, f64::max).log10().ceil() as i32;
        Scale { low, high: high.max(low + 1) }
    }

    fn x(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        LEFT + WIDTH * share.clamp(0.0, 1.0)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
