-- Why the lot takes no payments, in the words of whoever suspended it; null where it takes them, and where it was suspended before this.
alter table lot add column suspended_because text;
