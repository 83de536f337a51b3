-- What the role of the service may do on PostgreSQL: work, but not rewrite what is kept. Run by a superuser after
-- each upgrade, in the tracker's database; run again it does no harm:
--
--     runuser -u postgres -- psql -d tracker -v service=tracker_service < service-role.sql
--
-- The tables stay the owner's, who migrates and restores.
\set ON_ERROR_STOP on
BEGIN;

GRANT USAGE ON SCHEMA public TO :"service";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"service";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"service";

-- Which migrations were run is the owner's word.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM :"service";

-- The ledger and the audit are only added to; of a record the seal is filled in later.
REVOKE UPDATE, DELETE ON targets_assessment, targets_auditrecord, targets_auditseal FROM :"service";
GRANT UPDATE (seal_id) ON targets_auditrecord TO :"service";

-- A seal is filled in once, and an issue stays as it was handed out but for what is on the paper. These depend
-- on the row as it stands, which no grant can say.
CREATE OR REPLACE FUNCTION tracker_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % that are kept do not change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE TRIGGER tracker_sealed_once BEFORE UPDATE ON targets_auditrecord FOR EACH ROW
    WHEN (current_user = :'service' AND OLD.seal_id IS NOT NULL)
    EXECUTE FUNCTION tracker_kept();

CREATE OR REPLACE TRIGGER tracker_issued BEFORE UPDATE ON targets_issuedreport FOR EACH ROW
    WHEN (current_user = :'service' AND OLD.issued_at IS NOT NULL
        AND to_jsonb(OLD) - '{document_no,signed_by,printed_on,signed_copy_id}'::text[]
            IS DISTINCT FROM to_jsonb(NEW) - '{document_no,signed_by,printed_on,signed_copy_id}'::text[])
    EXECUTE FUNCTION tracker_kept();

CREATE OR REPLACE TRIGGER tracker_issued_stays BEFORE DELETE ON targets_issuedreport FOR EACH ROW
    WHEN (current_user = :'service' AND OLD.issued_at IS NOT NULL)
    EXECUTE FUNCTION tracker_kept();

COMMIT;
