-- How people reach a deployment of db-proxies: through AWS Systems Manager, or directly.
ALTER TABLE proxy_deployment ADD COLUMN transport text NOT NULL DEFAULT 'ssm' CHECK (transport IN ('ssm', 'direct'));

-- How a grant is reached, from its activation on.
ALTER TABLE access_grant ADD COLUMN transport text NOT NULL DEFAULT 'direct' CHECK (transport IN ('ssm', 'direct'));
