-- Words for kiosks (0017_kiosk.sql): no value may be used in the migration that adds it.
alter type account_kind add value 'change-owed';
alter type transfer_cause add value 'change-owed';
alter type transfer_cause add value 'change-settled';
alter type transfer_cause add value 'change-overpaid';
