-- Since when a message is overdue that could not be sent, because its lot was away: a person has been called.
alter table bolink_message add column missed_at timestamptz;
