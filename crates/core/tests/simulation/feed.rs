//! A feed whose rows are a list. What it answers with is the real plan.

use keyway_core::feed::{Answer, Change, Cursor, Epoch, Question, Sequence, State};

#[derive(Clone, Default)]
struct Rows {
    entries: Vec<(u64, Change, i64)>,
    newest: u64,
    trimmed: u64,
}

pub(crate) struct Feed {
    rows: Rows,
    backup: Rows,
    epoch: Option<Epoch>,
    limit: u64,
    page: usize,
}

impl Feed {
    pub(crate) fn new(limit: u64, page: usize) -> Self {
        Self {
            rows: Rows::default(),
            backup: Rows::default(),
            epoch: None,
            limit,
            page,
        }
    }

    pub(crate) fn add(&mut self, change: Change, now: i64) {
        self.rows.newest += 1;
        let number = self.rows.newest;
        let entries = &mut self.rows.entries;
        match entries
            .iter_mut()
            .find(|(_, known, _)| known.digest == change.digest)
        {
            None => entries.push((number, change, now)),
            Some(row) if row.1.known.supersedes(change.known) => {}
            Some(row) => *row = (number, change, now),
        }
        entries.sort_unstable_by_key(|(number, ..)| *number);
    }

    /// Its object goes, and comes back with the rows that it has.
    pub(crate) fn restart(&mut self) {
        self.epoch = None;
    }

    pub(crate) fn back_up(&mut self) {
        self.backup = self.rows.clone();
    }

    pub(crate) fn restore(&mut self) {
        self.rows = self.backup.clone();
        self.epoch = None;
    }

    pub(crate) fn lose(&mut self) {
        self.rows = Rows::default();
        self.epoch = None;
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.epoch.is_some()
    }

    pub(crate) fn begin(&mut self, epoch: u64) {
        self.epoch = Some(Epoch::from_bytes(epoch.to_be_bytes()));
    }

    pub(crate) fn answer(&mut self, question: &Question, now: i64, retention: i64) -> Vec<u8> {
        let rows = &mut self.rows;
        for (number, _, at) in &rows.entries {
            if *at < now - retention {
                rows.trimmed = rows.trimmed.max(*number);
            }
        }
        rows.entries.retain(|(_, _, at)| *at >= now - retention);
        let epoch = self.epoch.unwrap();
        let state = State {
            epoch,
            newest: Sequence::new(rows.newest),
            trimmed: Sequence::new(rows.trimmed),
            entries: u64::try_from(rows.entries.len()).unwrap(),
            limit: self.limit,
        };
        let plan = state.plan(question);
        let after = plan.after.map_or(u64::MAX, Sequence::get);
        let mut page: Vec<_> = rows
            .entries
            .iter()
            .filter(|(number, ..)| *number > after)
            .take(self.page + 1)
            .collect();
        let more = page.len() > self.page;
        page.truncate(self.page);
        let upto = match page.last() {
            Some((number, ..)) if more => *number,
            _ => rows.newest,
        };
        let known = |digest| {
            let mut entries = rows.entries.iter();
            entries
                .find(|(_, change, _)| change.digest == digest)
                .map(|(_, change, _)| change.known)
        };
        Answer {
            reach: plan.reach,
            upto: Cursor {
                epoch,
                sequence: Sequence::new(upto),
            },
            more,
            changes: page.iter().map(|(_, change, _)| *change).collect(),
            checked: question.check.iter().map(|digest| known(*digest)).collect(),
        }
        .encode()
    }
}
