-- What else moves a channel's account. flow-of-share-returns: what came back with the refunds of a payment, by a channel whose account
-- names it by the payment; flow-to-bank: the channel's own settlement, or what a bank sent back of one.
alter type bill_line_kind add value 'flow-of-share';
alter type bill_line_kind add value 'flow-of-share-return';
alter type bill_line_kind add value 'flow-of-share-returns';
alter type bill_line_kind add value 'flow-of-withdrawal';
alter type bill_line_kind add value 'flow-to-bank';
alter type discrepancy_class add value 'flow-unheard';
alter type discrepancy_class add value 'flow-settlement';
alter type discrepancy_class add value 'flow-balance';
alter type transfer_cause add value 'settlement-done';
alter type transfer_cause add value 'settlement-returned';
