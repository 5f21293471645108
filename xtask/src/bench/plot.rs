//! A plot of a contest as SVG: a dot at each median, a line over the range, on a logarithmic axis.

use std::fmt::Write as _;

use super::row::{Contest, Time};
use super::table::span;

const WIDTH: f64 = 760.0;
/// Where the axis begins: the names stand left of it.
const LEFT: f64 = 280.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 56.0;
const ROW: f64 = 30.0;

/// The axis: decades of nanoseconds.
struct Axis {
    first: i32,
    last: i32,
}

impl Axis {
    /// Whole decades around everything that is shown.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the logarithm of a time is a small number"
    )]
    fn around(rows: &[(&str, Time)]) -> Self {
        let low = rows
            .iter()
            .map(|(_, time)| time.low)
            .fold(f64::MAX, f64::min);
        let high = rows.iter().map(|(_, time)| time.high).fold(1.0, f64::max);
        let first = low.max(1.0).log10().floor() as i32;
        Self {
            first,
            last: (high.log10().ceil() as i32).max(first + 1),
        }
    }

    fn place(&self, nanoseconds: f64) -> f64 {
        let share = (nanoseconds.max(1.0).log10() - f64::from(self.first))
            / f64::from(self.last - self.first);
        LEFT + share * (RIGHT - LEFT)
    }
}

/// Draws the contest.
pub(super) fn draw(contest: &Contest) -> String {
    let rows: Vec<(&str, Time)> = contest.measured().collect();
    let axis = Axis::around(&rows);
    let bottom = (0..rows.len()).fold(TOP, |y, _| y + ROW);
    let height = bottom + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"16\" fill=\"#222222\">{title}</text>\n",
        title = escaped(&contest.name),
    );
    for decade in axis.first..=axis.last {
        let size = 10_f64.powi(decade);
        let x = axis.place(size);
        push(
            &mut svg,
            format_args!(
                "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" \
                 stroke=\"#dddddd\"/>\n\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#666666\">{}</text>",
                bottom + 20.0,
                decade_name(decade),
            ),
        );
    }
    let mut y = TOP + ROW / 2.0;
    for (index, (name, time)) in rows.iter().enumerate() {
        push(
            &mut svg,
            format_args!("{}", dot(&axis, index, y, name, time)),
        );
        y += ROW;
    }
    svg + "</svg>\n"
}

fn dot(axis: &Axis, index: usize, y: f64, name: &str, time: &Time) -> String {
    let [low, median, high] = [time.low, time.median, time.high].map(|time| axis.place(time));
    let colour = if name.contains("cxone-auth") || index == 0 {
        "#0b62a4"
    } else {
        "#8a5a00"
    };
    let baseline = y + 4.5;
    format!(
        "<text x=\"{:.1}\" y=\"{baseline:.1}\" text-anchor=\"end\" fill=\"#222222\">{}</text>\n\
         <line x1=\"{low:.1}\" y1=\"{y:.1}\" x2=\"{high:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" \
         stroke-width=\"3\" stroke-opacity=\"0.4\"/>\n\
         <circle cx=\"{median:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{colour}\"/>\n\
         <text x=\"{:.1}\" y=\"{baseline:.1}\" fill=\"#444444\">{}</text>",
        LEFT - 14.0,
        escaped(name),
        high.max(median) + 10.0,
        span(time.median),
    )
}

fn push(svg: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(svg, "{arguments}").expect("a text takes whatever is written to it");
}

fn decade_name(decade: i32) -> String {
    let units = ["ns", "µs", "ms", "s"];
    let unit = usize::try_from(decade / 3).unwrap_or_default().min(3);
    let rest = decade - 3 * i32::try_from(unit).unwrap_or_default();
    format!("{} {}", 10_f64.powi(rest), units[unit])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::super::row::contests;
    use super::*;

    const OUTPUT: &str = "a & b\tcxone-auth\t20\t10\t90\t\na & b\tother\t900\t200\t1100\t\n";

    #[test]
    fn a_longer_time_is_further_to_the_right_and_inside() {
        let contest = &contests(OUTPUT).unwrap()[0];
        let rows: Vec<_> = contest.measured().collect();
        let axis = Axis::around(&rows);
        assert_eq!((axis.first, axis.last), (1, 4));
        let places = [10.0, 20.0, 900.0, 10_000.0].map(|time| axis.place(time));
        assert!(places.is_sorted());
        assert!(places[0] >= LEFT && places[3] <= RIGHT);
    }

    #[test]
    fn every_contestant_is_drawn_and_text_is_escaped() {
        let svg = draw(&contests(OUTPUT).unwrap()[0]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("<title>a &amp; b</title>"));
        assert!(svg.contains(">100 ns<"));
        assert!(svg.contains(">1 µs<"));
    }
}
