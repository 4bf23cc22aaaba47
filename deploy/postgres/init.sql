-- The control plane's database: one schema and one role per service, and two stores that two services share.
-- Run once as a superuser in the (empty) database `sallyport`, with psql variables for the passwords or, as `sally up`
-- does, by sending each statement with its password filled in. Every service migrates its own schema when it starts.

CREATE ROLE sallyport_api LOGIN PASSWORD :'api_password';
CREATE ROLE sallyport_provisioner LOGIN PASSWORD :'provisioner_password';
CREATE ROLE sallyport_broker LOGIN PASSWORD :'broker_password';
CREATE ROLE sallyport_notifier LOGIN PASSWORD :'notifier_password';
-- The sealed secret store: api and provisioner write it, db-proxy reads it.
CREATE ROLE sallyport_secrets LOGIN PASSWORD :'secrets_password';
CREATE ROLE sallyport_secrets_reader LOGIN PASSWORD :'secrets_reader_password';
-- The audit store: notifier writes it, api reads it.
CREATE ROLE sallyport_audit LOGIN PASSWORD :'audit_password';
CREATE ROLE sallyport_audit_reader LOGIN PASSWORD :'audit_reader_password';

CREATE SCHEMA api AUTHORIZATION sallyport_api;
CREATE SCHEMA provisioner AUTHORIZATION sallyport_provisioner;
CREATE SCHEMA broker AUTHORIZATION sallyport_broker;
CREATE SCHEMA notifier AUTHORIZATION sallyport_notifier;
CREATE SCHEMA secrets AUTHORIZATION sallyport_secrets;
CREATE SCHEMA audit AUTHORIZATION sallyport_audit;

ALTER ROLE sallyport_api SET search_path = api;
ALTER ROLE sallyport_provisioner SET search_path = provisioner;
ALTER ROLE sallyport_broker SET search_path = broker;
ALTER ROLE sallyport_notifier SET search_path = notifier;
ALTER ROLE sallyport_secrets SET search_path = secrets;
ALTER ROLE sallyport_secrets_reader SET search_path = secrets;
ALTER ROLE sallyport_audit SET search_path = audit;
ALTER ROLE sallyport_audit_reader SET search_path = audit;

GRANT USAGE ON SCHEMA secrets TO sallyport_secrets_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_secrets IN SCHEMA secrets GRANT SELECT ON TABLES TO sallyport_secrets_reader;
GRANT USAGE ON SCHEMA audit TO sallyport_audit_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_audit IN SCHEMA audit GRANT SELECT ON TABLES TO sallyport_audit_reader;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
