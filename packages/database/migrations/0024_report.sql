-- What reports read of one lot by when, however many lots there are beside it (services/cloud/src/report). The lot stands in them as
-- an expression, so that whoever asks in just these words is answered from here, and no look-up by a key ever is: what the planner
-- believes must not matter (0003_clearing.sql).
create index transfer_of_lot on transfer ((lot_id + 0), posted_at, cause_id);
create index gate_opening_of_lot on gate_opening ((lot_id + 0), at);
create index cash_move_of_lot on cash_move ((lot_id + 0), at);
