-- What a talk has asked and not yet had answered: a bare "5", "sexta" or "sim" answers this and nothing else.
alter table conversations add column open_question jsonb;
alter table conversations add column asked_at timestamptz;
alter table conversations add check ((open_question is null) = (asked_at is null));
