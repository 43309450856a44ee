-- Words for cash (0012_shift.sql): no value may be used in the migration that adds it.
alter type channel_name add value 'cash';
alter type account_kind add value 'cash-over-short';
alter type transfer_cause add value 'shift-opened';
alter type transfer_cause add value 'cash-given-back';
alter type transfer_cause add value 'cash-corrected';
