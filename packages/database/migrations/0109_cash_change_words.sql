-- Change that a cash machine owes, taken into a driver's wallet (services/cloud/src/cash-change).
alter type account_kind add value 'change-in-flight';
alter type transfer_cause add value 'change-offered';
alter type transfer_cause add value 'change-taken';
alter type transfer_cause add value 'change-returned';
alter type bill_line_kind add value 'flow-of-change';
