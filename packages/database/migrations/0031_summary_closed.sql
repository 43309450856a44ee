-- When a day of a summary was closed: what an audit proves anew, and finds by when. Never edited.
create table summary_closed (
  bucket int4 not null,
  lot_id int4 not null,
  day date not null,
  closed_at timestamptz not null,
  primary key (bucket, lot_id, day),
  foreign key (bucket, lot_id) references lot
);
create index summary_closed_at on summary_closed using brin (closed_at) with (pages_per_range = 32);
create index summary_correction_at on summary_correction using brin (at) with (pages_per_range = 32);
-- A day's parts lie together but for those that came late: a few bytes find them all.
create index summary_part_day on summary_part using brin (day) with (pages_per_range = 32);
