package dev.sallyport.cli.dbroles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.dbroles.PlayedApi.Ran;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands call, print and exit with, against an API that is a script. */
class DbRolesCommandsTest {

    private static final String ORDERS = "arn:aws:rds:eu-west-1:111111111111:db:orders";
    private static final String JOB = "job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE";
    private static final String OTHER = "job_2xWgkJ3Pq0c1tVn8YbLhRzMd5aF";
    private static final String AGENT = "agt_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE";
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final String INSTANCE = "/api/dbroles/instances/" + ORDERS;
    private static final String PLAN = "{'hash': '" + HASH + "', 'omitted': 0, 'notes': ['hoop_ro: x was skipped'],"
            + " 'changes': [{'kind': 'aws', 'target': 'sg', 'statement': 'ec2:CreateSecurityGroup hoop', 'routine': false},"
            + " {'kind': 'sql', 'target': 'shop', 'statement': 'GRANT SELECT ON t TO hoop_ro', 'routine': false},"
            + " {'kind': 'sql', 'target': 'shop', 'statement': 'ALTER ROLE hoop_ro PASSWORD ***', 'routine': true}]}";

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") PlayedApi api;

    @BeforeEach
    void start() throws IOException {
        api = new PlayedApi(folder)
                .on(
                        "GET /api/agents?limit=200",
                        200,
                        "{'items': [{'id': '" + AGENT
                                + "', 'name': 'eu-1', 'kind': 'provisioner', 'status': 'online'},"
                                + " {'id': 'agt_proxy', 'name': 'proxy', 'kind': 'db-proxy', 'status': 'online'}]}")
                .on(
                        "GET /api/integrations/aws/organizations?limit=200",
                        200,
                        "{'items': [{'account_id': '111111111111'}]}")
                .on(
                        "POST /api/integrations/aws/rds/describe-db-instances",
                        200,
                        "{'items': [" + instance("orders", "111111111111") + "," + instance("billing", "111111111111")
                                + "," + instance("twin", "111111111111") + "," + instance("twin", "222222222222")
                                + ", {'account_id': '333333333333', 'region': 'eu-west-1', 'arn': null,"
                                + " 'error': 'sts:AssumeRole is denied'}]}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void instancesAreATableWithTheAccountsThatFailedBelow() {
        Ran ran = api.run("instances");

        assertThat(ran.out()).isEqualTo("""
                        NAME     ACCOUNT       REGION     ENGINE    VERSION  STATUS     NOTE
                        orders   111111111111  eu-west-1  postgres  17.4     available
                        billing  111111111111  eu-west-1  postgres  17.4     available
                        twin     111111111111  eu-west-1  postgres  17.4     available
                        twin     222222222222  eu-west-1  postgres  17.4     available

                        Not looked into:
                          333333333333  eu-west-1  sts:AssumeRole is denied
                        """);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.number());
    }

    @Test
    void provisioningSaysYesFollowsEachStepAndTellsTheEnd() {
        api.on("POST /api/dbroles/jobs", 202, "{'job_id': '" + JOB + "'}")
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "running", "running", ""))
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "completed", "completed", ""));

        Ran ran = api.run(
                "provision", "orders", "--prefix", "prod", "--network-cidr", "10.0.0.0/16", "--no-webhook", "--yes");

        assertThat(ran.out()).isEqualTo("""
                        orders  ✓ preflight              0.5 s  done
                        orders  ✓ roles                  1.5 s  3 roles
                        orders  %s  completed  3.0 s
                        """.formatted(JOB));
        assertThat(ran.exitCode()).isZero();
        assertThat(api.calls())
                .contains("POST /api/dbroles/jobs {\"agent_id\":\"" + AGENT
                        + "\",\"connection_prefix_name\":\"prod\",\"job_steps\":[\"create-connections\"],\"aws\":{\"instance_arn\":\""
                        + ORDERS + "\",\"default_security_group\":{\"ingress_cidr\":\"10.0.0.0/16\"}}}");
    }

    @Test
    void anOrderWhoseAnswerIsLostIsSentAgainUnderTheSameKey() {
        api.losing("POST /api/dbroles/jobs")
                .on("POST /api/dbroles/jobs", 202, "{'job_id': '" + JOB + "'}")
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "completed", "completed", ""));

        Ran ran = api.run("provision", "orders", "--prefix", "prod", "--yes");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(api.keys()).hasSize(2).allMatch(api.keys().getFirst()::equals);
    }

    @Test
    void anOrderThatIsNeverAnsweredEndsAndTwoOrdersHaveTwoKeys() {
        api.losing("POST /api/dbroles/jobs/" + JOB + "/retry?when_agent_offline=fail");

        Ran ran = api.run("jobs", "retry", JOB);

        assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_RUNNING.number());
        assertThat(api.keys()).hasSize(3);
        api.run("jobs", "retry", JOB);
        assertThat(api.keys()).hasSize(6);
        assertThat(api.keys().stream().distinct()).hasSize(2);
    }

    @Test
    void aRetrySaysWhatIsToBecomeOfItWhileTheAgentIsAway() {
        api.on("POST /api/dbroles/jobs/" + JOB + "/retry?when_agent_offline=wait", 202, "{'job_id': '" + OTHER + "'}")
                .on("GET /api/dbroles/jobs/" + OTHER, 200, job(OTHER, "orders", "completed", "completed", ""));

        assertThat(api.run("jobs", "retry", JOB, "--when-agent-offline", "wait").exitCode())
                .isZero();
        assertThat(api.run("jobs", "retry", JOB, "--when-agent-offline", "perhaps")
                        .err())
                .contains("--when-agent-offline", "wait, fail");
    }

    @Test
    void aListFollowsTheCursorAsFarAsIsAskedFor() {
        String first = job(JOB, "orders", "completed", "completed", "");
        String second = job(OTHER, "billing", "completed", "completed", "");
        api.on("GET /api/dbroles/jobs?limit=2", 200, "{'items': [" + first + "], 'next_cursor': 'a b'}")
                .on("GET /api/dbroles/jobs?limit=1&cursor=a+b", 200, "{'items': [" + second + "], 'next_cursor': 'c'}")
                .on("GET /api/dbroles/jobs?limit=200", 200, "{'items': [" + first + "], 'next_cursor': 'a b'}")
                .on(
                        "GET /api/dbroles/jobs?limit=200&cursor=a+b",
                        200,
                        "{'items': [" + second + "], 'next_cursor': null}");

        assertThat(api.run("jobs", "--limit", "2").out()).contains(JOB, OTHER, "There are more: --limit 4, or --all.");
        assertThat(api.run("jobs", "--all").out()).contains(JOB, OTHER).doesNotContain("There are more");
        assertThat(api.run("jobs", "--limit", "0").err()).contains("--limit 0 shows nothing; it is 1 or more");
    }

    @Test
    void ofSeveralOneThatFailsMakesTheExitCode() {
        api.on("POST /api/dbroles/jobs", 202, "{'job_id': '" + JOB + "'}")
                .on("POST /api/dbroles/jobs", 202, "{'job_id': '" + OTHER + "'}")
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "completed", "completed", ""))
                .on("GET /api/dbroles/jobs/" + OTHER, 200, job(OTHER, "billing", "failed", "failed", "roles: no"));

        Ran ran = api.run("provision", "orders", "billing", "--prefix", "prod", "--yes");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(ran.out()).contains("billing  ✗ roles ", "billing  " + OTHER + "  failed  3.0 s  roles: no");
        assertThat(api.calls().toString()).contains("\"prod-orders\"", "\"prod-billing\"");
    }

    @Test
    void aRefusalOfOneStopsNoOther() {
        api.on("POST /api/dbroles/jobs", 409, "{'code': 'job_running', 'message': 'a job is running'}")
                .on("POST /api/dbroles/jobs", 202, "{'job_id': '" + OTHER + "'}")
                .on("GET /api/dbroles/jobs/" + OTHER, 200, job(OTHER, "billing", "completed", "completed", ""));

        Ran ran = api.run("provision", "orders", "billing", "--yes");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(ran.out()).contains("billing  " + OTHER + "  completed");
        assertThat(ran.err()).contains(ORDERS, "job_running: a job is running");
    }

    @Test
    void nobodyIsProvisionedUnasked() {
        Ran ran = api.run("provision", "orders");

        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ran.err()).isEqualTo("sally: nobody is there to be asked: look with --plan, then say --yes\n");
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void aPlanIsChangesByTargetNotesAndTheHash() {
        api.on("POST /api/dbroles/jobs", 202, "{'job_id': '" + JOB + "'}")
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "completed", "completed", ""))
                .on("GET /api/dbroles/jobs/" + JOB + "/plan", 200, PLAN);

        Ran ran = api.run("plan", "orders");

        assertThat(ran.out()).endsWith("""

                        orders: 2 changes, 1 done each time (new passwords)
                          aws sg
                            ec2:CreateSecurityGroup hoop
                          sql shop
                            GRANT SELECT ON t TO hoop_ro
                          note: hoop_ro: x was skipped
                          hash %s
                        """.formatted(HASH));
        assertThat(api.calls().toString()).contains("\"dry_run\":true");
    }

    @Test
    void theHashOfAPlanAndTheMastersSourceGoWithTheOrder() {
        api.on("POST /api/dbroles/jobs", 202, "{'job_id': '" + JOB + "'}")
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "completed", "completed", ""));

        Ran ran = api.run(
                "provision", ORDERS, "--plan-hash", HASH, "--master", "vault:prod/orders", "--yes", "--output", "json");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).startsWith("[ {").contains("\"phase\" : \"completed\"");
        assertThat(api.calls().toString())
                .contains("\"plan_hash\":\"" + HASH + "\"", "\"source\":\"reference\"", "\"secret_id\":\"prod/orders\"")
                .doesNotContain("describe-db-instances");
    }

    @Test
    void aNameOfSeveralInstancesOrNoneIsNotGuessed() {
        assertThat(api.run("drift", "twin").err())
                .isEqualTo("sally: several instances are called 'twin', name one by its ARN:"
                        + " arn:aws:rds:eu-west-1:111111111111:db:twin, arn:aws:rds:eu-west-1:222222222222:db:twin\n");
        assertThat(api.run("drift", "nothing").err())
                .isEqualTo("sally: no instance is called 'nothing'; `sally instances` lists them\n");
        assertThat(api.run("drift", "arn:aws:s3:::bucket").exitCode()).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void driftWaitsForItsReportAndShowsWhatWouldUndoIt() {
        api.on("GET " + INSTANCE + "/drift", 202, "{'job_id': '" + JOB + "'}")
                .on(
                        "GET " + INSTANCE + "/drift?job_id=" + JOB,
                        200,
                        "{'db_arn': '" + ORDERS + "', 'in_sync': false, 'job_id': '" + JOB
                                + "', 'changes': [{'kind': 'sql', 'target': 'shop', 'statement': 'REVOKE DELETE'}],"
                                + " 'omitted': 0, 'notes': []}");

        Ran ran = api.run("drift", "orders");

        assertThat(ran.out()).isEqualTo("""
                        orders: has changed; 1 statement would put it right
                          sql shop
                            REVOKE DELETE
                        """);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.number());
    }

    @Test
    void deprovisioningListsWhatGoesAndWantsTheName() {
        api.on(
                        "POST " + INSTANCE + "/deprovision",
                        409,
                        "{'code': 'confirmation_needed', 'message': 'sure?', 'roles': ['hoop_ro'], 'connections': ['prod-ro'],"
                                + " 'secrets': [{'provider': 'vault', 'secret_id': 'dbsecrets/ro'}],"
                                + " 'grants': [{'id': 'gra_1', 'grantee': 'Eve', 'role': 'hoop_ro', 'target': 'shop'}]}")
                .on("POST " + INSTANCE + "/deprovision", 202, "{'job_id': '" + JOB + "'}")
                .on("GET /api/dbroles/jobs/" + JOB, 200, job(JOB, "orders", "completed", "completed", ""));

        Ran asked = api.run("deprovision", "orders");
        Ran meant = api.run("deprovision", "orders", "--confirm", "orders", "--close-grants");

        assertThat(asked.err()).isEqualTo("""
                        This takes out of %s:
                          roles        hoop_ro
                          connections  prod-ro
                          secret       dbsecrets/ro (vault)
                          grant        gra_1 of Eve: hoop_ro in shop
                        sally: nothing was changed; if you mean it, add --confirm orders
                        """.formatted(ORDERS));
        assertThat(asked.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(meant.exitCode()).isZero();
        assertThat(api.calls())
                .contains("POST " + INSTANCE + "/deprovision {\"confirm\":\"orders\",\"close_grants\":true}");
    }

    @Test
    void jobsAreATableAndEachCanBeEndedAndRepeated() {
        api.on(
                        "GET /api/dbroles/jobs?limit=5&status=failed",
                        200,
                        "{'items': [" + job(JOB, "orders", "failed", "failed", "roles: no") + "], 'next_cursor': null}")
                .on(
                        "POST /api/dbroles/jobs/" + JOB + "/cancel",
                        409,
                        "{'code': 'job_ended', 'message': 'it has ended'}")
                .on(
                        "POST /api/dbroles/jobs/" + JOB + "/retry?when_agent_offline=fail",
                        202,
                        "{'job_id': '" + OTHER + "'}")
                .on("GET /api/dbroles/jobs/" + OTHER, 200, job(OTHER, "orders", "completed", "completed", ""));

        assertThat(api.run("jobs", "--status", "failed", "--limit", "5").out()).isEqualTo("""
                        JOB                              KIND       INSTANCE  STATUS  STARTED               TOOK   MESSAGE
                        %s  provision  orders    failed  2026-03-10T12:00:00Z  3.0 s  roles: no
                        """.formatted(JOB));
        assertThat(api.run("jobs", "cancel", JOB).err()).contains("409 job_ended: it has ended");
        assertThat(api.run("jobs", "retry", JOB).exitCode()).isZero();
    }

    @Test
    void aKindMayBeCalledAsACommandIs() {
        api.on("GET /api/dbroles/jobs?limit=20&kind=plan", 200, "{'items': [], 'next_cursor': null}");

        assertThat(api.run("jobs", "--kind", "plan").out())
                .isEqualTo("No jobs. `sally provision INSTANCE` makes one.\n");
    }

    @Test
    void theAgentIsNamedWhenThereAreSeveral() {
        Ran ran = api.run("provision", ORDERS, "--agent", "us-1", "--yes");

        assertThat(ran.err())
                .isEqualTo("sally: not one agent is called 'us-1': there are eu-1 (" + AGENT + ", online)\n");
    }

    @Test
    void verifyingIsATableOfActionsAndFailsWhenOneIsDenied() {
        api.on(
                "POST /api/integrations/aws/iam/verify",
                200,
                "{'status': 'denied', 'identity': 'arn:aws:iam::111111111111:user/sallyport', 'evaluation_details': ["
                        + "{'action_name': 'rds:DescribeDBInstances', 'decision': 'allowed', 'needed_for': 'discovery', 'reason': null},"
                        + "{'action_name': 'rds:ModifyDBInstance', 'decision': 'implicitDeny', 'needed_for': 'provisioning',"
                        + " 'reason': 'no policy allows it'}]}");

        Ran ran = api.run("aws", "verify");

        assertThat(ran.out()).isEqualTo("""
                        arn:aws:iam::111111111111:user/sallyport: denied
                        ACTION                   DECISION  NEEDED FOR    REASON
                        rds:DescribeDBInstances  allowed   discovery
                        rds:ModifyDBInstance     denied    provisioning  no policy allows it
                        """);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.number());
    }

    private static String instance(String name, String account) {
        return "{'account_id': '" + account + "', 'name': '" + name + "', 'region': 'eu-west-1', 'engine': 'postgres',"
                + " 'engine_version': '17.4', 'status': 'available', 'error': null, 'arn': 'arn:aws:rds:eu-west-1:"
                + account
                + ":db:" + name + "'}";
    }

    /** A job that took three seconds. */
    private static String job(String id, String instance, String phase, String roles, String message) {
        boolean over = !phase.equals("running");
        return "{'id': '" + id + "', 'org_id': 'default', 'created_at': '2026-03-10T12:00:00.000000Z', 'completed_at': "
                + (over ? "'2026-03-10T12:00:03.000000Z'" : "null") + ", 'spec': {'account_arn': 'a', 'db_arn': '"
                + "arn:aws:rds:eu-west-1:111111111111:db:" + instance
                + "', 'db_name': 'shop', 'db_engine': 'postgres', 'db_tags': []}, 'status': {'phase': '" + phase
                + "', 'message': '" + message + "', 'result': []}, 'steps': ["
                + "{'name': 'preflight', 'status': 'completed', 'message': 'done',"
                + " 'started_at': '2026-03-10T12:00:01.000000Z', 'completed_at': '2026-03-10T12:00:01.500000Z'},"
                + "{'name': 'roles', 'status': '" + roles + "', 'message': '3 roles',"
                + " 'started_at': '2026-03-10T12:00:01.500000Z', 'completed_at': "
                + (over ? "'2026-03-10T12:00:03.000000Z'" : "null") + "}]}";
    }
}
