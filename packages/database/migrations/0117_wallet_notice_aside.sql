-- When a notice was given up, refused or never answered: a person has been called, and those behind it go.
alter table wallet_notice add column put_aside_at timestamptz;
alter table wallet_notice add check (put_aside_at is null or due_at is null);
