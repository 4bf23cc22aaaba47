package dev.sallyport.api.databases;

import dev.sallyport.api.databases.DatabaseSpec.DatabaseUser;
import dev.sallyport.api.integrations.InstanceLookup;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks what somebody registers, and fills in from AWS what they left out. */
@ApplicationScoped
class Registration {

    /** A hundred users of one database are more than a list can show. */
    static final int MOST_USERS = 100;

    static final int MOST_TAGS = 50;

    private final InstanceLookup instances;

    Registration(InstanceLookup instances) {
        this.instances = instances;
    }

    /**
     * Blocks: may ask AWS.
     *
     * @param proxy the deployment that the spec names
     * @throws ProblemException 400 for a field that is missing or wrong, 422 for an instance that AWS does not show
     */
    Resolved resolve(DatabaseSpec spec, Optional<ProxyDeployment> proxy) {
        check(spec);
        String identifier = Fields.present(
                "rds_instance_identifier",
                spec.rdsInstanceIdentifier(),
                Fields.INSTANCE,
                "the name of an RDS instance");
        String account = either(spec.accountId(), proxy.map(ProxyDeployment::accountId), "account_id");
        String region = either(spec.region(), proxy.map(ProxyDeployment::region), "region");
        Fields.checked("account_id", account, Fields.ACCOUNT, "an AWS account: 12 digits");
        Fields.checked("region", region, Fields.REGION, "an AWS region such as us-west-2");
        Engine engine = spec.engine();
        String host = spec.host();
        Integer port = spec.port();
        if (engine != null && host != null && port != null) {
            RdsArn arn = new RdsArn(partition(region), region, account, identifier);
            return new Resolved(arn, served(engine), host, port, tags(Map.of(), spec));
        }
        InstanceLookup.Instance found = instances
                .find(account, region, identifier)
                .orElseThrow(() -> new ProblemException(
                        422,
                        "unknown_instance",
                        "AWS shows no RDS instance '" + identifier + "' in " + account + ", " + region
                                + ": check the three, or give engine, host and port"));
        return filled(spec, found);
    }

    private static Resolved filled(DatabaseSpec spec, InstanceLookup.Instance found) {
        Engine engine = Optional.ofNullable(spec.engine())
                .or(found::knownEngine)
                .orElseThrow(() -> new ProblemException(
                        422, "unsupported_engine", "the engine " + found.engine() + " is not supported"));
        String host = spec.host();
        Integer port = spec.port();
        if (host == null || port == null) {
            InstanceLookup.Endpoint endpoint = found.endpoint()
                    .orElseThrow(() -> new ProblemException(
                            422,
                            "no_endpoint",
                            "the instance has no endpoint yet: try again when it is available, or give host and port"));
            host = host == null ? endpoint.host() : host;
            port = port == null ? endpoint.port() : port;
        }
        return new Resolved(found.arn(), served(engine), host, port, tags(found.tags(), spec));
    }

    private static Engine served(Engine engine) {
        if (engine == Engine.SQLSERVER) {
            throw new ProblemException(
                    422, "unsupported_engine", "the db-proxy speaks postgres, mysql and mariadb, not sqlserver");
        }
        return engine;
    }

    private static Map<String, String> tags(Map<String, String> fromAws, DatabaseSpec spec) {
        Map<String, String> all = new TreeMap<>(fromAws);
        if (spec.tags() != null) {
            all.putAll(spec.tags());
        }
        return all;
    }

    private static String either(@Nullable String given, Optional<String> ofProxy, String field) {
        return Optional.ofNullable(given)
                .or(() -> ofProxy)
                .orElseThrow(() -> ProblemException.badRequest(
                        "missing_field", "the field '" + field + "' is missing, and no proxy_id says it"));
    }

    /** China and GovCloud have partitions of their own. */
    private static String partition(String region) {
        return AwsSettings.partitionOf(region);
    }

    private static void check(DatabaseSpec spec) {
        if (spec.name() != null) {
            Fields.checked("name", spec.name(), Fields.NAME, "1 to 100 printable characters");
        }
        Fields.present("database", spec.database(), Fields.DATABASE, "the name of a database, at most 128 characters");
        if (spec.host() != null) {
            Fields.checked("host", spec.host(), Fields.HOST, "a host name or an address, without a port");
        }
        if (spec.port() != null) {
            Fields.port("port", spec.port());
        }
        if (spec.defaultLocalPort() != null) {
            Fields.port("default_local_port", spec.defaultLocalPort());
        }
        checkTags(spec.tags());
        checkUsers(spec.users());
    }

    private static void checkTags(@Nullable Map<String, String> tags) {
        if (tags == null) {
            return;
        }
        boolean wrong = tags.size() > MOST_TAGS
                || tags.entrySet().stream()
                        .anyMatch(tag -> tag.getKey().isBlank()
                                || tag.getKey().length() > 128
                                || tag.getValue() == null
                                || tag.getValue().length() > 256);
        if (wrong) {
            throw ProblemException.badRequest(
                    "invalid_field",
                    "'tags' has at most " + MOST_TAGS + " keys of 1 to 128 characters with values of at most 256");
        }
    }

    private static void checkUsers(@Nullable List<DatabaseUser> users) {
        if (users == null || users.isEmpty() || users.size() > MOST_USERS) {
            throw ProblemException.badRequest(
                    "invalid_field", "'users' names 1 to " + MOST_USERS + " users that people may ask for");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < users.size(); i++) {
            DatabaseUser user = users.get(i);
            String where = "users[" + i + "].";
            if (user == null) {
                throw ProblemException.badRequest("missing_field", "the field 'users[" + i + "]' is missing");
            }
            String username = Fields.present(
                    where + "username", user.username(), Fields.USERNAME, "a database user, at most 128 characters");
            if (user.name() != null) {
                Fields.checked(where + "name", user.name(), Fields.NAME, "1 to 100 printable characters");
            }
            Fields.present(
                    where + "password_secrets_manager_arn",
                    user.passwordSecretsManagerArn(),
                    Fields.SECRET_ARN,
                    "the ARN of a secret in AWS Secrets Manager");
            if (user.endpoint() != null) {
                Fields.checked(
                        where + "endpoint", user.endpoint(), Fields.HOST, "a host name or an address, without a port");
            }
            if (!seen.add(username)) {
                throw ProblemException.badRequest(
                        "invalid_field", "'users' names the user '" + username + "' more than once");
            }
        }
    }
}
