-- Stays that ended owing, of one lot by when they left: few of many, and asked for by month (services/cloud/src/report/lists-traffic.ts). The lot
-- stands in it as an expression, as in 0024_report.sql.
create index session_left_owing on session ((lot_id + 0), left_at, id) where left_how in ('released-owing', 'escaped');
