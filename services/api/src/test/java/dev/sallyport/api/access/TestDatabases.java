package dev.sallyport.api.access;

import dev.sallyport.api.Neighbours;
import java.util.concurrent.atomic.AtomicInteger;

/** Databases that access can be had to, as if jobs had made connections to them. */
final class TestDatabases {

    private static final AtomicInteger MADE = new AtomicInteger();

    /** A new one with the role {@code hoop_ro}, and a db-proxy that is online. */
    static String make() {
        int number = MADE.incrementAndGet();
        String arn = "arn:aws:rds:us-west-2:111111111111:db:access-" + number;
        String ksuid = "%027d".formatted(number);
        Neighbours.controlPlane()
                .server()
                .execute(
                        "sallyport",
                        "INSERT INTO api.job (id, org_id, agent_id, instance_arn, connection_prefix, requested_by, created_at, phase,"
                                + " revision, view, request_digest) VALUES ('job_" + ksuid + "', 'o', 'agt_" + ksuid
                                + "', '" + arn
                                + "', 'access-" + number + "', 'x', now(), 'completed', 1, '{}', '')",
                        "INSERT INTO api.connection (id, name, org_id, prefix, agent_id, job_id, db_arn, engine, role, database_user,"
                                + " host, port, default_database, databases, secret_provider, secret_id, secret_keys, created_at,"
                                + " updated_at) VALUES ('con_" + ksuid + "', 'access-" + number + "-ro', 'o', 'access-"
                                + number
                                + "', 'agt_" + ksuid + "', 'job_" + ksuid + "', '" + arn
                                + "', 'postgres', 'hoop_ro', 'hoop_ro',"
                                + " 'db.internal', 5432, 'shop', '{shop}', 'database', 'dbroles/x', '{PASSWORD}', now(), now())",
                        "INSERT INTO api.agent (id, kind, name, version, network, listeners, started_at, last_seen_at) VALUES"
                                + " ('agt_" + "%027d".formatted(999) + "', 'db-proxy', 'p', '1', 'n',"
                                + " '[{\"protocol\":\"postgres\",\"host\":\"proxy.test\",\"port\":7432}]', now(), now())"
                                + " ON CONFLICT (id) DO UPDATE SET last_seen_at = now()");
        return arn + "/shop";
    }

    private TestDatabases() {}
}
