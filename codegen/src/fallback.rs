//! What a wrong table becomes: every item under its name and with its type, with nothing in it, so
//! that only the table turns red.

use crate::machine::{Row, Table};

/// The same slots, machines and states, and no row.
pub(crate) fn quiet(table: &Table) -> (Table, Vec<Vec<Row>>) {
    let mut table = table.clone();
    for machine in &mut table.machines {
        machine.rows.clear();
        machine.otherwise.clear();
    }
    let rows = vec![Vec::new(); table.machines.len()];
    (table, rows)
}
