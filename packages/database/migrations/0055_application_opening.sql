-- What was agreed for the lot of an approved application, so that opening it again opens the same.
alter table application add column platform_fee_basis_points int4 check (platform_fee_basis_points between 0 and 3000);
