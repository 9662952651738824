//! The table of figures, and the same as JSON.

use anyhow::Result;
use serde::Serialize;

/// One figure with what it is held against.
#[derive(Debug, Serialize)]
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    baseline: Option<f64>,
    ratio: Option<f64>,
    bound: String,
    holds: bool,
}

/// All figures of a run.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// A figure that must be at least `least` times its baseline.
    pub fn ratio(&mut self, name: &str, value: f64, baseline: f64, unit: &'static str, least: f64) {
        let ratio = value / baseline;
        let bound = format!(">= {:.0} %", least * 100.0);
        self.add(Figure {
            name: name.to_owned(),
            value,
            unit,
            baseline: Some(baseline),
            ratio: Some(ratio),
            bound,
            holds: ratio >= least,
        });
    }

    /// A figure that must be at most `most` times its baseline.
    pub fn within(&mut self, name: &str, value: f64, baseline: f64, unit: &'static str, most: f64) {
        let ratio = value / baseline;
        let bound = format!("<= {most:.1} x");
        self.add(Figure {
            name: name.to_owned(),
            value,
            unit,
            baseline: Some(baseline),
            ratio: Some(ratio),
            bound,
            holds: ratio <= most,
        });
    }

    /// A figure that must be at most `most`.
    pub fn at_most(&mut self, name: &str, value: f64, unit: &'static str, most: f64) {
        self.at_most_beside(name, value, None, unit, most);
    }

    /// The same, with what the baseline took: how much of it is the machine's.
    pub fn at_most_beside(&mut self, name: &str, value: f64, baseline: Option<f64>, unit: &'static str, most: f64) {
        let bound = format!("<= {most}");
        self.add(Figure {
            name: name.to_owned(),
            value,
            unit,
            baseline,
            ratio: baseline.map(|baseline| value / baseline),
            bound,
            holds: value <= most,
        });
    }

    /// A figure that must be at least `least`.
    pub fn at_least(&mut self, name: &str, value: f64, unit: &'static str, least: f64) {
        let bound = format!(">= {least}");
        self.add(Figure {
            name: name.to_owned(),
            value,
            unit,
            baseline: None,
            ratio: None,
            bound,
            holds: value >= least,
        });
    }

    fn add(&mut self, figure: Figure) {
        println!("{}", line(&figure));
        self.figures.push(figure);
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("\n{:<58}{:>14}{:>14}{:>9}  bound", "figure", "value", "baseline", "ratio");
        for figure in &self.figures {
            println!("{}", line(figure));
        }
        let missed = self.figures.iter().filter(|figure| !figure.holds).count();
        println!("\n{} figures hold, {missed} do not", self.figures.len() - missed);
    }

    /// Writes `target/bench.json`.
    pub fn save(&self) -> Result<()> {
        Ok(std::fs::write("target/bench.json", serde_json::to_string_pretty(self)?)?)
    }
}

fn line(figure: &Figure) -> String {
    let baseline = figure.baseline.map_or_else(String::new, |baseline| format!("{baseline:.1}"));
    let ratio = figure.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let verdict = if figure.holds { "" } else { "   MISSED" };
    format!(
        "{:<58}{:>9.1} {:<4}{baseline:>14}{ratio:>9}  {}{verdict}",
        figure.name, figure.value, figure.unit, figure.bound
    )
}
