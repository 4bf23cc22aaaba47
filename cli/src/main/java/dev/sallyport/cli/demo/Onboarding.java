package dev.sallyport.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.http.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The chapters that find the databases of an organisation and make the roles in them. */
final class Onboarding {

    private static final Duration JOB_LIMIT = Duration.ofSeconds(90);
    private static final List<String> ROLES = List.of("hoop_ro", "hoop_rw", "hoop_ddl");

    private final Story story;
    private final Api admin;

    Onboarding(Story story, Api admin) {
        this.story = story;
        this.admin = admin;
    }

    /** An instance that discovery found. */
    record Instance(String arn, String engine, String account) {

        /** What its connections' names begin with. */
        String prefix() {
            return "demo-" + (postgres() ? "postgres" : "mysql");
        }

        boolean postgres() {
            return engine.contains("postgres");
        }
    }

    /** A finished job, and the document that describes it. */
    record Provisioned(Instance instance, JsonNode job) {}

    /** Gives the API an access key of the organisation's management account and lists what there is. */
    List<Instance> discover(String accessKeyId, String secretAccessKey, String region) {
        story.chapter("Find the databases of the organisation");
        admin.put(
                "/api/integrations/aws/iam/accesskeys",
                Map.of("access_key_id", accessKeyId, "secret_access_key", secretAccessKey, "region", region));
        JsonNode identity = admin.get("/api/integrations/aws/iam/userinfo");
        story.tell("AWS knows us as %s", identity.path("arn").asText());

        List<String> accounts = new ArrayList<>();
        for (JsonNode account : admin.get("/api/integrations/aws/organizations").path("items")) {
            accounts.add(account.path("account_id").asText());
            story.tell(
                    "account %s  %s",
                    account.path("account_id").asText(), account.path("name").asText());
        }
        story.check(accounts.size() >= 2, "the organisation has %d accounts", accounts.size());

        JsonNode found = admin.post("/api/integrations/aws/rds/describe-db-instances", Map.of("account_ids", accounts));
        Map<String, Instance> instances = new LinkedHashMap<>();
        for (JsonNode item : found.path("items")) {
            if (item.path("arn").asText("").isEmpty()) {
                continue;
            }
            Instance instance = new Instance(
                    item.path("arn").asText(),
                    item.path("engine").asText(),
                    item.path("account_id").asText());
            instances.put(instance.arn(), instance);
            story.tell("%-10s %s", instance.engine(), instance.arn());
        }
        long owners =
                instances.values().stream().map(Instance::account).distinct().count();
        story.check(instances.size() == 2 && owners == 2, "two instances in two accounts");
        return List.copyOf(instances.values());
    }

    /** Makes the roles in every instance and waits until each job says that it is done. */
    List<Provisioned> provision(List<Instance> instances, String agentId) {
        story.chapter("Make least-privilege roles in them");
        Map<Instance, String> jobs = new LinkedHashMap<>();
        for (Instance instance : instances) {
            JsonNode accepted = admin.post("/api/dbroles/jobs", request(instance, agentId));
            jobs.put(instance, accepted.path("job_id").asText());
            story.tell("%s is to provision %s", accepted.path("job_id").asText(), instance.arn());
        }
        List<Provisioned> provisioned = new ArrayList<>();
        jobs.forEach((instance, id) -> provisioned.add(new Provisioned(instance, finished(instance, id))));
        connections(instances);
        return provisioned;
    }

    private static Map<String, ?> request(Instance instance, String agentId) {
        Map<String, Object> aws = new LinkedHashMap<>(Map.of("instance_arn", instance.arn()));
        if (instance.postgres()) {
            aws.put("default_security_group", Map.of("ingress_cidr", "10.0.0.0/16"));
        }
        return Map.of(
                "agent_id",
                agentId,
                "connection_prefix_name",
                instance.prefix(),
                "job_steps",
                List.of("create-connections", "send-webhook"),
                "aws",
                aws);
    }

    private JsonNode finished(Instance instance, String id) {
        JsonNode job = story.await("job " + id + " ends", JOB_LIMIT, () -> {
            JsonNode now = admin.get("/api/dbroles/jobs/" + id);
            return now.path("status").path("phase").asText().equals("running") ? null : now;
        });
        for (JsonNode step : job.path("steps")) {
            story.tell(
                    "  %-20s %s %s",
                    step.path("name").asText(),
                    step.path("status").asText(),
                    step.path("message").asText());
        }
        List<String> roles = StreamSupport.stream(
                        job.path("status").path("result").spliterator(), false)
                .filter(role -> role.path("status").asText().equals("completed"))
                .map(role -> role.path("user_role").asText())
                .toList();
        story.check(
                job.path("status").path("phase").asText().equals("completed") && roles.containsAll(ROLES),
                "%s: %s, roles %s",
                instance.prefix(),
                job.path("status").path("phase").asText(),
                String.join(", ", roles));
        return job;
    }

    private void connections(List<Instance> instances) {
        List<String> names = StreamSupport.stream(
                        admin.get("/api/connections?limit=200").path("items").spliterator(), false)
                .map(connection -> connection.path("name").asText())
                .toList();
        for (Instance instance : instances) {
            for (String suffix : List.of("-ro", "-rw", "-ddl")) {
                story.check(names.contains(instance.prefix() + suffix), "connection %s", instance.prefix() + suffix);
            }
        }
    }
}
