package dev.sallyport.provisioner.roles;

/** What the master of a PostgreSQL server is to the owner of something. */
enum Standing {
    /** It has the owner's rights. */
    ACTS,
    /**
     * It may hand the owner's rights out (ADMIN), so to itself too. That is what making a role brings from PostgreSQL 16 on,
     * and no more (manual, 21.2 "Role Attributes").
     */
    LENDABLE,
    /** Nothing. */
    NONE;

    /** A common table expression: every role with its standing. */
    static final String OF_ALL_ROLES = """
            standing AS MATERIALIZED (
                SELECT r.oid, r.rolname,
                       CASE WHEN pg_catalog.pg_has_role(r.oid, 'USAGE') THEN 'ACTS'
                            WHEN pg_catalog.current_setting('server_version_num')::int >= 160000 AND NOT r.rolsuper
                                 AND EXISTS (SELECT FROM pg_catalog.pg_auth_members m
                                               JOIN pg_catalog.pg_roles me ON me.oid = m.member
                                              WHERE m.roleid = r.oid AND m.admin_option AND me.rolname = current_user)
                            THEN 'LENDABLE'
                            ELSE 'NONE' END AS of
                  FROM pg_catalog.pg_roles r)""";
}
