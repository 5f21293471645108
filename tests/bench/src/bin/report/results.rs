//! All results of a run, as the measuring programs and `cargo xtask bench` write them: lines of
//! fields between tabs.

/// All results of one run.
#[derive(Default)]
pub(crate) struct Results {
    /// `machine NAME VALUE`: what they were measured on.
    pub(crate) machine: Vec<(String, String)>,
    /// All others; the first field is the name of the table.
    pub(crate) tables: Vec<Table>,
}

/// A contest, or other figures that belong together.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Those that could not be measured come last.
    pub(crate) rows: Vec<Row>,
    /// `TABLE NOTE`: what has to be said below it.
    pub(crate) notes: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// `TABLE ROW COLUMN VALUE`, or several at once: `TABLE ROW MEDIAN LOW HIGH REQUESTS`, the last
    /// of which may be empty. Times are in nanoseconds.
    pub(crate) values: Vec<(String, f64)>,
    /// The same, with a seventh field: why there are no values.
    pub(crate) left_out: Option<String>,
}

impl Results {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut results = Self::default();
        for line in text.lines() {
            let added = results.add(line);
            added.ok_or_else(|| format!("this is no result: `{line}`"))?;
        }
        for table in &mut results.tables {
            table.rows.sort_by_key(|row| row.left_out.is_some());
        }
        Ok(results)
    }

    fn add(&mut self, line: &str) -> Option<()> {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["machine", name, value] => self.machine.push((name.to_owned(), value.to_owned())),
            [table, note] => self.table(table).notes.push(note.to_owned()),
            [table, row, column, value] => {
                self.table(table).row_mut(row).add(column, value)?;
            }
            [table, row, median, low, high, requests] => {
                let row = self.table(table).row_mut(row);
                row.add("median", median)?;
                row.add("low", low)?;
                row.add("high", high)?;
                if !requests.is_empty() {
                    row.add("requests", requests)?;
                }
            }
            [table, row, _, _, _, _, reason] => {
                self.table(table).row_mut(row).left_out = Some(reason.to_owned());
            }
            _ => return None,
        }
        Some(())
    }

    fn table(&mut self, name: &str) -> &mut Table {
        let at = self.tables.iter().position(|table| table.name == name);
        let at = at.unwrap_or_else(|| {
            let name = name.to_owned();
            let table = Table {
                name,
                ..Table::default()
            };
            self.tables.push(table);
            self.tables.len() - 1
        });
        &mut self.tables[at]
    }
}

impl Table {
    /// The value of a row; the rows `first` and `last` are the first and the last that were measured,
    /// and not the same.
    pub(crate) fn value(&self, row: &str, column: &str) -> Option<f64> {
        let mut measured = self.rows.iter().filter(|row| row.left_out.is_none());
        let row = match row {
            "first" => measured.next(),
            "last" => measured.skip(1).last(),
            name => measured.find(|row| row.name == name),
        };
        row?.value(column)
    }

    fn row_mut(&mut self, name: &str) -> &mut Row {
        let at = self.rows.iter().position(|row| row.name == name);
        let at = at.unwrap_or_else(|| {
            let name = name.to_owned();
            let row = Row {
                name,
                ..Row::default()
            };
            self.rows.push(row);
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }
}

impl Row {
    pub(crate) fn value(&self, column: &str) -> Option<f64> {
        let mut values = self.values.iter();
        let value = values.find(|(name, _)| name == column);
        value.map(|(_, value)| *value)
    }

    fn add(&mut self, column: &str, value: &str) -> Option<()> {
        let value = value.parse().ok()?;
        self.values.push((column.to_owned(), value));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_gathered_by_table_and_row_with_what_was_left_out_last() {
        let text = "a\tGo\t\t\t\t\tnot run\na\tours\t2.0\t1.0\t3.0\t\n\
                    a\ttheirs\t2\t1\t4\t\nb\tours\t5\t5\t5\t7\n\
                    a\tours\tallocations\t4\na\tnothing else\n";
        let [a, b] = &Results::read(text).unwrap().tables[..] else {
            panic!("there are two tables");
        };
        assert_eq!(a.rows[2].left_out.as_deref(), Some("not run"));
        assert_eq!(a.value("first", "allocations"), Some(4.0));
        assert_eq!(a.value("last", "high"), Some(4.0));
        assert_eq!(a.value("Go", "high"), None);
        assert_eq!(a.notes, ["nothing else"]);
        assert_eq!(b.value("ours", "requests"), Some(7.0));
        assert_eq!(b.value("last", "requests"), None, "it is the first");
    }

    #[test]
    fn what_is_no_result_is_an_error() {
        assert!(Results::read("warning: something\n").is_err());
        assert!(Results::read("a\tours\tsize\tlarge\n").is_err());
    }
}
