-- "Não me mandem nada até sexta" is a pause with an end, and not the end of all messages.
alter table collection_pauses drop constraint collection_pauses_reason_check;
alter table collection_pauses add constraint collection_pauses_reason_check check (reason in ('self_harm', 'illness', 'bereavement',
    'deceased', 'minor', 'incapable', 'representative', 'hardship', 'dispute', 'already_paid', 'legal_threat', 'wrong_person',
    'asked_quiet'));
