-- A survivor may take fields of what it absorbed: their names as the body spells them, with spaces between.
alter table merge add column fields text not null default '';
create index merge_version on merge (version);
