package dev.sallyport.broker.identitycenter;

import dev.sallyport.contracts.grants.ProxyPlace;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** IAM Identity Center; without an instance there is none, and the transport {@code ssm} is not to be had. */
@ConfigMapping(prefix = "sallyport.identity-center")
interface IdentityCenterConfig {

    /** {@code arn:aws:sso:::instance/ssoins-…}. */
    Optional<String> instanceArn();

    /** {@code d-…}. */
    Optional<String> identityStoreId();

    /** The one region that the instance is in. */
    Optional<String> region();

    /** A name that no other Sallyport on the same instance has: what carries another one is never touched. */
    Optional<String> deployment();

    /** The role to take on for the calls to Identity Center, in its account; our own credentials without one. */
    Optional<String> roleArn();

    /** What the roles' trust policies ask for. */
    Optional<String> externalId();

    /** The name of the role, in the accounts of the db-proxies, that ends sessions there; they are left to lapse without one. */
    Optional<String> sessionRoleName();

    /** The key of a tag that the proxies' tasks carry with the proxy's id as its value; policies then ask for it. */
    Optional<String> taskTagKey();

    /** How long an activation may take, before it is given up. */
    @WithDefault("5m")
    Duration activationDeadline();

    /** The pause before AWS is asked again how far it is, at first; up to ten times as much later. */
    @WithDefault("500ms")
    Duration pollInterval();

    /** The pause before a step is taken again, at first; it doubles. */
    @WithDefault("1s")
    Duration firstPause();

    /** The longest of these pauses. */
    @WithDefault("30s")
    Duration maxPause();

    /** How long a grant waits for a broker that died over it. */
    @WithDefault("30s")
    Duration lease();

    /** Steps of different grants that are taken at once, from 1. */
    @WithDefault("16")
    int concurrency();

    /** How often permission sets are looked for that no grant has any more. */
    @WithDefault("15m")
    Duration reconcileInterval();

    /** How old they must be. */
    @WithDefault("10m")
    Duration orphanAge();

    Pattern INSTANCE = Pattern.compile("arn:aws[\\w-]*:sso:::instance/(?:sso)?ins-[\\w.-]{16}");
    Pattern STORE = Pattern.compile("d-[0-9a-f]{10}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    Pattern REGION = Pattern.compile("[a-z]{2}(?:-[a-z]+)+-\\d");
    Pattern TAG = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");
    Pattern ROLE = Pattern.compile("(?:[\\w+=,.@-]+/)*[\\w+=,.@-]{1,64}");
    Pattern ACCOUNT = Pattern.compile("\\d{12}");
    Pattern CLUSTER = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    /** What is wrong, each with the key to change; empty when nothing is. */
    default List<String> refusals() {
        List<String> wrong = new ArrayList<>();
        if (instanceArn().isPresent()) {
            require(
                    wrong,
                    instanceArn(),
                    INSTANCE,
                    "instance-arn",
                    "arn:aws:sso:::instance/ssoins-… of aws sso-admin list-instances");
            require(wrong, identityStoreId(), STORE, "identity-store-id", "d-… of aws sso-admin list-instances");
            require(wrong, region(), REGION, "region", "the region of the instance");
            require(wrong, deployment(), TAG, "deployment", "a name that no other Sallyport on this instance has");
            taskTagKey().ifPresent(key -> require(wrong, taskTagKey(), TAG, "task-tag-key", "the key of a tag"));
            sessionRoleName()
                    .ifPresent(name -> require(wrong, sessionRoleName(), ROLE, "session-role-name", "a role's name"));
            if (roleArn().isPresent() && !AwsAccounts.isRole(roleArn().get())) {
                wrong.add("sallyport.identity-center.role-arn is no ARN of a role: "
                        + roleArn().get());
            }
        }
        if (concurrency() < 1) {
            wrong.add("sallyport.identity-center.concurrency has to be 1 or more");
        }
        return wrong;
    }

    private static void require(List<String> wrong, Optional<String> value, Pattern form, String key, String what) {
        if (value.isEmpty()) {
            wrong.add("sallyport.identity-center." + key + " is not set; give " + what);
        } else if (!form.matcher(value.get()).matches()) {
            wrong.add("sallyport.identity-center." + key + " is '" + value.get() + "'; give " + what);
        }
    }

    /** The instance, when there is one. */
    default Optional<Center> center() {
        return instanceArn()
                .map(arn -> new Center(
                        arn,
                        identityStoreId().orElseThrow(),
                        region().orElseThrow(),
                        deployment().orElseThrow(),
                        roleArn().orElse(null),
                        externalId().orElse(null)));
    }

    /** What a place of db-proxies lacks to stand in a policy; empty when nothing. */
    static Optional<String> refusal(ProxyPlace place) {
        if (!ACCOUNT.matcher(place.accountId()).matches()) {
            return Optional.of("the proxy " + place.proxyId() + " is in the account '" + place.accountId()
                    + "', which is no account id; check where it says it runs");
        }
        if (!REGION.matcher(place.region()).matches()
                || !CLUSTER.matcher(place.cluster()).matches()) {
            return Optional.of("the proxy " + place.proxyId() + " is in the region '" + place.region()
                    + "' and cluster '" + place.cluster() + "', which are none; check where it says it runs");
        }
        return Optional.empty();
    }

    /** Before a step is taken again. */
    default Duration pause(Step step, int attempts) {
        Duration first = step.polls() ? pollInterval() : firstPause();
        Duration longest = step.polls() ? pollInterval().multipliedBy(10) : maxPause();
        Duration pause = first.multipliedBy(1L << Math.min(attempts, 16));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
