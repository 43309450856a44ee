-- Invoices that a vendor's cloud wants for a stay, for the story of that stay.
create index bolink_kept_invoice_wish on bolink_kept (bucket, lot_id, (body ->> 'session')) where kind = 'invoice-wish';
