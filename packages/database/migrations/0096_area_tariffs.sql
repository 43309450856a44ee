-- What areas inside a lot are called, as its agent says when it comes (tariffs.md 6.6); null: no agent has said so yet.
alter table lot add column areas text[];

alter table tariff_version
  -- versions for areas inside, by their names; an area that is left out goes by the list of the lot's own plan
  add column areas jsonb not null default '{}',
  -- of which area one was added or taken back; null: of the lot itself
  add column area text check (area <> '');
