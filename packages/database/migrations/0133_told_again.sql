-- When a person had it told again, who cannot know what became of the tellings before: sends counts those since (services/cloud/src/untold).
alter table bolink_message add column told_again_at timestamptz;
