-- Nobody asks a channel for another settlement card yet: a table comes with whoever does.
drop table card_errand;
