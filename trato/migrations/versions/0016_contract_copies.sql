-- "Quero ver o contrato": the paper lies with the creditor, and the team brings it.
alter table requests drop constraint requests_kind_check;
alter table requests add constraint requests_kind_check check (kind in ('data_access', 'data_copy', 'data_correction', 'data_erasure',
    'data_sharing', 'data_review', 'complaint', 'legal_threat', 'wrong_person', 'deceased', 'minor', 'representative', 'contact',
    'contract'));
