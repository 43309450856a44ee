-- A person may have a lot asked for its lanes, as for what a plate owes; plate null: its lanes.
alter table lot_check_question alter column plate drop not null;
